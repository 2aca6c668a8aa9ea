import type { BaselineExplanation, PlaceboAccuracy } from '../../contract/baselines.ts'
import type { CurtailmentEvent, Participant } from '../../contract/events.ts'
import type { ParticipantPerformance, Performance } from '../../contract/performance.ts'
import { performanceTotal } from '../../contract/performanceTotal.ts'
import { type CreditTerms, creditOf } from './credit.ts'
import { type Column, deliveredOf, excessOf, type Times } from './delivered.ts'
import { extraOf, REBOUND_MS } from './extra.ts'
import { signsOf } from './signs.ts'
import { sigmaKw } from './uncertainty.ts'

/** What is known of one participant over the slots around its part of an event, kW. */
export interface Measured {
  /** Ascending, from where its load is watched to the end of its rebound. */
  slots: readonly Times[]
  baseline: BaselineExplanation
  baselineKw: Column
  /** The mean of the days of the baseline before the adjustment. */
  unadjustedKw: Column
  meteredKw: Column
  timeTo90Minutes: number | null
}

/** By what one participant is judged. */
export interface Judging {
  part: Times
  /** As much of it as has passed. */
  soFar: Times
  notifiedAt: number | null
  /** Local midnight before its start: the days of a baseline are alike from there on. */
  dayStart: number
  terms: CreditTerms
  isDrill: boolean
  firmServiceLevelKw: number | null
  /** Of the method that settles; null where it was never tested. */
  placebo: PlaceboAccuracy | null
}

/** One participant's performance; `t`: the start of each slot of the event's chart, which its columns follow. */
export function participantPerformance(
  participant: Participant,
  t: readonly number[],
  measured: Measured,
  judging: Judging
): ParticipantPerformance {
  const { customerId, customerName, requestedKw, committedKw } = participant
  const { slots, baseline, baselineKw, meteredKw, unadjustedKw, timeTo90Minutes } = measured
  const { part, soFar, notifiedAt, dayStart, terms, isDrill, firmServiceLevelKw, placebo } = judging
  const { start, end } = part
  const { deliveredKw, baselineMeanKw, ...delivered } = deliveredOf(slots, soFar, measured, requestedKw)
  const { deliveredKwh, ratio } = delivered
  const credit = creditOf(terms, slots, deliveredKw, { committedKw, requestedKw, ratio })
  const extra = (span: Times) => extraOf(slots, span, measured, deliveredKwh)
  const place = new Map(slots.map((slot, i) => [slot.start, i]))
  const charted = (column: Column) => t.map(at => column[place.get(at) ?? -1] ?? null)
  return {
    customerId,
    customerName,
    requestedKw,
    committedKw,
    acceptedKw: acceptedKw(participant),
    baseline,
    baselineKw: charted(baselineKw),
    meteredKw: charted(meteredKw),
    deliveredKw: charted(deliveredKw),
    ...delivered,
    timeTo90Minutes,
    excessKw: firmServiceLevelKw === null ? null : excessOf(slots, soFar, meteredKw, firmServiceLevelKw),
    // Another day before its own has other days to be compared with.
    preload: notifiedAt === null ? null : extra({ start: Math.max(notifiedAt, dayStart), end: start }),
    rebound: extra({ start: end, end: end + REBOUND_MS }),
    uncertaintyKw: sigmaKw(placebo, baselineMeanKw),
    // A drill is not paid for.
    credit: isDrill && credit !== null ? { ...credit, vnd: null } : credit,
    signs: signsOf({ slots, unadjustedKw, meteredKw, explanation: baseline, start, notifiedAt, dayStart })
  }
}

/** What it said that it would give: a plain yes is all that was asked, a plain no nothing; null where it said neither. */
export function acceptedKw({ answer, requestedKw }: Participant): number | null {
  if (answer === null || answer.answer === 'acknowledge') return null
  return answer.kw ?? (answer.answer === 'accept' ? requestedKw : 0)
}

/** The event's side of a performance. */
export interface Charted {
  t: readonly number[]
  intervalMinutes: number
  start: string
  end: string
  computedAt: number
  commonErrorShare: number
}

/** A whole event: its participants and their sums. Not kept yet. */
export function performanceOf(
  { id, version, state, isDrill }: CurtailmentEvent,
  { t, intervalMinutes, start, end, computedAt, commonErrorShare }: Charted,
  participants: ParticipantPerformance[]
): Performance {
  return {
    eventId: id,
    version,
    state,
    isDrill,
    isFinal: state === 'final',
    resultVersion: 0,
    computedAt: new Date(computedAt).toISOString(),
    intervalMinutes,
    start,
    end,
    t: [...t],
    participants,
    total: performanceTotal({ participants, t, intervalMinutes, commonErrorShare })
  }
}
