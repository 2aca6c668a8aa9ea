const FIRST_MS = 500
const LONGEST_MS = 30_000

/**
 * How long to wait before attempt `attempt` (from 1) of the same thing: doubles from half a second to half a minute, with
 * jitter of ±50 % so that many do not come back at once. `random` in [0, 1). Milliseconds.
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.max(attempt - 1, 0), LONGEST_MS)
  return full * (0.5 + random)
}
