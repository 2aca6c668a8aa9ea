import type { Enrolment } from '../../contract/enrolments.ts'
import type { PlanCandidate, PlanReason } from '../../contract/plans.ts'
import type { Spread } from './normal.ts'
import { type Available, availableOf, habitOf, type Prediction, predicted } from './prediction.ts'

/** Why somebody cannot be called: the rule, and the same in words with its numbers, continuing a sentence about it. */
export interface Obstacle {
  reason: PlanReason
  text: string
}

/** An enrolled customer below the node, as the plan sees it. */
export interface Enrolled {
  enrolment: Pick<Enrolment, 'customerId' | 'meteringPointId' | 'committedKw' | 'contract'>
  name: string
  /** Of all its metering points; null where one is unknown. */
  presentKw: number | null
  /** Foretold for the window; null where it was never assessed. */
  baselineKw: number | null
  /** Delivered ÷ asked of its measured events, drills apart. */
  pastRatios: readonly number[]
  eventsThisSeason: number
  hoursThisSeason: number
  /** What stands in the way beside its load; null: nothing. */
  obstacle: Obstacle | null
}

/** A candidate before the choice. */
export interface Considered {
  candidate: PlanCandidate
  /** What the common error is a share of, kW. */
  baselineKw: number
  /** What it could add if nothing stood in the way, kW: by its load or, where that is unknown, by its promise. */
  couldKw: number
}

const NOTHING: Prediction = { meanKw: 0, sdKw: 0, p10Kw: 0, p50Kw: 0, p90Kw: 0 }

/** What one customer can give and is expected to give, and why it cannot be called where it cannot. */
export function considered(enrolled: Enrolled, programme: Spread): Considered {
  const { enrolment, name, presentKw, pastRatios, eventsThisSeason, hoursThisSeason } = enrolled
  const available = presentKw === null ? null : availableOf(enrolment, presentKw, enrolled.baselineKw)
  const habit = habitOf(pastRatios, programme)
  const prediction = available === null ? NOTHING : predicted(available, habit)
  const obstacle = enrolled.obstacle ?? loadObstacle(enrolled, available, prediction)
  const explanation =
    obstacle?.text ?? (available === null ? '' : inclusion(enrolled, available, habit, prediction))
  const availableKw = available?.availableKw ?? 0
  return {
    baselineKw: Math.max(0, enrolled.baselineKw ?? presentKw ?? 0),
    couldKw: available?.availableKw ?? promisedKw(enrolled),
    candidate: {
      customerId: enrolment.customerId,
      name,
      meteringPointId: enrolment.meteringPointId,
      presentKw,
      committedKw: enrolment.committedKw,
      availableKw,
      requestedKw: obstacle === null ? availableKw : 0,
      baselineKw: enrolled.baselineKw,
      expectedKw: prediction.meanKw,
      ...{ p10Kw: prediction.p10Kw, p50Kw: prediction.p50Kw, p90Kw: prediction.p90Kw },
      uncertaintyKw: prediction.sdKw,
      pastEvents: pastRatios.length,
      eventsThisSeason,
      hoursThisSeason,
      proposed: false,
      reason: obstacle?.reason ?? 'called',
      explanation,
      excluded: obstacle?.text ?? null
    }
  }
}

function loadObstacle(
  { enrolment: { committedKw }, presentKw, baselineKw }: Enrolled,
  available: Available | null,
  { meanKw }: Prediction
): Obstacle | null {
  if (available === null) return { reason: 'no-reading', text: 'its meter has no fresh reading' }
  const { loadKw, keepsKw, availableKw } = available
  if (loadKw <= 0) {
    const isNow = (presentKw ?? 0) <= 0
    return {
      reason: 'no-load',
      text: isNow
        ? `it draws no load at present: ${kw(presentKw ?? 0)}`
        : `it is foretold to draw no load in this time: ${kw(baselineKw ?? 0)}`
    }
  }
  if (availableKw <= 0 && loadKw - keepsKw < 1) {
    return { reason: 'at-minimum-load', text: `it draws ${kw(loadKw)} and keeps ${kw(keepsKw)}` }
  }
  if (availableKw > 0 && meanKw > 0) return null
  return {
    reason: 'nothing-expected',
    text: `nothing is to be expected of it: it committed ${kw(committedKw)}, ${kw(availableKw)} of it can be asked`
  }
}

function inclusion(
  { enrolment: { committedKw, contract }, pastRatios }: Enrolled,
  { loadKw, keepsKw, availableKw }: Available,
  habit: Spread,
  { p10Kw, p90Kw }: Prediction
): string {
  const promise =
    contract.committedShare === null
      ? `${kw(committedKw)} committed`
      : `${percent(contract.committedShare)} of its load committed`
  const keeps = keepsKw > 0 ? `, keeps ${kw(keepsKw)}` : ''
  const past = pastRatios.length === 0 ? 'not measured yet' : `by ${events(pastRatios.length)}`
  return (
    `asked ${kw(availableKw)} (${promise}, draws ${kw(loadKw)}${keeps}); expected to deliver ${percent(habit.mean)} of it ` +
    `(${past}), in 8 of 10 cases ${kw(p10Kw)} to ${kw(p90Kw)}`
  )
}

/** Where the load is unknown: what it may give at most by the contract, and by the load that is foretold. */
function promisedKw({ enrolment, baselineKw }: Enrolled): number {
  if (baselineKw !== null) return availableOf(enrolment, baselineKw, null).availableKw
  return enrolment.committedKw
}

export const kw = (value: number): string => `${Math.round(value * 10) / 10} kW`
export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
const events = (count: number) => (count === 1 ? '1 measured event' : `${count} measured events`)
