/**
 * Where the rows of an id stand in a day file. A table lies in order of (id, ts); live readings come from everybody at
 * once, so that with the bare number of an id each of them would fall on a page of its own. Since version 3 the number
 * carries the hour, and what comes together lies together:
 *
 *   version 2   │ id 1: 0 h … 23 h │ id 2: 0 h … 23 h │ …          id = n
 *   version 3   │ 0 h: id 1, id 2, … │ 1 h: id 1, id 2, … │ …      id = n + hour × 2³²
 */
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Behind the numbers of all ids. */
export const HOUR_BASE = 2 ** 32

function isByHour(version: number): boolean {
  return version >= 3
}

/** What is added to the number of an id for a row of this moment. */
export function baseOf(version: number, ts: number): number {
  return isByHour(version) ? Math.floor((ts % DAY_MS) / HOUR_MS) * HOUR_BASE : 0
}

/** What is added to the number of an id in each part of a day file that overlaps [from, to), in order of time. */
export function basesIn(version: number, day: string, from: number, to: number): number[] {
  if (!isByHour(version)) return [0]
  const start = Date.parse(day)
  const first = Math.max(0, Math.floor((from - start) / HOUR_MS))
  const last = Math.min(23, Math.ceil((to - start) / HOUR_MS) - 1)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, hour) => (first + hour) * HOUR_BASE)
}
