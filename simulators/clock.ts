const HOUR = 3_600_000
const DAY = 24 * HOUR
const AFTERNOON_SHIFT_H = 13
const LARGEST_SHIFT_MS = 1.5 * HOUR

/**
 * The region's daily rhythm. Its afternoon shift starts at 13:00 of this clock, and the anchor (the demo's first start)
 * is laid upon that: a few minutes between this clock and the one on the wall make every run's afternoon alike.
 *
 *   wall clock   ─┬───── 12:47 S ─────┬─►
 *   this clock   ─┴───── 13:00  ──────┴─►   shifted as one piece, never by more than 1.5 h; else not at all
 */
export interface RegionClock {
  /** The moment at which the afternoon shift starts on the anchor's day, epoch ms. */
  afternoonStart: number
  /** Hour of the day, 0 ≤ h < 24. */
  hour(t: number): number
  /** The day, counted from the anchor's: 0 is that day, -1 the day before. */
  day(t: number): number
  isWeekend(day: number): boolean
}

/** `offsetMs`: how far the region's wall clock is ahead of UTC. */
export function createClock(anchor: number, offsetMs: number): RegionClock {
  const wallAtAnchor = modulo(anchor + offsetMs, DAY)
  const distance = wallAtAnchor - AFTERNOON_SHIFT_H * HOUR
  const shift = Math.abs(distance) <= LARGEST_SHIFT_MS ? distance : 0
  const local = (t: number) => t + offsetMs - shift
  const anchorDay = Math.floor(local(anchor) / DAY)
  // 1 January 1970 was a Thursday.
  const weekday = (day: number) => modulo(anchorDay + day + 4, 7)
  return {
    afternoonStart: anchorDay * DAY + AFTERNOON_SHIFT_H * HOUR - offsetMs + shift,
    hour: t => modulo(local(t), DAY) / HOUR,
    day: t => Math.floor(local(t) / DAY) - anchorDay,
    isWeekend: day => weekday(day) === 0 || weekday(day) === 6
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
