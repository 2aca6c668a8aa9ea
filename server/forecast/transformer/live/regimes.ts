import { loadingRegimes, type RegimeLimit } from '../../../contract/transformers.ts'
import { type Loaded, limitsOf, quantitiesPast } from '../limits.ts'
import type { TransformerPlate } from '../plate.ts'
import { hotSpotC, steadyState, type ThermalState } from '../thermal.ts'
import { timesToLimit } from '../timeToLimit.ts'

/** The limits of its rating, which of them are passed, and how long the rest may last at this load in this air. */
export function regimesOf(
  plate: TransformerPlate,
  state: ThermalState | null,
  now: Loaded & { ambientC: number | null }
): RegimeLimit[] {
  const limits = limitsOf(plate.ratingKva)
  const { loadPu, ambientC } = now
  const isForetold = state !== null && loadPu !== null && ambientC !== null
  const highest = isForetold ? highestAhead(plate, state, loadPu, ambientC) : null
  const times =
    isForetold && highest !== null && quantitiesPast(highest, limits['normal-cyclic']).length > 0
      ? timesToLimit(plate.constants, state, loadPu, ambientC, limits)
      : null
  return loadingRegimes.map(regime => {
    const limit = limits[regime]
    const isPassed = quantitiesPast(now, limit).length > 0
    const minutesLeft = isPassed ? 0 : (times?.[regime].minutes ?? null)
    return { regime, ...limit, isPassed, minutesLeft }
  })
}

/** No temperature on the way to the balance is higher: mostly it says at once that no limit is ever passed. */
function highestAhead(
  plate: TransformerPlate,
  state: ThermalState,
  loadPu: number,
  ambientC: number
): Loaded {
  const end = steadyState(plate.constants, loadPu, ambientC)
  const topOilC = Math.max(state.topOilC, end.topOilC)
  const h1K = Math.max(state.h1K, end.h1K)
  const h2K = Math.min(state.h2K, end.h2K)
  return { topOilC, hotSpotC: hotSpotC({ topOilC, h1K, h2K }), loadPu }
}
