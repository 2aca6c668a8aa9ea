import type { Reading } from '../../contract/telemetry.ts'
import { encodeReadings } from '../../log/lines.ts'
import type { LoadRow } from '../store.ts'

/** One line a reading, in the same order. */
export function readingLines(readings: readonly Reading[]): string[] {
  return encodeReadings(readings).toString('latin1').trimEnd().split('\n')
}

/** `load,node=F1 kw=12,reported=3,expected=3 1700000000000`; without `kw` where it is null. */
export function loadLine({ node, t, kw, reported, expected }: LoadRow): string {
  const tag = node.replace(/[,= \\]/g, '\\$&')
  return `load,node=${tag} ${kw === null ? '' : `kw=${kw},`}reported=${reported},expected=${expected} ${t}`
}

/**
 * Readings of the same identity made one, in the order of their first. InfluxDB merges them itself, but InfluxDB 3
 * does not promise which of two values in one request it keeps.
 */
export function mergeRepeats(readings: readonly Reading[]): Reading[] {
  const merged = new Map<string, Reading>()
  for (const reading of readings) {
    const identity = `${reading.kind} ${reading.id} ${reading.ts} ${reading.issued ?? ''}`
    const earlier = merged.get(identity)
    merged.set(
      identity,
      earlier === undefined
        ? reading
        : { ...reading, values: { ...earlier.values, ...known(reading.values) } }
    )
  }
  return [...merged.values()]
}

function known(values: Reading['values']): Reading['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
