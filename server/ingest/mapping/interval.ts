import { compileScale, readNumber } from './numbers.ts'
import { compilePointer, type Scopes } from './pointer.ts'
import type { MappingSettings } from './schema.ts'

/** Seconds, 0 for instantaneous values; or in words what is wrong. */
export type ReadInterval = (scopes: Scopes) => number | string

export function compileInterval(
  { intervalS, interval, decimal = '.' }: MappingSettings,
  levels: number
): ReadInterval | string {
  if (interval === undefined) return () => intervalS ?? 0
  if (intervalS !== undefined) return 'interval and intervalS both say how long an interval is'
  const { pointer, scale = 1 } = interval
  const follow = compilePointer(pointer, levels)
  if (typeof follow === 'string') return `interval: pointer ${pointer} ${follow}`
  const inSeconds = compileScale(scale, 0)
  return scopes => {
    const value = readNumber(follow(scopes), decimal)
    if (value === null) return 0
    return Number.isNaN(value) ? `${pointer} is not a number` : inSeconds(value)
  }
}
