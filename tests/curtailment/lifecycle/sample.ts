import type { CurtailmentEvent, EventState, Participant } from '../../../server/contract/events.ts'

export const MINUTE = 60_000
export const at = (time: string) => Date.parse(`2026-06-02T${time}Z`)
export const iso = (time: string) => new Date(at(time)).toISOString()
export const by = { by: 'An', byId: 'usr-an' }

/** Half-hour slots, half an hour to respond, late data awaited for an hour, one person may ask 1000 kW. */
export const rules = {
  ceilToSlot: (t: number) => Math.ceil(t / (30 * MINUTE)) * 30 * MINUTE,
  floorToSlot: (t: number) => Math.floor(t / (30 * MINUTE)) * 30 * MINUTE,
  responseMs: 30 * MINUTE,
  noticeMs: 0,
  settleDelayMs: 60 * MINUTE,
  approvalAboveKw: 1000
}

export function participant(customerId: string, changes: Partial<Participant> = {}): Participant {
  return {
    customerId,
    customerName: `Works ${customerId}`,
    meteringPointId: `MP-${customerId}`,
    meterId: `M-${customerId}`,
    furtherMeters: [],
    requestedKw: 1,
    committedKw: 1,
    start: iso('10:00'),
    end: iso('12:00'),
    releaseGroup: 1,
    releasedAt: null,
    supersededBy: null,
    acknowledgedAt: null,
    answer: null,
    thanks: null,
    ...changes
  }
}

/** An event from 10:00 to 12:00 led through some states after its draft, all at 09:00. */
export function eventIn(
  states: readonly EventState[],
  changes: Partial<CurtailmentEvent> = {}
): CurtailmentEvent {
  const history = (['draft', ...states] as const).map((state, i) => ({
    ...{ version: i + 1, state, at: iso('09:00'), note: null },
    ...by
  }))
  return {
    id: 'CE-20260602-001',
    state: states.at(-1) ?? 'draft',
    version: history.length,
    nodeId: 'F1',
    nodeName: 'Feeder 1',
    programmeId: 'P1',
    findingId: null,
    isDrill: false,
    priority: 1,
    targetKw: null,
    releaseStepMinutes: 0,
    start: iso('10:00'),
    end: iso('12:00'),
    reason: 'heat',
    participants: [participant('C1')],
    history,
    ...changes
  }
}

/** How an event came to each state. */
export const paths: Record<EventState, EventState[]> = {
  draft: [],
  approved: ['approved'],
  notified: ['notified'],
  standby: ['notified', 'standby'],
  active: ['notified', 'standby', 'active'],
  ended: ['notified', 'active', 'ended'],
  provisional: ['notified', 'active', 'ended', 'provisional'],
  final: ['notified', 'active', 'ended', 'provisional', 'final'],
  cancelled: ['notified', 'cancelled']
}
