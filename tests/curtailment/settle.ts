import type { CurtailmentEvent } from '../../server/contract/events.ts'
import { localTime } from '../../server/contract/localTime.ts'
import type { ParticipantPerformance } from '../../server/contract/performance.ts'
import { type BaselineMethod, tenOfTen } from '../../server/curtailment/baseline/baselineMethods.ts'
import type { Span } from '../../server/curtailment/baseline/basis.ts'
import { createMeasurement } from '../../server/curtailment/performance/measurement.ts'
import { slotGrid } from '../../server/curtailment/slots/slotGrid.ts'
import type { MeterHistory } from '../../server/curtailment/slots/slots.ts'

export interface Settlement {
  history: MeterHistory
  start: number
  end: number
  minutes?: number
  zone?: string
  notifiedAt?: number | null
  method?: BaselineMethod
  holidays?: readonly string[]
  otherCalls?: readonly Span[]
  requestedKw?: number
  now?: number
}

/** Settles one participant's event the way the product does, from its raw readings. */
export async function settle(wanted: Settlement): Promise<ParticipantPerformance> {
  const { history, start, end, minutes = 30, zone = 'UTC', method = tenOfTen } = wanted
  const { notifiedAt = null, holidays = [], otherCalls = [], requestedKw = 1500, now = Infinity } = wanted
  const measurement = createMeasurement({
    history: async (_meter, from, to) => between(history, from, to),
    holidays: new Set(holidays),
    method
  })
  const performance = await measurement.measure(oneParticipant({ start, end, notifiedAt, requestedKw }), {
    grid: slotGrid(localTime(zone), minutes),
    now: Math.min(now, end + 7_200_000),
    isFresh: true,
    otherCalls: async () => new Map([['C1', otherCalls]])
  })
  const [only] = performance.participants
  if (only === undefined) throw new Error('no participant measured')
  return only
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

export function oneParticipant(times: {
  start: number
  end: number
  notifiedAt: number | null
  requestedKw: number
}): CurtailmentEvent {
  const { start, end, notifiedAt, requestedKw } = times
  const iso = (t: number) => new Date(t).toISOString()
  const notified =
    notifiedAt === null ? [] : [{ version: 2, state: 'notified' as const, at: iso(notifiedAt) }]
  return {
    id: 'CE-20260602-001',
    state: notifiedAt === null ? 'draft' : 'active',
    version: 1 + notified.length,
    nodeId: 'F1',
    nodeName: 'Feeder 1',
    programmeId: 'P1',
    findingId: null,
    start: iso(start),
    end: iso(end),
    reason: 'heat',
    participants: [
      {
        customerId: 'C1',
        customerName: 'Steel',
        meteringPointId: 'MP1',
        meterId: 'M1',
        requestedKw,
        committedKw: requestedKw,
        acknowledgedAt: null,
        answer: null,
        thanks: null
      }
    ],
    history: notified.map(change => ({ ...change, by: 'An', byId: 'usr-an', note: null }))
  }
}
