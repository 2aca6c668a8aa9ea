import type { Availability } from '../../contract/enrolments.ts'
import { addDays, type LocalTime, weekday } from '../../contract/localTime.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * Whether the windows of a contract cover a whole call, [start, end) in epoch ms, by the local wall clock; no window:
 * at any time. A window whose end is not after its start runs over midnight; touching windows join.
 *
 *   Mon 06:00 ├────────┤ 14:00 ├──────────┤ 22:00
 *                   ├═ call ═┤                       covered by two
 */
export function isAvailable(
  availability: readonly Availability[],
  { start, end }: { start: number; end: number },
  local: LocalTime
): boolean {
  if (availability.length === 0) return true
  const wall = (t: number) => t + local.offsetMs(t)
  const windows = windowsAround(availability, wall(start), wall(end))
  let covered = wall(start)
  for (const { from, to } of windows) if (from <= covered) covered = Math.max(covered, to)
  return covered >= wall(end)
}

/** On the wall clock written as UTC, ascending. */
function windowsAround(availability: readonly Availability[], from: number, to: number) {
  const windows: { from: number; to: number }[] = []
  const last = new Date(to).toISOString().slice(0, 10)
  // From the day before: a window may run over midnight.
  for (let date = new Date(from - DAY_MS).toISOString().slice(0, 10); date <= last; date = addDays(date, 1)) {
    const midnight = Date.parse(date)
    // 1 Monday … 7 Sunday.
    const day = weekday(date) || 7
    for (const one of availability) {
      if (!one.weekdays.includes(day)) continue
      const begins = minutesOf(one.from)
      const ends = minutesOf(one.to)
      const length = ends > begins ? ends - begins : ends - begins + 1440
      windows.push({
        from: midnight + begins * MINUTE_MS,
        to: midnight + (begins + length) * MINUTE_MS
      })
    }
  }
  return windows.sort((a, b) => a.from - b.from)
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}
