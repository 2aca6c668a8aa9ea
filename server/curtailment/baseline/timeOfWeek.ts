import { fitGroups, type GroupedFit } from './leastSquares.ts'
import { binEnds, binParts } from './temperatureBins.ts'

/** Known slots of the look-back, columns of equal length. */
export interface Observations {
  kw: Float64Array
  temperatureC: Float64Array
  weight: Float64Array
  /** Its place in the week: weekday · slots per day + place on the wall clock. */
  place: Int32Array
}

/** What is expected at a place of the week at a temperature, kW; NaN where too little is known of that place. */
export type TimeOfWeekModel = (place: number, temperatureC: number) => number

/** A place of the week seen fewer times is not foretold. */
const MIN_SEEN = 3
/** Occupied is a place of the week whose load is mostly above what temperature alone explains (CalTRACK 3.9). */
const OCCUPIED_SHARE = 0.65
/** A load that temperature explains up to this share of it is not above the line. */
const ROUNDING = 1e-9

/**
 * Time of week and temperature (CalTRACK hourly methods 3.9-3.12): a dummy for each place of the week and a line with a
 * slope of its own in each temperature bin, apart for the occupied places of the week and the others; weighted.
 */
export function timeOfWeekModel(seen: Observations, places: number, slotHours: number): TimeOfWeekModel {
  const count = new Int32Array(places)
  for (const place of seen.place) count[place] = (count[place] ?? 0) + 1
  const isOccupied = occupied(seen, places, slotHours)
  const models = [false, true].map(wanted => {
    const rows = rowsWhere(seen, place => (isOccupied[place] === 1) === wanted)
    return fitOf(rows, places, slotHours)
  })
  const [unoccupied, inUse] = models
  return (place, temperatureC) => {
    const fit = isOccupied[place] === 1 ? inUse : unoccupied
    return fit === undefined || (count[place] ?? 0) < MIN_SEEN ? NaN : fit.predict(place, temperatureC)
  }
}

interface Fit {
  predict(place: number, temperatureC: number): number
}

function fitOf(seen: Observations, groups: number, slotHours: number): Fit {
  const ends = binEnds(seen.temperatureC, slotHours)
  const columns = ends.length + 1
  const x = new Float64Array(seen.kw.length * columns)
  for (let row = 0; row < seen.kw.length; row++) binParts(ends, seen.temperatureC[row] ?? 0, x, row * columns)
  const fit: GroupedFit = fitGroups({
    ...{ columns, groups, x, y: seen.kw, weight: seen.weight, group: seen.place }
  })
  const parts = new Float64Array(columns)
  return {
    predict(place, temperatureC) {
      binParts(ends, temperatureC, parts)
      return fit.predict(place, parts)
    }
  }
}

/** 1 for each place of the week whose load is above the line of temperature alone in more than 65 % of its rows. */
function occupied(seen: Observations, places: number, slotHours: number): Uint8Array {
  const line = fitOf({ ...seen, place: new Int32Array(seen.place.length) }, 1, slotHours)
  const above = new Float64Array(places)
  const total = new Float64Array(places)
  for (let row = 0; row < seen.kw.length; row++) {
    const place = seen.place[row] ?? 0
    total[place] = (total[place] ?? 0) + 1
    const kw = seen.kw[row] ?? 0
    if (kw - line.predict(0, seen.temperatureC[row] ?? 0) > ROUNDING * Math.abs(kw))
      above[place] = (above[place] ?? 0) + 1
  }
  return Uint8Array.from(total, (rows, place) => ((above[place] ?? 0) > OCCUPIED_SHARE * rows ? 1 : 0))
}

function rowsWhere(
  { kw, temperatureC, weight, place }: Observations,
  isWanted: (place: number) => boolean
): Observations {
  const keep = (_: number, row: number) => isWanted(place[row] ?? 0)
  return {
    kw: kw.filter(keep),
    temperatureC: temperatureC.filter(keep),
    weight: weight.filter(keep),
    place: place.filter(keep)
  }
}
