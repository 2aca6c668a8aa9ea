import { HALF_HOUR_MS, type History, KEPT_MS } from './history.ts'

const DAY_MS = 86_400_000
/** Readings come late; of the last days every half-hour is read again once a day. */
const LATE_MS = 7 * DAY_MS
const LATE_WITHIN_A_DAY_MS = DAY_MS
/** After a change of the registry the store's roll-ups follow it so far back. */
export const REGISTRY_MS = 46 * DAY_MS
/** Older half-hours (a past that was read in later) are looked at again in turns, all within so many days. */
const TURNS = 28
const BLOCK_MS = 40 * DAY_MS

/** [from, to), epoch ms, on half-hours. */
export interface Span {
  from: number
  to: number
}

/**
 * What must be read from the store to bring a history up to `now`.
 *
 *   nothing kept   ├──────────────── three years ────────────────┤ now
 *   once a day          ├─ a 28th in turn ─┤         ├─ 7 days ──┤
 *   in between                                          ├─ 1 day ┤
 *   registry changed                 ├──────── 46 days ──────────┤
 */
export function spansToRead(
  history: History | null,
  now: number,
  { isDaily, isChanged }: { isDaily: boolean; isChanged: boolean }
): Span[] {
  const to = floor(now)
  const oldest = floor(now - KEPT_MS)
  if (history === null) return [{ from: oldest, to }]
  const late = isDaily ? LATE_MS : LATE_WITHIN_A_DAY_MS
  const back = isDaily && isChanged ? Math.max(late, REGISTRY_MS) : late
  // A clock that was set back must not leave a hole.
  const from = Math.max(oldest, floor(Math.min(history.readUntil, to) - back))
  const newest = { from, to }
  if (!isDaily) return [newest]
  const older = turnOf(now, { from: oldest, to: from })
  return older.from < older.to ? [older, newest] : [newest]
}

/** Time in blocks, numbered round and round: today the one block of the span with today's number. */
function turnOf(now: number, { from, to }: Span): Span {
  const last = Math.floor(to / BLOCK_MS)
  const back = (((last - Math.floor(now / DAY_MS)) % TURNS) + TURNS) % TURNS
  const block = (last - back) * BLOCK_MS
  return { from: Math.max(from, block), to: Math.min(to, block + BLOCK_MS) }
}

/** A span in pieces of at most so many days. */
export function* inPieces({ from, to }: Span, days: number): Generator<Span> {
  for (let at = from; at < to; at += days * DAY_MS) yield { from: at, to: Math.min(to, at + days * DAY_MS) }
}

const floor = (t: number): number => Math.floor(t / HALF_HOUR_MS) * HALF_HOUR_MS
