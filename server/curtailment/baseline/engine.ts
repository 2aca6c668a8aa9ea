import type { BaselineExplanation, BaselineMethodName } from '../../contract/baselines.ts'
import { addDays } from '../../contract/localTime.ts'
import { type DayLoads, joinedDays } from '../slots/dayLoads.ts'
import { type Adjustment, adjusted, adjustmentOf } from './adjustment.ts'
import { laidOver } from './candidateDay.ts'
import { matchDays } from './dayMatching.ts'
import type { Estimate, RejectedDay, Tried } from './estimate.ts'
import { explain, type InsteadOf } from './explanation.ts'
import { firmServiceLevel, meterBeforeAfter } from './hourBefore.ts'
import type { Asking, BaselineInput, DayRange } from './input.ts'
import { matchDay } from './matchDay.ts'
import { isDisturbed } from './ownDay.ts'
import { sameDay } from './sameDay.ts'
import { weather } from './weather.ts'

export interface BaselineResult {
  /** Whether there is a baseline; where not, `note` of the explanation says why and every kW is null. */
  isMeasurable: boolean
  /** Adjusted, never negative; one for each slot of `window.slots`, null where it is unknown. */
  baselineKw: (number | null)[]
  /** The same before the adjustment. */
  unadjustedKw: (number | null)[]
  explanation: BaselineExplanation
  /** No late reading and no hour still to come is to be expected to change it: it may be remembered for longer. */
  isSettled: boolean
}

/**
 * The one baseline engine: what a site would have drawn, by the method of the rule or, where that gives nothing, by the
 * first of its fallbacks that does. Pure; the days come from `input.load`.
 *
 *   const window = eventWindow(grid, { start, end, notifiedAt }, rule.adjustment)       once for all sites
 *   const span = daySpan(grid, addDays(window.date, -45), addDays(window.date, 1))      once for all sites
 *   const load = dayLoads(readings, span)                                               kW by local day and slot
 *   const { baselineKw, explanation } = baselineOf({ rule, window, load, calendar, calls: [] })
 *
 * `baselineKw` stands beside `window.slots`; the event's own are those of `window.event`.
 */
export function baselineOf(input: BaselineInput): BaselineResult {
  const steps = baselineSteps(input)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** What is read from; the same range may be asked for twice. */
export interface DayReader {
  load(range: DayRange): Promise<DayLoads>
  temperature?(range: DayRange): Promise<DayLoads>
}

/** The same where the days have still to be read: asks for them in parts, most recent first, and only for those it needs. */
export async function readBaseline(
  input: Omit<BaselineInput, 'load' | 'temperature'>,
  reader: DayReader
): Promise<BaselineResult> {
  const load = joinedDays()
  const temperature = reader.temperature ? joinedDays() : null
  const steps = baselineSteps({ ...input, load, temperature })
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    const range = step.value
    if (isRead(load, range)) continue
    load.add(await reader.load(range))
    if (temperature && reader.temperature) temperature.add(await reader.temperature(range))
  }
}

function isRead(load: DayLoads, { from, to }: DayRange): boolean {
  for (let date = from; date <= to; date = addDays(date, 1)) if (load.of(date) === null) return false
  return true
}

function* baselineSteps(input: BaselineInput): Asking<BaselineResult> {
  const { method, fallback } = input.rule
  const insteadOf: InsteadOf[] = []
  let failed: RejectedDay[] = []
  const methods = [...new Set([method, ...fallback])]
  for (const one of methods) {
    const tried = yield* attempt(input, one, one !== method)
    if (tried.ok) return yield* finished(input, one, insteadOf, tried.estimate)
    if (one === method) failed = tried.daysRejected
    insteadOf.push({ method: one, reason: tried.reason })
  }
  return noBaseline(input, insteadOf, failed)
}

/** A baseline by one method alone, before the adjustment. */
export function* attempt(
  input: BaselineInput,
  method: BaselineMethodName,
  isFallback: boolean
): Asking<Tried> {
  if (method === 'same-day') return yield* sameDay(input)
  if (method === 'match-day') return yield* matchDay(input)
  if (method === 'weather') return yield* weather(input)
  if (method === 'firm-service-level') return yield* firmServiceLevel(input)
  if (method === 'meter-before-after') return yield* meterBeforeAfter(input)
  return yield* matchDays(input, method, isFallback)
}

function* finished(
  input: BaselineInput,
  method: BaselineMethodName,
  insteadOf: InsteadOf[],
  estimate: Estimate
): Asking<BaselineResult> {
  const { adjustment, actualKw } = yield* sameDayAdjustment(input, estimate)
  return {
    isMeasurable: true,
    baselineKw: adjusted(estimate.baselineKw, adjustment),
    unadjustedKw: Array.from(estimate.baselineKw, kw => (Number.isNaN(kw) ? null : kw)),
    explanation: explain(input, method, insteadOf, estimate, { adjustment, actualKw }),
    isSettled: estimate.isSettled && insteadOf.length === 0 && !actualKw.some(Number.isNaN)
  }
}

/** Compares the event's own day with what the method says of the hours before the event, where the rule asks for it. */
export function* sameDayAdjustment(
  input: BaselineInput,
  { basisKw }: Estimate
): Asking<{ adjustment: Adjustment; actualKw: Float64Array }> {
  const { window, rule, load } = input
  const { adjustment: range, slots } = window
  const none = (note: string | null) => ({
    adjustment: { kind: 'none' as const, note },
    actualKw: new Float64Array()
  })
  if (rule.adjustment === null || range === null) return none(null)
  if (basisKw === null) return none('not adjusted: the method rests on the day itself')
  const first = slots[range.from]
  const last = slots[range.to - 1]
  if (first === undefined || last === undefined) return none('not adjusted: there is no adjustment window')
  if (isDisturbed(input, { start: first.start, end: last.end }))
    return none('not adjusted: another call fell into the adjustment window')
  yield { from: first.date, to: last.date }
  const ownDay = laidOver(window, load, window.date)
  return {
    adjustment: adjustmentOf(rule.adjustment, basisKw, ownDay, range),
    actualKw: ownDay.slice(range.from, range.to)
  }
}

function noBaseline(
  { window, rule }: BaselineInput,
  tried: readonly InsteadOf[],
  daysRejected: RejectedDay[]
): BaselineResult {
  const last = tried.at(-1) ?? { method: rule.method, reason: 'no method' }
  const unknown = () => window.slots.map(() => null)
  return {
    isMeasurable: false,
    baselineKw: unknown(),
    unadjustedKw: unknown(),
    explanation: {
      method: last.method,
      insteadOf: tried.slice(0, -1),
      ...{
        daysUsed: [],
        daysRejected,
        factor: null,
        factorUncapped: null,
        factorCapped: false,
        offsetKw: null
      },
      ...{ adjustmentFrom: null, adjustmentTo: null, note: last.reason, dataHash: null }
    },
    isSettled: false
  }
}
