import type { LocalTime } from '../contract/localTime.ts'

const WEEK_MS = 7 * 86_400_000

/** The same time of the local clock so many weeks before: not always the same number of hours. */
export function weeksBefore(t: number, weeks: number, local: LocalTime): number {
  const then = t - weeks * WEEK_MS
  return then + local.offsetMs(t) - local.offsetMs(then)
}
