import type { BaselineExplanation } from '../../contract/baselines.ts'
import type { CurtailmentEvent, Participant } from '../../contract/events.ts'
import type { ParticipantPerformance, Performance } from '../../contract/performance.ts'

const HOUR_MS = 3_600_000

/** A settlement slot on the chart of an event, epoch ms. */
export interface ChartSlot {
  start: number
  end: number
  isInEvent: boolean
}

/** What is known of one participant over the slots of the chart, kW. */
export interface Measured {
  baseline: BaselineExplanation | null
  baselineKw: readonly (number | null)[]
  meteredKw: readonly (number | null)[]
}

/**
 * One participant's delivery: R = baseline − metered, signed, in every slot of the event; energy ΣR·h and mean power over
 * the known slots; ratio ΣR/ΣC with C the kW asked (domain reference 4). Unknown slots stay null and count nowhere.
 */
export function participantPerformance(
  { customerId, customerName, requestedKw }: Participant,
  slots: readonly ChartSlot[],
  { baseline, baselineKw, meteredKw }: Measured
): ParticipantPerformance {
  const deliveredKw = slots.map(({ isInEvent }, i) => {
    const expected = baselineKw[i] ?? null
    const metered = meteredKw[i] ?? null
    return isInEvent && expected !== null && metered !== null ? expected - metered : null
  })
  const known = deliveredKw.flatMap((kw, i) => (kw === null ? [] : [{ kw, hours: hoursOf(slots[i]) }]))
  const hours = known.reduce((sum, slot) => sum + slot.hours, 0)
  const deliveredKwh = known.reduce((sum, slot) => sum + slot.kw * slot.hours, 0)
  const averageKw = hours > 0 ? deliveredKwh / hours : null
  return {
    customerId,
    customerName,
    requestedKw,
    baseline,
    baselineKw: slots.map((_, i) => baselineKw[i] ?? null),
    meteredKw: slots.map((_, i) => meteredKw[i] ?? null),
    deliveredKw,
    deliveredKwh: hours > 0 ? deliveredKwh : null,
    averageKw,
    ratio: averageKw === null || requestedKw === 0 ? null : averageKw / requestedKw,
    knownSlots: known.length,
    slots: slots.filter(({ isInEvent }) => isInEvent).length
  }
}

/** A whole event: its participants and their sums. */
export function performanceOf(
  event: CurtailmentEvent,
  intervalMinutes: number,
  slots: readonly ChartSlot[],
  participants: ParticipantPerformance[],
  computedAt: number
): Performance {
  return {
    eventId: event.id,
    version: event.version,
    state: event.state,
    isFinal: event.state === 'final',
    computedAt: new Date(computedAt).toISOString(),
    intervalMinutes,
    start: event.start,
    end: event.end,
    t: slots.map(({ start }) => start),
    participants,
    total: total(slots, participants)
  }
}

/**
 * Sums slot by slot over the participants whose baseline and load are both known there; `unknown` counts the others.
 * Average: the energy over the time in which anybody is known. Ratio: what the known ones delivered of what was asked of
 * just them, so that a silent meter is no failure to deliver.
 */
function total(
  slots: readonly ChartSlot[],
  participants: readonly ParticipantPerformance[]
): Performance['total'] {
  const baselineKw: (number | null)[] = []
  const meteredKw: (number | null)[] = []
  const deliveredKw: (number | null)[] = []
  const unknown: number[] = []
  let hours = 0
  let deliveredKwh = 0
  let askedKwh = 0
  slots.forEach((slot, i) => {
    const sum = { baseline: 0, metered: 0, asked: 0, known: 0 }
    for (const participant of participants) {
      const baseline = participant.baselineKw[i] ?? null
      const metered = participant.meteredKw[i] ?? null
      if (baseline === null || metered === null) continue
      sum.baseline += baseline
      sum.metered += metered
      sum.asked += participant.requestedKw
      sum.known++
    }
    const isKnown = sum.known > 0
    const delivered = isKnown && slot.isInEvent ? sum.baseline - sum.metered : null
    baselineKw.push(isKnown ? sum.baseline : null)
    meteredKw.push(isKnown ? sum.metered : null)
    deliveredKw.push(delivered)
    unknown.push(participants.length - sum.known)
    if (delivered === null) return
    hours += hoursOf(slot)
    deliveredKwh += delivered * hoursOf(slot)
    askedKwh += sum.asked * hoursOf(slot)
  })
  return {
    requestedKw: participants.reduce((sum, participant) => sum + participant.requestedKw, 0),
    baselineKw,
    meteredKw,
    deliveredKw,
    unknown,
    deliveredKwh: hours > 0 ? deliveredKwh : null,
    averageKw: hours > 0 ? deliveredKwh / hours : null,
    ratio: askedKwh > 0 ? deliveredKwh / askedKwh : null
  }
}

const hoursOf = (slot: ChartSlot | undefined) => (slot ? (slot.end - slot.start) / HOUR_MS : 0)
