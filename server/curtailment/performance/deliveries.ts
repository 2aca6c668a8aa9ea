import type { CurtailmentEvent } from '../../contract/events.ts'
import type { Delivery, Performance } from '../../contract/performance.ts'

/** One row a participant: what lists, sums and reports read instead of whole results. */
export function deliveriesOf(event: CurtailmentEvent, { participants, ...result }: Performance): Delivery[] {
  const called = new Map(event.participants.map(one => [one.customerId, one]))
  return participants.flatMap(one => {
    const participant = called.get(one.customerId)
    if (participant === undefined) return []
    return {
      eventId: event.id,
      customerId: one.customerId,
      customerName: one.customerName,
      meteringPointId: participant.meteringPointId,
      programmeId: event.programmeId,
      resultVersion: result.resultVersion,
      isDrill: result.isDrill,
      isFinal: result.isFinal,
      start: participant.start,
      end: participant.end,
      requestedKw: one.requestedKw,
      committedKw: one.committedKw,
      acceptedKw: one.acceptedKw,
      averageKw: one.averageKw,
      sustainedKw: one.sustainedKw,
      deliveredKwh: one.deliveredKwh,
      ratio: one.ratio,
      uncertaintyKw: one.uncertaintyKw,
      creditKwh: one.credit?.energyKwh ?? null,
      creditVnd: one.credit?.vnd ?? null,
      signs: one.signs.length
    }
  })
}
