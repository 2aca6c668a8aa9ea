const FIRST_MS = 500
const LONGEST_MS = 30_000

/** How long to wait before the next attempt: doubling up to 30 s, each between half and the whole of it by chance. */
export function backoffMs(attempt: number, random: () => number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt)
  return Math.round(longest * (0.5 + random() / 2))
}
