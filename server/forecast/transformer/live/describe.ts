import type { PlanRequest } from '../../../contract/plans.ts'
import type { GridNode } from '../../../contract/registry.ts'
import type { AmbientOrigin, LoadOrigin, TransformerState } from '../../../contract/transformers.ts'
import { coolingOf } from '../constants.ts'
import { type TransformerState as Lived, viewOf } from '../live.ts'
import type { TransformerPlate } from '../plate.ts'
import type { ThermalState } from '../thermal.ts'
import type { Ahead } from './ahead.ts'
import { regimesOf } from './regimes.ts'

/** Life used over the days of the year that are over. */
export interface LifeSoFar {
  lifeUsedDays: number
  knownHours: number
}

export interface Described {
  node: Pick<GridNode, 'id' | 'name' | 'ratingKva' | 'cooling'>
  /** null: it has no rating. */
  plate: TransformerPlate | null
  lived: Lived | null
  origin: { loadFrom: LoadOrigin; ambientFrom: AmbientOrigin } | null
  ahead: Ahead | null
  /** The local date of now. */
  today: string
  closedDays: LifeSoFar
  oil: TransformerState['oil']
}

export const notMeasured: TransformerState['oil'] = {
  ...{ verdict: 'not-measured', since: null, driftK: null, advice: null, reason: null }
}

/** The state in the words of the contract, as of `now`: what no longer holds is unknown. */
export function describeTransformer(what: Described, now: number): TransformerState {
  const { node, plate, lived, ahead, oil } = what
  const known = {
    id: node.id,
    name: node.name,
    ratingKva: node.ratingKva,
    cooling: plate?.cooling ?? node.cooling ?? coolingOf(node.ratingKva ?? 0),
    coolingIsAssumed: (node.cooling ?? null) === null
  }
  if (plate === null || lived === null) {
    return {
      ...known,
      ...UNKNOWN,
      ...lifeOf(what),
      limits: plate ? regimesOf(plate, null, NOTHING) : [],
      oil
    }
  }
  const view = viewOf(plate, lived, Math.max(now, lived.t))
  const origin = view.loadPu === null ? null : what.origin
  const isAssumed = origin?.loadFrom === 'kw' || origin?.loadFrom === 'roll-up'
  const isFresh = view.topOilC !== null
  return {
    ...known,
    at: iso(lived.t),
    loadPu: view.loadPu,
    loadFrom: origin?.loadFrom ?? 'none',
    assumedPowerFactor: isAssumed ? plate.powerFactor : null,
    ambientC: view.ambientC,
    ambientFrom: view.ambientC === null ? 'none' : (what.origin?.ambientFrom ?? 'none'),
    topOilC: view.topOilC,
    topOilFrom: view.topOilIs ?? 'none',
    computedTopOilC: view.computedTopOilC,
    measuredOilC: view.measuredOilC,
    oilFault: view.oilFault,
    windingC: isFresh ? lived.windingC : null,
    hotSpotC: view.hotSpotC,
    ageingRate: view.ageingRate,
    ...lifeOf(what),
    limits: regimesOf(plate, isFresh ? thermalOf(lived) : null, view),
    ...aheadWords(isFresh ? ahead : null),
    oil
  }
}

/** Where the model stands, moved to what was measured; null: it is not known. */
export function thermalOf({ model, offsetK }: Lived): ThermalState | null {
  return model === null ? null : { ...model, topOilC: model.topOilC + offsetK }
}

/** The relief as a request for a plan; null where none is needed or none is enough. A plan takes 24 h at most. */
export function planRequestOf({ id, reliefKw, reliefFrom, reliefTo }: TransformerState): PlanRequest | null {
  if (reliefKw === null || !(reliefKw > 0) || reliefFrom === null || reliefTo === null) return null
  const minutes = Math.round((Date.parse(reliefTo) - Date.parse(reliefFrom)) / 60_000)
  if (minutes < 1) return null
  const targetKw = Math.ceil(reliefKw * 10) / 10
  return { nodeId: id, targetKw, start: reliefFrom, durationMinutes: Math.min(1440, minutes) }
}

function aheadWords(ahead: Ahead | null) {
  return {
    nextPeakHotSpotC: ahead?.peakHotSpotC ?? null,
    nextPeakAt: isoOf(ahead?.peakAt),
    reliefKw: ahead?.reliefKw ?? null,
    reliefFrom: isoOf(ahead?.reliefFrom),
    reliefTo: isoOf(ahead?.reliefTo),
    reliefImpossible: ahead?.impossible == null ? null : impossibleWords[ahead.impossible]
  }
}

const impossibleWords: Readonly<Record<NonNullable<Ahead['impossible']>, string>> = {
  'passed-before': 'no curtailment is enough: the limit is passed already',
  'passed-after': 'no curtailment is enough: the limit is passed after it as well',
  'passed-without-load': 'no curtailment is enough: the limit is passed even without load'
}

/** Today as far as it is known, on top of the days that are over. */
function lifeOf({ lived, today, closedDays }: Described) {
  const { day } = lived?.life ?? { day: null }
  const isToday = day !== null && day.span === today && day.knownHours > 0
  const knownHoursYear = closedDays.knownHours + (isToday ? day.knownHours : 0)
  const todayDays = isToday ? day.lostHours / 24 : null
  return {
    lifeUsedTodayDays: todayDays,
    lifeUsedYearDays: knownHoursYear > 0 ? closedDays.lifeUsedDays + (todayDays ?? 0) : null,
    knownHoursYear
  }
}

const iso = (t: number) => new Date(t).toISOString()
const isoOf = (t: number | null | undefined) => (t == null ? null : iso(t))
const NOTHING = { topOilC: null, hotSpotC: null, loadPu: null, ambientC: null }
const UNKNOWN = {
  at: null,
  loadPu: null,
  loadFrom: 'none',
  assumedPowerFactor: null,
  ambientC: null,
  ambientFrom: 'none',
  topOilC: null,
  topOilFrom: 'none',
  computedTopOilC: null,
  measuredOilC: null,
  oilFault: null,
  windingC: null,
  hotSpotC: null,
  ageingRate: null,
  nextPeakHotSpotC: null,
  nextPeakAt: null,
  reliefKw: null,
  reliefFrom: null,
  reliefTo: null,
  reliefImpossible: null
} as const
