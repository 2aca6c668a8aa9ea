/** Observations of a weather station, ascending by `t`. */
export interface StationColumns {
  t: readonly number[]
  intervalS: readonly number[]
  temperatureC: readonly (number | null)[]
}

/** The air changes slowly, and many a station reports by the hour: an observation counts so long. */
export const STATION_HOLD_MS = 90 * 60_000

/**
 * Temperature at a moment, °C: straight between two observations no further apart than one of them holds, else the one
 * before as long as it holds; null where there is none.
 */
export function stationAt({ t, intervalS, temperatureC }: StationColumns, at: number): number | null {
  const timeOf = (i: number) => (t[i] ?? 0) + ((intervalS[i] ?? 0) * 1000) / 2
  let [low, high] = [0, t.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (timeOf(middle) <= at) low = middle + 1
    else high = middle
  }
  let before = low - 1
  while (before >= 0 && (temperatureC[before] ?? null) === null) before--
  let after = low
  while (after < t.length && (temperatureC[after] ?? null) === null) after++
  const [beforeC, afterC] = [temperatureC[before] ?? null, temperatureC[after] ?? null]
  const sinceMs = before < 0 ? Number.POSITIVE_INFINITY : at - timeOf(before)
  const untilMs = timeOf(after) - at
  if (beforeC !== null && afterC !== null && sinceMs + untilMs <= STATION_HOLD_MS) {
    return beforeC + ((afterC - beforeC) * sinceMs) / (sinceMs + untilMs || 1)
  }
  return sinceMs <= STATION_HOLD_MS ? beforeC : null
}
