export interface BackoffLimits {
  /** The longest wait before the first attempt anew. */
  firstMs?: number
  /** No wait is longer, however often it failed. */
  longestMs?: number
}

/**
 * How long to wait, in milliseconds, after attempt number `attempt` (from 1) has failed. `random` in [0, 1).
 *
 *   attempt        1       2           3                   4 …
 *   bound    ├─500─┤├──1000──┤├────2000────┤├────────4000────────┤  doubles up to the longest
 *   wait     anywhere between 0 and the bound, each instant as likely as the next
 *
 * Full jitter: who all failed at the same instant come back evenly spread, not in waves (source: AWS Architecture Blog,
 * "Exponential Backoff And Jitter", 2015).
 */
export function backoffMs(
  attempt: number,
  random: number,
  { firstMs = 500, longestMs = 30_000 }: BackoffLimits = {}
): number {
  return random * Math.min(firstMs * 2 ** Math.max(attempt - 1, 0), longestMs)
}
