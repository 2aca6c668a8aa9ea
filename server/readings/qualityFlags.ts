import type { ReadingColumns } from '../contract/grid.ts'
import { qualityNames } from '../contract/quality.ts'
import type { Series } from './store.ts'

/** What validation holds against readings, at each `t` of an answer: of a window, what it holds against any in it. */
export function qualityFlags(
  { t, quality }: Pick<Series, 't' | 'quality'>,
  answer: Pick<ReadingColumns, 't' | 'windowMs'>
): ReadingColumns['flags'] {
  const bits = new Map<number, number>()
  const { windowMs } = answer
  const start = answer.t[0] ?? 0
  for (const [row, own] of quality.entries()) {
    const ts = t[row]
    if (own === 0 || ts === undefined) continue
    const at = windowMs === null ? ts : start + Math.floor((ts - start) / windowMs) * windowMs
    bits.set(at, (bits.get(at) ?? 0) | own)
  }
  return [...bits].map(([at, all]) => ({ t: at, names: qualityNames(all) }))
}
