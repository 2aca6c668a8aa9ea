import type { LoadingRegime } from '../../contract/transformers.ts'

/** How far a regime may go, after IEC 60076-7 Table 4. */
export interface LoadingLimit {
  topOilC: number
  hotSpotC: number
  loadPu: number
}

export type LoadingLimits = Readonly<Record<LoadingRegime, LoadingLimit>>

/** What stands against a limit. */
export const limitQuantities = ['topOil', 'hotSpot', 'load'] as const
export type LimitQuantity = (typeof limitQuantities)[number]

/** Below 10 MVA with those of distribution, 10–100 MVA, above; kVA. */
const MEDIUM_KVA = 10_000
const LARGE_KVA = 100_000

/**
 * The limits by rating, kVA. Above 100 MVA the current limits are lower (1.3, 1.3, 1.5: the large power transformers of
 * the standard's table). For distribution transformers the standard leaves the short-emergency temperatures open, as
 * nobody watches them; here they are those of the others.
 */
export function limitsOf(ratingKva: number): LoadingLimits {
  const [normal, long, short] =
    ratingKva < MEDIUM_KVA ? [1.5, 1.8, 2] : ratingKva <= LARGE_KVA ? [1.5, 1.5, 1.8] : [1.3, 1.3, 1.5]
  return {
    'normal-cyclic': { topOilC: 105, hotSpotC: 120, loadPu: normal as number },
    'long-emergency': { topOilC: 115, hotSpotC: 140, loadPu: long as number },
    'short-emergency': { topOilC: 115, hotSpotC: 160, loadPu: short as number }
  }
}

/** What is known of a transformer now; null: not known. */
export interface Loaded {
  topOilC: number | null
  hotSpotC: number | null
  loadPu: number | null
}

/** The quantities that are above a limit, in the order of `limitQuantities`. What is not known passes none. */
export function quantitiesPast(now: Loaded, limit: LoadingLimit): LimitQuantity[] {
  const past: LimitQuantity[] = []
  if (now.topOilC !== null && now.topOilC > limit.topOilC) past.push('topOil')
  if (now.hotSpotC !== null && now.hotSpotC > limit.hotSpotC) past.push('hotSpot')
  if (now.loadPu !== null && Math.abs(now.loadPu) > limit.loadPu) past.push('load')
  return past
}
