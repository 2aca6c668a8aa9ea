/** Half-hour roll-ups as the store gives them. */
export interface RolledUp {
  t: readonly number[]
  kw: readonly (number | null)[]
  /** Known minutes, 0 … 30. */
  known: readonly number[]
  reported: readonly number[]
  expected: readonly number[]
}

/** The known minutes of a half-hour, at least, to count as known. */
const MIN_MINUTES = 27
/** Of the share of meters that usually report: with fewer, the sum is another load. */
const MIN_SHARE = 0.9

/**
 * The load of each half-hour; null where too little of it is known: fewer than 27 minutes, or fewer meters in the sum than
 * nine tenths of the most that reported in these half-hours. A meter that never speaks takes nothing from the others.
 */
export function knownLoads({ kw, known, reported, expected }: RolledUp): (number | null)[] {
  const share = (i: number): number => (reported[i] ?? 0) / Math.max(1, expected[i] ?? 1)
  let usual = 0
  for (let i = 0; i < kw.length; i++) if ((known[i] ?? 0) >= MIN_MINUTES) usual = Math.max(usual, share(i))
  return kw.map((value, i) =>
    (known[i] ?? 0) >= MIN_MINUTES && share(i) >= MIN_SHARE * usual ? value : null
  )
}
