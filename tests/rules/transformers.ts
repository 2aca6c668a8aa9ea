import type { TransformerState } from '../../server/contract/transformers.ts'
import { t0 } from './snapshots.ts'

const limits: [TransformerState['limits'][number]['regime'], number, number, number][] = [
  ['normal-cyclic', 105, 120, 1.5],
  ['long-emergency', 115, 140, 1.8],
  ['short-emergency', 115, 160, 2]
]

/** A healthy transformer T of 1,000 kVA in no trouble, but what is given; its `isPassed` follow. */
export function transformer(rest: Partial<TransformerState> = {}): TransformerState {
  const state = { hotSpotC: 90, topOilC: 70, loadPu: 0.9, ...rest }
  const isPassed = (oil: number, hot: number, load: number) =>
    (state.topOilC ?? 0) > oil || (state.hotSpotC ?? 0) > hot || (state.loadPu ?? 0) > load
  return {
    id: 'T',
    name: 'T',
    ratingKva: 1000,
    cooling: 'ONAN',
    coolingIsAssumed: true,
    at: new Date(t0).toISOString(),
    ambientC: 38,
    topOilFrom: 'computed',
    computedTopOilC: 70,
    ageingRate: 1,
    lifeUsedTodayDays: 0.2,
    lifeUsedYearDays: 20,
    knownHoursYear: 3000,
    limits: limits.map(([regime, topOilC, hotSpotC, loadPu]) => {
      const isBeyond = isPassed(topOilC, hotSpotC, loadPu)
      return { regime, topOilC, hotSpotC, loadPu, isPassed: isBeyond, minutesLeft: isBeyond ? 0 : null }
    }),
    nextPeakHotSpotC: 95,
    nextPeakAt: '2026-05-20T08:00:00.000Z',
    reliefKw: 0,
    reliefFrom: null,
    reliefTo: null,
    oil: { verdict: 'healthy', since: null, driftK: 0.4, advice: null, reason: null },
    ...state
  }
}
