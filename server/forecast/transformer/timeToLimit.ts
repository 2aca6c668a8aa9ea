import { type LoadingRegime, loadingRegimes } from '../../contract/transformers.ts'
import type { ThermalConstants } from './constants.ts'
import { type LimitQuantity, type LoadingLimits, quantitiesPast } from './limits.ts'
import { advance, hotSpotC, oilTimeConstantMin, type ThermalState } from './thermal.ts'

/** How long until a limit is passed; minutes 0: it is passed already, null: it is never passed at this load. */
export interface TimeToLimit {
  minutes: number | null
  /** What passes it first. */
  by: LimitQuantity | null
}

/** After so many time constants nothing moves any more. */
const SETTLED = 12
/** Steps a time constant of the winding, while it still moves; then of the oil. */
const FINE = 8
const EXACT_MIN = 1e-3

/**
 * How long load and ambient may stay as they are until top oil, hot spot or load pass the limits. Top oil goes one way;
 * the hot spot of a power transformer first rises above its balance, so it is searched in steps and then halved.
 */
export function timesToLimit(
  c: ThermalConstants,
  state: ThermalState,
  loadPu: number,
  ambientC: number,
  limits: LoadingLimits
): Record<LoadingRegime, TimeToLimit> {
  const steps = mesh(c)
  const at = (minutes: number) => {
    const later = advance(c, state, loadPu, ambientC, minutes)
    return { topOilC: later.topOilC, hotSpotC: hotSpotC(later), loadPu }
  }
  const times = loadingRegimes.map(regime => {
    const limit = limits[regime]
    let before = 0
    for (const minutes of steps) {
      if (quantitiesPast(at(minutes), limit).length > 0) {
        let [low, high] = [before, minutes]
        while (high - low > EXACT_MIN) {
          const middle = (low + high) / 2
          if (quantitiesPast(at(middle), limit).length > 0) high = middle
          else low = middle
        }
        return [regime, { minutes: high, by: quantitiesPast(at(high), limit)[0] ?? null }]
      }
      before = minutes
    }
    return [regime, { minutes: null, by: null }]
  })
  return Object.fromEntries(times)
}

/** Minutes to look at: close together while the winding settles, then wider until the oil has. */
function mesh(c: ThermalConstants): number[] {
  const oil = Math.max(oilTimeConstantMin(c), c.tauOilMin / c.k22)
  const winding = Math.min(oil, c.k22 * c.tauWindingMin)
  const minutes = [0]
  for (let i = 1; i <= SETTLED * FINE; i++) minutes.push((i * winding) / FINE)
  const reached = SETTLED * winding
  for (let i = 1; i <= SETTLED * FINE; i++) minutes.push(reached + (i * oil) / FINE)
  return minutes
}
