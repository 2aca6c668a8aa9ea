const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Each divides the next round unit, so that windows fall on round clock times (UTC). */
const ROUND_LENGTHS = [
  ...[1, 2, 5, 10, 15, 30].map(n => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(n => n * MINUTE),
  ...[1, 2, 3, 6, 12].map(n => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map(n => n * DAY)
]

/** Equal windows one after another; the first holds `from`, the last ends at or after `to`. */
export interface Windows {
  /** Start of the first: a multiple of the length. Epoch ms. */
  start: number
  lengthMs: number
  count: number
}

/** The shortest round windows, none shorter than `shortestMs`, of which at most `points` cover [from, to). */
export function windowsOver(
  { from, to, points }: { from: number; to: number; points: number },
  shortestMs: number
): Windows {
  if (!(from < to)) return { start: from, lengthMs: shortestMs, count: 0 }
  const most = Math.max(1, Math.floor(points))
  const fits = (lengthMs: number): boolean => countOf(from, to, lengthMs) <= most
  const lengthMs =
    ROUND_LENGTHS.find(length => length >= shortestMs && fits(length)) ?? wholeDays(from, to, most)
  return { start: Math.floor(from / lengthMs) * lengthMs, lengthMs, count: countOf(from, to, lengthMs) }
}

function countOf(from: number, to: number, lengthMs: number): number {
  return Math.ceil(to / lengthMs) - Math.floor(from / lengthMs)
}

/** For ranges of many years. A window longer than the time since the epoch cannot be cut by the range any more. */
function wholeDays(from: number, to: number, most: number): number {
  let days = Math.ceil((to - from) / DAY / most)
  while (countOf(from, to, days * DAY) > most && days * DAY < to) days *= 2
  return days * DAY
}

/** The window that holds a moment; may lie outside 0 … count − 1. */
export function windowAt({ start, lengthMs }: Windows, ms: number): number {
  return Math.floor((ms - start) / lengthMs)
}

export function windowStarts({ start, lengthMs, count }: Windows): number[] {
  return Array.from({ length: count }, (_, index) => start + index * lengthMs)
}
