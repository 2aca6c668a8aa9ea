import { ageingRate, lossOfLifeHours } from './ageing.ts'
import type { Paper, ThermalConstants } from './constants.ts'
import { advance, ambientState, hotSpotC, steadyState, type ThermalState } from './thermal.ts'

/** Load and ambient over the interval that ends at `minute`; those of the first row make the start. */
export interface LoadPoint {
  minute: number
  loadPu: number
  ambientC: number
}

export interface ThermalRow {
  topOilC: number
  hotSpotC: number
  ageingRate: number
}

export interface ThermalSeries {
  /** One for each load. */
  rows: ThermalRow[]
  /** Life lost and time gone from the first row to the last, hours. */
  lostHours: number
  hours: number
}

/** The temperatures under a load that is known beforehand, `minute` ascending, at any steps. */
export function thermalSeries(
  constants: ThermalConstants,
  loads: readonly LoadPoint[],
  { start, paper }: { start: 'steady' | 'ambient'; paper: Paper }
): ThermalSeries {
  const rows: ThermalRow[] = []
  let lostHours = 0
  let state: ThermalState | null = null
  let before = 0
  for (const { minute, loadPu, ambientC } of loads) {
    if (state === null) {
      state = start === 'steady' ? steadyState(constants, loadPu, ambientC) : ambientState(ambientC)
    } else {
      const minutes = minute - before
      lostHours += lossOfLifeHours(constants, state, { loadPu, ambientC, minutes }, paper)
      state = advance(constants, state, loadPu, ambientC, minutes)
    }
    const hotSpot = hotSpotC(state)
    rows.push({ topOilC: state.topOilC, hotSpotC: hotSpot, ageingRate: ageingRate(hotSpot, paper) })
    before = minute
  }
  const last = loads.at(-1)?.minute ?? 0
  const hours = (last - (loads[0]?.minute ?? 0)) / 60
  return { rows, lostHours: Math.min(Number.MAX_VALUE, lostHours), hours }
}
