import {
  type BaselineMethodName,
  type BaselineRule,
  baselineMethodNames,
  type PlaceboAccuracy,
  type PredictabilityClass
} from '../../contract/baselines.ts'
import type { Predictability } from '../../contract/enrolments.ts'
import { ownDayMethods } from '../baseline/methods.ts'
import type { PlaceboRule } from '../baseline/placebo.ts'
import { isSameRule } from '../performance/uncertainty.ts'

/** RRMSE up to which a load is of class A, and of class B (domain reference 5.2). */
const A_SHARE = 0.1
const B_SHARE = 0.2
/** A method has to have been tried on so many days before it says anything. */
const MIN_DAYS = 5

/** What cannot be tried on days without an event: a promised level is no forecast. */
const untried: readonly BaselineMethodName[] = ['firm-service-level']

/** Every method, each without and with the same-day adjustment of the programme; the programme's own rule first. */
export function placeboRules({ method, adjustment }: BaselineRule): PlaceboRule[] {
  const rules: PlaceboRule[] = untried.includes(method) ? [] : [{ method, adjustment }]
  for (const one of baselineMethodNames) {
    if (untried.includes(one)) continue
    const adjustments = ownDayMethods.includes(one) || adjustment === null ? [null] : [null, adjustment]
    for (const each of adjustments) {
      if (!rules.some(rule => rule.method === one && isSameRule(rule.adjustment, each))) {
        rules.push({ method: one, adjustment: each })
      }
    }
  }
  return rules
}

/** A: RRMSE ≤ 10 %, B: ≤ 20 %, C: above. */
export function classOf(rrmseShare: number): PredictabilityClass {
  if (rrmseShare <= A_SHARE) return 'A'
  return rrmseShare <= B_SHARE ? 'B' : 'C'
}

/**
 * The class of a site by its best method: the least RRMSE among those whose bias stays within the programme's limit, as a
 * bias does not average out. Where every method is biased beyond it the site is C. Too few days for any: unknown.
 */
export function predictabilityOf(
  methods: readonly PlaceboAccuracy[],
  maxBiasShare: number,
  at: number
): Predictability {
  const tried = methods.filter(
    (one): one is PlaceboAccuracy & { rrmseShare: number } => one.days >= MIN_DAYS && one.rrmseShare !== null
  )
  const unbiased = tried.filter(({ biasShare }) => biasShare !== null && Math.abs(biasShare) <= maxBiasShare)
  const [best] = unbiased.toSorted((a, b) => a.rrmseShare - b.rrmseShare)
  return {
    at: new Date(at).toISOString(),
    class: best === undefined ? (tried.length > 0 ? 'C' : null) : classOf(best.rrmseShare),
    best: best ?? null,
    methods: [...methods]
  }
}
