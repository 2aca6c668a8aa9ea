import { type Enrolment, type EnrolmentContract, plainContract } from '../../server/contract/enrolments.ts'
import type { CurtailmentEvent, EventState, Participant } from '../../server/contract/events.ts'
import type { Finding } from '../../server/contract/findings.ts'
import type { Delivery, Performance } from '../../server/contract/performance.ts'
import { defaultTerms } from '../../server/contract/programmeDefaults.ts'
import type { Programme } from '../../server/contract/programmes.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Records } from '../../server/records/openRecords.ts'

export const noon = Date.parse('2026-05-20T05:00:00.000Z')
export const minutes = (count: number) => count * 60_000
export const at = (ms: number) => new Date(ms).toISOString()

export function node(id: string, kind: GridNode['kind'], rest: Partial<GridNode> = {}): GridNode {
  return {
    id,
    kind,
    parent: null,
    name: id,
    meter: null,
    weather: null,
    capacityKw: null,
    ratingKva: null,
    reportIntervalS: null,
    customerId: null,
    ...rest
  }
}

export function participant(customerId: string, rest: Partial<Participant> = {}): Participant {
  return {
    customerId,
    customerName: `Nhà máy ${customerId}`,
    meteringPointId: `MP-${customerId}`,
    meterId: `M-${customerId}`,
    furtherMeters: [],
    requestedKw: 500,
    committedKw: 600,
    start: at(noon),
    end: at(noon + minutes(60)),
    releaseGroup: 1,
    releasedAt: null,
    supersededBy: null,
    acknowledgedAt: null,
    answer: null,
    thanks: null,
    ...rest
  }
}

/** An event of one hour from noon on, led through the states that are given. */
export function event(
  id: string,
  states: readonly EventState[] = ['draft'],
  rest: Partial<CurtailmentEvent> = {}
): CurtailmentEvent {
  const { start = at(noon), end = at(noon + minutes(60)) } = rest
  return {
    id,
    state: states.at(-1) ?? 'draft',
    version: states.length,
    nodeId: 'F1',
    nodeName: 'Lộ 471',
    programmeId: 'voluntary',
    findingId: null,
    isDrill: false,
    priority: 1,
    targetKw: null,
    releaseStepMinutes: 0,
    start,
    end,
    reason: 'Nắng nóng',
    participants: [participant('C1', { start, end }), participant('C2', { start, end })],
    history: states.map((state, i) => ({
      version: i + 1,
      state,
      at: at(noon + minutes(i)),
      by: 'Lan',
      byId: 'usr-lan',
      note: null
    })),
    ...rest
  }
}

/** The next version of an event. */
export function next(
  event: CurtailmentEvent,
  state: EventState,
  rest: Partial<CurtailmentEvent> = {}
): CurtailmentEvent {
  const version = event.version + 1
  const change = { version, state, at: at(noon + minutes(version)), by: 'clock', byId: null, note: null }
  return { ...event, state, version, history: [...event.history, change], ...rest }
}

export function finding(id: string, raisedAt: number, rest: Partial<Finding> = {}): Finding {
  return {
    id,
    kind: 'heat-peak',
    nodeId: 'F1',
    nodeName: 'Lộ 471',
    priority: 1,
    raisedAt: at(raisedAt),
    clearedAt: null,
    acknowledged: null,
    summary: '38.2 °C and 96 % of 12,000 kW',
    facts: { loadKw: 11_520.5, capacityKw: 12_000, lastAt: null },
    flagged: [
      { customerId: 'C1', name: 'Thép', meteringPointId: 'MP-C1', presentKw: null, committedKw: 600 }
    ],
    ...rest
  }
}

/** A result in which every participant of the event delivered what `ratios` says of what was asked; null: not measurable. */
export function performance(
  event: CurtailmentEvent,
  ratios: Record<string, number | null> = {}
): Performance {
  const participants = event.participants.map(({ customerId, customerName, requestedKw, committedKw }) => {
    const ratio = ratios[customerId] ?? null
    const deliveredKw = ratio === null ? null : ratio * requestedKw
    return {
      customerId,
      customerName,
      requestedKw,
      committedKw,
      acceptedKw: null,
      baseline: null,
      baselineKw: [ratio === null ? null : 4000],
      meteredKw: [deliveredKw === null ? null : 4000 - deliveredKw],
      deliveredKw: [deliveredKw],
      deliveredKwh: deliveredKw,
      averageKw: deliveredKw,
      ratio,
      sustainedKw: deliveredKw,
      timeTo90Minutes: null,
      excessKw: null,
      preload: null,
      rebound: null,
      uncertaintyKw: null,
      credit: null,
      signs: [],
      knownSlots: ratio === null ? 0 : 1,
      slots: 1
    }
  })
  return {
    eventId: event.id,
    version: event.version,
    state: event.state,
    isDrill: event.isDrill,
    isFinal: true,
    resultVersion: 1,
    computedAt: event.end,
    intervalMinutes: 60,
    start: event.start,
    end: event.end,
    t: [Date.parse(event.start)],
    participants,
    total: {
      requestedKw: 1000,
      baselineKw: [null],
      meteredKw: [null],
      deliveredKw: [null],
      unknown: [0],
      deliveredKwh: null,
      averageKw: null,
      ratio: null,
      uncertaintyKw: null,
      commonErrorShare: 0.05,
      isDistinguishable: null
    }
  }
}

/** A contract in force since noon, with whatever of it is said. */
export function enrolment(
  id: string,
  rest: Partial<Omit<Enrolment, 'contract'>> & { contract?: Partial<EnrolmentContract> } = {}
): Enrolment {
  return {
    id,
    programmeId: 'voluntary',
    customerId: 'C1',
    meteringPointId: 'MP-C1',
    committedKw: 600,
    since: at(noon),
    until: null,
    predictability: null,
    ...rest,
    contract: { ...plainContract, ...rest.contract }
  }
}

/** The programme that every installation has, with whatever of it is said. */
export function programme(rest: Partial<Programme> = {}): Programme {
  return {
    id: 'voluntary',
    name: 'Điều chỉnh phụ tải tự nguyện',
    kind: 'voluntary',
    priority: 1,
    settlementIntervalMinutes: 30,
    settleDelayMinutes: 20,
    terms: [defaultTerms.voluntary],
    ...rest
  }
}

/** What each participant of the event delivered by a result of it, as `performance` makes one. */
export function deliveries(event: CurtailmentEvent, result: Performance): Delivery[] {
  const { id: eventId, programmeId, isDrill } = event
  return event.participants.flatMap(({ customerId, customerName, meteringPointId, start, end }) => {
    const one = result.participants.find(measured => measured.customerId === customerId)
    if (one === undefined) return []
    const { requestedKw, committedKw, acceptedKw, averageKw, sustainedKw, deliveredKwh, ratio } = one
    const { isFinal, resultVersion } = result
    return [
      {
        ...{
          eventId,
          customerId,
          customerName,
          meteringPointId,
          programmeId,
          resultVersion,
          isDrill,
          isFinal
        },
        ...{ start, end, requestedKw, committedKw, acceptedKw, averageKw, sustainedKw, deliveredKwh, ratio },
        ...{ uncertaintyKw: null, creditKwh: null, creditVnd: null, signs: 0 }
      }
    ]
  })
}

/** Keeps a result in which the participants delivered what `ratios` says of what was asked, as the next version. */
export function keepResult(
  { results }: Pick<Records, 'results'>,
  event: CurtailmentEvent,
  ratios: Record<string, number | null> = {}
): Promise<Performance> {
  const result = performance(event, ratios)
  return results.save(result, { kind: 'final', why: 'measured', deliveries: deliveries(event, result) })
}
