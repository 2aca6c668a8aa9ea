/** Stretches of data time [from, to), epoch ms, ascending and apart: what of a source is known to be durable. */
export type Coverage = readonly (readonly [from: number, to: number])[]

/** The coverage with one more stretch; what touches becomes one. */
export function covering(coverage: Coverage, from: number, to: number): Coverage {
  if (to <= from) return coverage
  const before = coverage.filter(([, end]) => end < from)
  const after = coverage.filter(([start]) => start > to)
  const touching = coverage.slice(before.length, coverage.length - after.length)
  const start = Math.min(from, ...touching.map(([first]) => first))
  const end = Math.max(to, ...touching.map(([, last]) => last))
  return [...before, [start, end], ...after]
}

/** What of [from, to) is not covered. */
export function gaps(coverage: Coverage, from: number, to: number): Coverage {
  const missing: [number, number][] = []
  let at = from
  for (const [start, end] of coverage) {
    if (start >= to) break
    if (start > at) missing.push([at, start])
    at = Math.max(at, end)
  }
  if (at < to) missing.push([at, to])
  return missing
}
