import { activePowerKw, heldUntil, mergePower, type PowerValues, reportIntervalOf } from './hold.ts'

/** A value from `at` until the next step begins, at the longest until `until`: epoch ms. null: unknown from `at` on. */
export interface Step {
  at: number
  until: number
  kw: number | null
}

/** A step with the reading behind it, so that a second reading of the same moment can be merged in. */
export interface PowerStep extends Step {
  intervalS: number
  /** null: kW itself was measured, and stands in `kw`. */
  power: PowerValues | null
}

/** How one measuring point's values are held. */
export interface HoldRule {
  registryS: number | null
  defaultS: number
}

/** No value acts longer than this, whatever interval it claims: it bounds how far back a roll-up must read. */
const LONGEST_ACT_MS = 8 * 24 * 3_600_000

export function stepOf(at: number, intervalS: number, power: PowerValues, rule: HoldRule): PowerStep {
  const reportS = reportIntervalOf(rule.registryS, intervalS, rule.defaultS)
  const until = Math.min(heldUntil(at, intervalS, reportS), at + LONGEST_ACT_MS)
  // A known kW is never erased and always decides, so what else was measured need not be held.
  const isPlain = power.kw !== null || (power.kva === null && power.kvar === null)
  return { at, until, kw: activePowerKw(power), intervalS, power: isPlain ? null : power }
}

/** Puts a step in its place in an ascending list; of one moment the later arrival wins member by member. */
export function insertStep(steps: PowerStep[], step: PowerStep, rule: HoldRule): void {
  const i = placeFor(steps, step.at)
  const same = steps[i]
  if (same?.at !== step.at) steps.splice(i, 0, step)
  else steps[i] = stepOf(step.at, step.intervalS, mergePower(powerOf(same), powerOf(step)), rule)
}

function powerOf({ kw, power }: PowerStep): PowerValues {
  return power ?? { kw, kva: null, kvar: null }
}

/** The index of the first step not before `at`, looked for from the end: readings mostly come in order. */
export function placeFor(steps: readonly Step[], at: number): number {
  let low = 0
  let high = steps.length
  if (high === 0 || (steps[high - 1]?.at ?? Infinity) < at) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle]?.at ?? Infinity) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** The index of the step that acts at `t`: the last that began at or before it; 0 when none did. */
export function actingAt(steps: readonly Step[], t: number): number {
  return Math.max(0, placeFor(steps, t + 1) - 1)
}
