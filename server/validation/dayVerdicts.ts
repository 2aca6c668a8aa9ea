import { qualityBits } from '../contract/quality.ts'
import { energyKwh, type Measured } from './daySeries.ts'
import type { Limits } from './limits.ts'
import { agrees, lastDigitKwh } from './register.ts'

/** A stretch of time: [from, to), epoch ms. */
export interface Span {
  from: number
  to: number
}

/**
 * The readings of a day that stand far above its third highest, by their moment: at most two, for three of a kind are
 * a load.
 */
export function spikes(day: readonly Measured[], limits: Limits): number[] {
  const third = day.map(({ value }) => value).toSorted((a, b) => b - a)[2]
  if (third === undefined) return []
  const limitKw = Math.max(limits.spikeFloorKw, Math.max(0, third) * (1 + limits.spikeShare))
  return day.filter(({ value }) => value > limitKw).map(({ t }) => t)
}

const FEWEST_USUAL_DAYS = 3

/** `highUse`, `lowUse` or 0; null when there is nothing to compare with. `usualKwh`: the same weekday of the weeks before. */
export function useVerdict(
  dayKwh: number | null,
  usualKwh: readonly (number | null)[],
  limits: Limits
): number | null {
  const usual = usualKwh.filter(kwh => kwh !== null)
  if (dayKwh === null || usual.length < FEWEST_USUAL_DAYS) return null
  const mean = usual.reduce((sum, kwh) => sum + kwh, 0) / usual.length
  if (mean <= limits.useFloorKwh) return null
  if (dayKwh > mean * limits.highUseShare) return qualityBits.highUse
  return dayKwh < mean * limits.lowUseShare ? qualityBits.lowUse : 0
}

/**
 * Whether the energy of a day is what the register counted from its first reading to its last; null when that cannot
 * be said: a register that went down, or power not known all the time. Samples are no measure of energy as exact as
 * means are, so they get the tolerance of a single interval.
 */
export function agreesWithRegister(
  power: readonly Measured[],
  register: readonly Measured[],
  limits: Limits
): boolean | null {
  const first = register[0]
  const last = register.at(-1)
  if (first === undefined || last === undefined || first === last) return null
  if (register.some(({ value }, i) => value < (register[i - 1]?.value ?? value))) return null
  const countedKwh = last.value - first.value
  const areMeans = power.every(({ intervalMs }) => intervalMs > 0)
  const share = areMeans ? limits.registerDayToleranceShare : limits.registerToleranceShare
  const digit = lastDigitKwh(first.value, last.value)
  // Read at the start of its interval, or at the end.
  const spans = [
    { from: first.t, to: last.t },
    { from: first.t + first.intervalMs, to: last.t + last.intervalMs }
  ]
  const energies = spans.map(({ from, to }) => energyOfAll(power, from, to))
  if (energies.some(kwh => kwh === null)) return null
  return energies.some(kwh => kwh !== null && agrees(kwh, countedKwh, share, digit))
}

/** As `energyKwh`, but nothing may be missing. */
function energyOfAll(power: readonly Measured[], from: number, to: number): number | null {
  const inside = power.filter(({ t, intervalMs }) => t >= from && t + intervalMs <= to)
  const coveredMs = inside.reduce((sum, { intervalMs }) => sum + intervalMs, 0)
  const areMeans = power.every(({ intervalMs }) => intervalMs > 0)
  if (areMeans && Math.abs(coveredMs - (to - from)) > 1000) return null
  return energyKwh(power, from, to)
}

/** Whether what arrives below is what went in, within the parent's limits; null when that cannot be said. */
export function sumAgrees(
  parentKwh: number | null,
  childrenKwh: readonly (number | null)[],
  limits: Limits
): boolean | null {
  if (parentKwh === null || parentKwh <= limits.useFloorKwh || childrenKwh.length === 0) return null
  let sum = 0
  for (const kwh of childrenKwh) {
    if (kwh === null) return null
    sum += kwh
  }
  const lossShare = (parentKwh - sum) / parentKwh
  // A thousandth for the rounding of the values.
  return lossShare >= limits.lowestLossShare - 0.001 && lossShare <= limits.highestLossShare + 0.001
}
