import { localTime } from '../../../server/contract/localTime.ts'
import type { HalfHourLoad } from '../../../server/curtailment/plan/assessmentNeeds.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'

export const HALF_HOUR = 1_800_000
export const DAY = 48 * HALF_HOUR
export const ZONE = '+07:00'
export const grid = slotGrid(localTime(ZONE), 30)
/** Tuesday 2 June 2026, 09:00 local time. */
export const NOW = Date.parse('2026-06-02T09:00:00+07:00')

/** Half-hours up to now, newest last; `kwAt` is told the start and the local hour. Unknown where it gives null. */
export function halfHours(days: number, kwAt: (t: number, hour: number) => number | null): HalfHourLoad {
  const t: number[] = []
  const kw: (number | null)[] = []
  for (let start = NOW - days * DAY; start < NOW; start += HALF_HOUR) {
    t.push(start)
    kw.push(kwAt(start, ((start + 7 * 3_600_000) % DAY) / 3_600_000))
  }
  return { t, kw }
}

/** Two shifts by day, little at night; the same every day. */
export const twoShifts = (_t: number, hour: number) => (hour >= 6 && hour < 22 ? 1000 : 200)
