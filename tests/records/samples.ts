import type { CurtailmentEvent, EventState, Participant } from '../../server/contract/events.ts'
import type { Finding } from '../../server/contract/findings.ts'
import type { Performance } from '../../server/contract/performance.ts'
import type { GridNode } from '../../server/contract/registry.ts'

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
    requestedKw: 500,
    committedKw: 600,
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
  return {
    id,
    state: states.at(-1) ?? 'draft',
    version: states.length,
    nodeId: 'F1',
    nodeName: 'Lộ 471',
    programmeId: 'voluntary',
    findingId: null,
    start: at(noon),
    end: at(noon + minutes(60)),
    reason: 'Nắng nóng',
    participants: [participant('C1'), participant('C2')],
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
  const participants = event.participants.map(({ customerId, customerName, requestedKw }) => {
    const ratio = ratios[customerId] ?? null
    const deliveredKw = ratio === null ? null : ratio * requestedKw
    return {
      customerId,
      customerName,
      requestedKw,
      baseline: null,
      baselineKw: [ratio === null ? null : 4000],
      meteredKw: [deliveredKw === null ? null : 4000 - deliveredKw],
      deliveredKw: [deliveredKw],
      deliveredKwh: deliveredKw,
      averageKw: deliveredKw,
      ratio,
      knownSlots: ratio === null ? 0 : 1,
      slots: 1
    }
  })
  return {
    eventId: event.id,
    version: event.version,
    state: event.state,
    isFinal: true,
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
      ratio: null
    }
  }
}
