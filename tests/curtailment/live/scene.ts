import type { CurtailmentEvent, Participant } from '../../../server/contract/events.ts'
import type { Present } from '../../../server/curtailment/live/basis.ts'
import type { LiveBasis } from '../../../server/curtailment/performance/needs.ts'

const MINUTE = 60_000
/** 14:00 to 15:00, slots of 15 minutes. */
export const START = Date.parse('2026-06-10T14:00:00Z')
export const END = START + 60 * MINUTE
export const minutes = (n: number): number => START + n * MINUTE
const iso = (t: number) => new Date(t).toISOString()

export function participantOf(customerId: string, change: Partial<Participant> = {}): Participant {
  return {
    customerId,
    customerName: customerId,
    meteringPointId: `P-${customerId}`,
    meterId: `M-${customerId}`,
    furtherMeters: [],
    requestedKw: 100,
    committedKw: 100,
    start: iso(START),
    end: iso(END),
    releaseGroup: 1,
    releasedAt: null,
    supersededBy: null,
    acknowledgedAt: null,
    answer: null,
    thanks: null,
    ...change
  }
}

export function eventOf(
  participants: Participant[],
  change: Partial<CurtailmentEvent> = {}
): CurtailmentEvent {
  return {
    id: 'CE-20260610-001',
    state: 'active',
    version: 4,
    nodeId: 'F1',
    nodeName: 'Feeder 1',
    programmeId: 'voluntary',
    findingId: null,
    isDrill: false,
    priority: 1,
    targetKw: null,
    releaseStepMinutes: 0,
    start: iso(START),
    end: iso(END),
    reason: 'heat',
    participants,
    history: [],
    ...change
  }
}

/** A flat baseline, of which `delivered` is known for the slots that have ended. */
export function basisOf(
  baselineKw: number | null,
  delivered: (number | null)[] = [],
  errorShare: number | null = 0.1
): LiveBasis {
  const slots = [0, 1, 2, 3].map(i => ({ start: minutes(15 * i), end: minutes(15 * (i + 1)) }))
  return {
    slots,
    baselineKw: slots.map(() => baselineKw),
    deliveredKw: slots.map((_, i) => delivered[i] ?? null),
    errorShare
  }
}

export const present = (kw: number, at: number): Present => ({ kw, at })
