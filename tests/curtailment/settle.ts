import type { BaselineRule } from '../../server/contract/baselines.ts'
import { type EnrolmentContract, plainContract } from '../../server/contract/enrolments.ts'
import type { CurtailmentEvent, Participant } from '../../server/contract/events.ts'
import type { ParticipantPerformance } from '../../server/contract/performance.ts'
import { defaultBaseline, defaultTerms } from '../../server/contract/programmeDefaults.ts'
import type { Programme, ProgrammeTerms } from '../../server/contract/programmes.ts'
import type { Span } from '../../server/curtailment/baseline/input.ts'
import { createMeasurement } from '../../server/curtailment/performance/measurement.ts'
import type { MeasurementNeeds } from '../../server/curtailment/performance/needs.ts'
import type { MeterHistory } from '../../server/curtailment/slots/slots.ts'

export interface Settlement {
  history: MeterHistory
  start: number
  end: number
  minutes?: number
  zone?: string
  notifiedAt?: number | null
  rule?: BaselineRule
  terms?: Partial<ProgrammeTerms>
  contract?: Partial<EnrolmentContract>
  holidays?: readonly string[]
  otherCalls?: readonly Span[]
  requestedKw?: number
  now?: number
}

/** Settles one participant's event the way the product does, from its raw readings. */
export async function settle(wanted: Settlement): Promise<ParticipantPerformance> {
  const { history, start, end, notifiedAt = null, requestedKw = 1500, now = Infinity } = wanted
  const measurement = createMeasurement(
    measurementNeeds({ ...wanted, history: async (_meter, from, to) => between(history, from, to) })
  )
  const event = oneParticipant({ start, end, notifiedAt, requestedKw })
  const performance = await measurement.measure(event, { now: Math.min(now, end + 7_200_000), isFresh: true })
  const [only] = performance.participants
  if (only === undefined) throw new Error('no participant measured')
  return only
}

/** One programme, one enrolment, nobody assessed; Monday to Friday are working days. */
export function measurementNeeds({
  history,
  zone = 'UTC',
  minutes = 30,
  rule = defaultBaseline,
  terms = {},
  contract = {},
  holidays = [],
  otherCalls = []
}: Pick<MeasurementNeeds, 'history'> & Omit<Settlement, 'history' | 'start' | 'end'>): MeasurementNeeds {
  const programme: Programme = {
    ...{ id: 'P1', name: 'Voluntary', kind: 'voluntary', priority: 1 },
    ...{ settlementIntervalMinutes: minutes, settleDelayMinutes: 20 },
    terms: [{ ...defaultTerms.voluntary, baseline: rule, ...terms }]
  }
  const enrolment = {
    ...{ id: 'E-1', programmeId: 'P1', customerId: 'C1', meteringPointId: 'MP1', committedKw: 1500 },
    ...{ since: '2000-01-01T00:00:00.000Z', until: null, predictability: null },
    contract: { ...plainContract, ...contract }
  }
  const calls = otherCalls.map(({ start, end }, i) => ({
    ...oneParticipant({ start, end, notifiedAt: start - 60_000, requestedKw: 1 }),
    id: `CE-OTHER-${i}`
  }))
  return {
    history,
    events: { list: async () => calls },
    programmes: { list: async () => [programme] },
    enrolments: { list: async () => [enrolment], ofCustomer: async () => [enrolment] },
    daysOff: async () => ({ publicHolidays: [], daysOff: holidays }),
    assessed: { placebo: async () => [], commonError: async () => ({ share: 0.05, days: 0 }) },
    timeZone: zone,
    now: () => Date.parse('2026-06-02T00:00:00Z')
  }
}

/** The readings of [from, to), as a store gives them; `t` ascends. */
export function between({ t, intervalS, kw }: MeterHistory, from: number, to: number): MeterHistory {
  const first = firstAtOrAfter(t, from)
  const past = firstAtOrAfter(t, to)
  return { t: t.slice(first, past), intervalS: intervalS.slice(first, past), kw: kw.slice(first, past) }
}

function firstAtOrAfter(t: readonly number[], time: number): number {
  let low = 0
  let high = t.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((t[middle] ?? Infinity) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** The values inside the event, where all of them are known. */
export function inEvent(
  { deliveredKw }: ParticipantPerformance,
  values: readonly (number | null)[]
): number[] {
  return values.filter((value, i): value is number => (deliveredKw[i] ?? null) !== null && value !== null)
}

export const meanOf = (values: readonly number[]) => values.reduce((sum, kw) => sum + kw, 0) / values.length

const iso = (t: number) => new Date(t).toISOString()

export function oneParticipant(times: {
  start: number
  end: number
  notifiedAt: number | null
  requestedKw: number
}): CurtailmentEvent {
  const { start, end, notifiedAt, requestedKw } = times
  const notified =
    notifiedAt === null ? [] : [{ version: 2, state: 'notified' as const, at: iso(notifiedAt) }]
  return {
    id: 'CE-20260602-001',
    state: notifiedAt === null ? 'draft' : 'active',
    version: 1 + notified.length,
    ...{ nodeId: 'F1', nodeName: 'Feeder 1', programmeId: 'P1', findingId: null },
    ...{ isDrill: false, priority: 1, targetKw: null, releaseStepMinutes: 0 },
    start: iso(start),
    end: iso(end),
    reason: 'heat',
    participants: [participantOf({ start, end, requestedKw })],
    history: notified.map(change => ({ ...change, by: 'An', byId: 'usr-an', note: null }))
  }
}

export function participantOf(
  { start, end, requestedKw = 100 }: { start: number; end: number; requestedKw?: number },
  changes: Partial<Participant> = {}
): Participant {
  return {
    ...{ customerId: 'C1', customerName: 'Steel', meteringPointId: 'MP1', meterId: 'M1', furtherMeters: [] },
    ...{ requestedKw, committedKw: requestedKw, start: iso(start), end: iso(end), releaseGroup: 1 },
    ...{ releasedAt: null, supersededBy: null, acknowledgedAt: null, answer: null, thanks: null },
    ...changes
  }
}
