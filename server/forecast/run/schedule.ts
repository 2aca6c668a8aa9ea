import type { ForecastKind } from '../../contract/forecasts.ts'

const MINUTE_MS = 60_000
const SLOT_MS = 30 * MINUTE_MS
/** After a midnight, and after each half-hour: the readings of what ended then must have come. */
export const DAY_SETTLES_MS = 5 * MINUTE_MS
export const SLOT_SETTLES_MS = 2 * MINUTE_MS
/** How long it is waited for a store that is behind, and for roll-ups that are not up to date. */
const LONGEST_WAIT_MS = 30 * MINUTE_MS
const LONGEST_SLOT_WAIT_MS = 10 * MINUTE_MS
/** Later than this after midnight nothing is day-ahead any more. */
const DAY_AHEAD_UNTIL_MS = 120 * MINUTE_MS

/** What has been done, and how things stand. */
export interface ScheduleState {
  /** Start of the present local day, epoch ms. */
  midnight: number
  /** The midnight of the last refit that was completed; null: none is known. */
  fittedFor: number | null
  /** The half-hour of the last issue since the start; null: none. */
  issuedFor: number | null
  /** Roll-ups and store are up to date. */
  isUpToDate: boolean
  /** Since when what is due has waited for that; null: nothing was due. */
  waitingSince: number | null
  /** Nothing before it: the server has just started, or a run has failed. */
  notBefore: number
}

/** A run: all nodes are forecast from `origin`, with the loads before it; those fitted before `fitSince` are refitted. */
export interface DueRun {
  isRefit: boolean
  kind: ForecastKind
  origin: number
}

/**
 * Which run is due. A refit that was missed is made up as soon as possible.
 *
 *   00:00    00:05                   00:32      01:02           local time
 *     │ settle │ refit + day-ahead ──► │ intraday │ intraday …
 *     └─ no later than 02:00, else the refit goes with an intraday issue
 */
export function dueRun(state: ScheduleState, now: number): DueRun | 'waits' | null {
  const { midnight, fittedFor, issuedFor, isUpToDate, waitingSince } = state
  if (now < state.notBefore) return null
  const slot = Math.floor(now / SLOT_MS) * SLOT_MS
  const waited = waitingSince === null ? 0 : now - waitingSince
  if (fittedFor !== midnight) {
    if (now < midnight + DAY_SETTLES_MS) return null
    if (!isUpToDate && waited < LONGEST_WAIT_MS) return 'waits'
    const isDayAhead = now <= midnight + DAY_AHEAD_UNTIL_MS
    return isDayAhead
      ? { isRefit: true, kind: 'day-ahead', origin: midnight }
      : { isRefit: true, kind: 'intraday', origin: slot }
  }
  if (issuedFor === slot || now < slot + SLOT_SETTLES_MS) return null
  if (!isUpToDate && waited < LONGEST_SLOT_WAIT_MS) return 'waits'
  return { isRefit: false, kind: 'intraday', origin: slot }
}

/** How long a failed run is not tried again: a minute, then twice as long each time, at most half an hour. */
export function retryAfterMs(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, MINUTE_MS * 2 ** Math.max(0, failures - 1))
}
