import type { Reading } from '../../contract/telemetry.ts'
import { encodeReadings } from '../../log/lines.ts'
import type { LoadRow, LoadStepS } from '../store.ts'

/** One line a reading, in the same order. */
export function readingLines(readings: readonly Reading[]): string[] {
  return encodeReadings(readings).toString('latin1').trimEnd().split('\n')
}

/** The measurement of each step. */
export const loadMeasurement: Readonly<Record<LoadStepS, string>> = { 60: 'load', 1800: 'load_30m' }

/** `load,node=F1 kw=12,reported=3,expected=3 1700000000000`; without `kw` where it is null. */
export function loadLine(
  { node, t, kw, kwMin, kwMax, known, reported, expected }: LoadRow,
  stepS: LoadStepS
): string {
  const members = stepS === 60 ? { kw } : { kw, kw_min: kwMin, kw_max: kwMax, known: known ?? 0 }
  let fields = ''
  for (const [name, value] of Object.entries(members))
    if (typeof value === 'number') fields += `${name}=${value},`
  const tag = node.replace(/[,= \\]/g, '\\$&')
  return `${loadMeasurement[stepS]},node=${tag} ${fields}reported=${reported},expected=${expected} ${t}`
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
