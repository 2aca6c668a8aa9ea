import type { Paper, ThermalConstants } from './constants.ts'
import { advance, hotSpotC, type ThermalState } from './thermal.ts'

/** Years an insulation lasts at rate 1 (IEC 60076-7: 180 000 h, upgraded paper by degree of polymerisation). */
export const INSULATION_LIFE_HOURS = 180_000

const KELVIN = 273
/** Integrated in steps of no more than this. */
const STEP_MIN = 5
/** A longer stretch is in balance for most of it, and is cut in as many steps as a day. */
const MOST_STEPS = 288

/**
 * How many hours of life an hour at this hot spot takes: normal paper 1 at 98 °C, doubled by each 6 K; thermally upgraded
 * 1 at 110 °C, after Arrhenius (IEC 60076-7, formulas 2 and 3). Finite for every temperature.
 */
export function ageingRate(hotSpot: number, paper: Paper): number {
  const rate = paper === 'normal' ? 2 ** ((hotSpot - 98) / 6) : upgradedRate(hotSpot)
  return Math.min(Number.MAX_VALUE, rate)
}

/** Nothing reacts at the absolute zero of the formula or below. */
function upgradedRate(hotSpot: number): number {
  return hotSpot <= -KELVIN ? 0 : Math.exp(15_000 / 383 - 15_000 / (hotSpot + KELVIN))
}

/** A stretch of time over which load and ambient are the same. */
export interface Stretch {
  loadPu: number
  ambientC: number
  minutes: number
}

/**
 * Hours of life lost over a stretch. `correctionK` is added to the hot spot: at its start and at its end, straight between.
 */
export function lossOfLifeHours(
  c: ThermalConstants,
  from: ThermalState,
  { loadPu, ambientC, minutes }: Stretch,
  paper: Paper,
  correctionK: readonly [number, number] = [0, 0]
): number {
  if (!(minutes > 0)) return 0
  const steps = 2 * Math.min(MOST_STEPS, Math.ceil(minutes / (2 * STEP_MIN)))
  const [first, last] = correctionK
  let state = from
  let sum = 0
  // Simpson's rule over the exact temperatures.
  for (let i = 0; i <= steps; i++) {
    if (i > 0) state = advance(c, state, loadPu, ambientC, minutes / steps)
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * ageingRate(hotSpotC(state) + first + ((last - first) * i) / steps, paper)
  }
  return Math.min(Number.MAX_VALUE, (sum * (minutes / steps)) / 3 / 60)
}
