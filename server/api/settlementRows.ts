import { csvCell } from '../contract/csvCell.ts'
import type { CurtailmentEvent, Participant } from '../contract/events.ts'
import type { ParticipantPerformance, Performance } from '../contract/performance.ts'

type Cell = string | number | boolean | null

/** A kept result of an event, as far as it is seen. */
export interface Settled {
  event: CurtailmentEvent
  result: Performance
}

const ofResult = {
  event_id: ({ event }) => event.id,
  result_version: ({ result }) => result.resultVersion,
  is_final: ({ result }) => result.isFinal,
  is_drill: ({ result }) => result.isDrill,
  programme_id: ({ event }) => event.programmeId
} satisfies Record<string, (settled: Settled) => Cell>

const ofParticipant = {
  customer_id: (one, _) => one.customerId,
  customer_name: (one, _) => one.customerName,
  metering_point_id: (_, called) => called?.meteringPointId ?? null,
  start: (_, called) => called?.start ?? null,
  end: (_, called) => called?.end ?? null
} satisfies Record<string, (one: ParticipantPerformance, called: Participant | undefined) => Cell>

const figures = {
  requested_kw: one => one.requestedKw,
  committed_kw: one => one.committedKw,
  accepted_kw: one => one.acceptedKw,
  average_kw: one => one.averageKw,
  sustained_kw: one => one.sustainedKw,
  delivered_kwh: one => one.deliveredKwh,
  ratio: one => one.ratio,
  uncertainty_kw: one => one.uncertaintyKw,
  excess_kw: one => one.excessKw,
  known_slots: one => one.knownSlots,
  slots: one => one.slots,
  credit_kwh: one => one.credit?.energyKwh ?? null,
  credit_kw: one => one.credit?.averageKw ?? null,
  credit_vnd: one => one.credit?.vnd ?? null,
  signs: one => one.signs.map(({ sign }) => sign).join(' '),
  baseline_method: one => one.baseline?.method ?? null,
  factor: one => one.baseline?.factor ?? null,
  data_sha256: one => one.baseline?.dataHash ?? null
} satisfies Record<string, (one: ParticipantPerformance) => Cell>

const bySlot = ['slot_start', 'interval_minutes', 'baseline_kw', 'metered_kw', 'delivered_kw'] as const

/** The names of the columns, as one line. `intervals`: a row for each settlement slot. */
export function headerLine(intervals: boolean): string {
  const columns = [...Object.keys(ofResult), ...Object.keys(ofParticipant)]
  return line([...columns, ...(intervals ? bySlot : Object.keys(figures))])
}

/** A row for each participant, or for each slot of its part of the event. Numbers unrounded, unknown empty (RFC 4180). */
export function* settlementLines(settled: Settled, intervals: boolean): Generator<string> {
  const { event, result } = settled
  const called = new Map(event.participants.map(one => [one.customerId, one]))
  const first = Object.values(ofResult).map(cell => cell(settled))
  for (const one of result.participants) {
    const participant = called.get(one.customerId)
    const lead = [...first, ...Object.values(ofParticipant).map(cell => cell(one, participant))]
    if (intervals) yield* slotLines(lead, one, participant, result)
    else yield line([...lead, ...Object.values(figures).map(cell => cell(one))])
  }
}

function* slotLines(
  lead: readonly Cell[],
  one: ParticipantPerformance,
  participant: Participant | undefined,
  { t, intervalMinutes, start, end }: Performance
): Generator<string> {
  const from = Date.parse(participant?.start ?? start)
  const to = Date.parse(participant?.end ?? end)
  for (const [i, at] of t.entries()) {
    if (at < from || at >= to) continue
    const columns = [one.baselineKw, one.meteredKw, one.deliveredKw].map(column => column[i] ?? null)
    yield line([...lead, new Date(at).toISOString(), intervalMinutes, ...columns])
  }
}

const line = (cells: readonly Cell[]) =>
  `${cells.map(cell => csvCell(typeof cell === 'boolean' ? String(cell) : cell)).join(',')}\r\n`
