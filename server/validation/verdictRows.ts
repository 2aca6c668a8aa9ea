import type { Reading, ReadingKind } from '../contract/telemetry.ts'
import type { Measured } from './daySeries.ts'

/** The bits decided for some readings of one source: `mask` are those that were looked at. */
export interface Decided {
  mask: number
  /** By the moment of the reading; those that are not listed have none. */
  bits: ReadonlyMap<number, number>
}

/**
 * Rows without values that bring the store to what was decided: bits that were looked at are set or taken back, all
 * others stay as they are. Readings that are right already get none.
 */
export function verdictRows(
  { kind, id }: { kind: ReadingKind; id: string },
  readings: readonly Measured[],
  decided: readonly Decided[]
): Reading[] {
  return readings.flatMap(({ t, intervalMs, quality }) => {
    let changed = quality
    for (const { mask, bits } of decided) changed = (changed & ~mask) | (bits.get(t) ?? 0)
    if (changed === quality) return []
    return [{ kind, id, ts: t, issued: null, intervalS: intervalMs / 1000, quality: changed, values: {} }]
  })
}
