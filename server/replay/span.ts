import { addDays, type LocalTime } from '../contract/localTime.ts'

/**
 * One step of data time: after each the rules look once. The live ones look every second; a tenth of that keeps a day to
 * 8,640 looks, and no finding comes more than 10 s later than it would have. The same at any speed.
 */
export const STEP_MS = 10_000

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** Readings are taken so long before the rules begin, at least; at most a whole local day. */
const LEAST_LEAD_MS = 2 * HOUR_MS
const MOST_LEAD_MS = 25 * HOUR_MS
/** What a source said counts for its interval and three more. */
const HELD_INTERVALS = 4

/**
 * Of one local day:
 *
 *   begin                rulesFrom              from                                         to
 *   ├── readings alone ────┼── rules, warming up ──┼── the day, midnight to midnight ──────────┤
 *     held values are known   holds are right        what is shown
 */
export interface ReplaySpan {
  begin: number
  rulesFrom: number
  from: number
  to: number
}

/** `longestReportS`: of any registered source; `longestHoldS`: of any rule. */
export function spanOf(
  day: string,
  local: LocalTime,
  { longestReportS, longestHoldS }: { longestReportS: number; longestHoldS: number }
): ReplaySpan {
  const from = local.dayStart(day)
  const to = local.dayStart(addDays(day, 1))
  const heldMs = HELD_INTERVALS * longestReportS * 1000
  // Silence counts only after three intervals of listening.
  const rulesFrom = from - lead(Math.max(heldMs, 2 * longestHoldS * 1000))
  return { begin: rulesFrom - lead(heldMs), rulesFrom, from, to }
}

function lead(ms: number): number {
  const wanted = Math.min(MOST_LEAD_MS, Math.max(LEAST_LEAD_MS, ms))
  return Math.ceil(wanted / MINUTE_MS) * MINUTE_MS
}

/** Why a day cannot be replayed, by the calendar alone; null where it can. `today`: local dates both. */
export function dayFault(day: string, today: string): string | null {
  if (!isDate(day)) return `${day} is no day of the calendar`
  if (day > today) return `${day} lies ahead: a day can be replayed once it is over; today is ${today}`
  if (day === today)
    return `${day} is today: a day can be replayed once it is over, from ${addDays(day, 1)} on`
  return null
}

function isDate(day: string): boolean {
  const t = Date.parse(day)
  return !Number.isNaN(t) && new Date(t).toISOString().slice(0, 10) === day
}
