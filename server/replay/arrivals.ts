import type { Reading, ReadingKind } from '../contract/telemetry.ts'

/** A source of readings by its number: its place in the list is its order where two are known at the same moment. */
export interface ArrivalSource {
  kind: ReadingKind
  id: string
}

/** Members of a reading that the live state looks at. */
export const arrivalFields = {
  meter: ['kw', 'kvar'],
  transformer: ['kw', 'kva', 'kvar', 'oil_c'],
  weather: ['temp_c'],
  forecast: ['temp_c']
} as const satisfies Record<ReadingKind, readonly string[]>

const VALUES = 4
/** source, ts, issued, intervalS, values */
const ROW = 4 + VALUES

/**
 * Readings that wait for the moment at which they could have been known: the end of their interval, as nothing says when
 * they really came. They stand by steps, in each in the order in which they were put in.
 */
export interface Arrivals {
  /** `values` in the order of `arrivalFields`; null is unknown. `issued`: of a forecast, epoch ms, and then it is known from there on. */
  put(
    source: number,
    ts: number,
    intervalS: number,
    values: readonly (number | null | undefined)[],
    issued?: number
  ): void
  /** Hands over what is known by `t`, which ends a step; each reading is valid only during the call. Returns how many. */
  takeUntil(t: number, take: (reading: Reading) => void): number
  readonly waiting: number
}

export function createArrivals(sources: readonly ArrivalSource[], begin: number, stepMs: number): Arrivals {
  const steps = new Map<number, number[]>()
  let taken = 0
  let waiting = 0

  const stepOf = (t: number) => Math.max(0, Math.ceil((t - begin) / stepMs))

  return {
    put(source, ts, intervalS, values, issued) {
      const known = issued ?? ts + intervalS * 1000
      // What is known by an earlier step is known at the next one.
      const step = Math.max(stepOf(known), taken)
      let rows = steps.get(step)
      if (rows === undefined) {
        rows = []
        steps.set(step, rows)
      }
      rows.push(source, ts, issued ?? Number.NaN, intervalS)
      for (let i = 0; i < VALUES; i++) rows.push(values[i] ?? Number.NaN)
      waiting++
    },
    takeUntil(t, take) {
      const last = stepOf(t)
      let count = 0
      for (; taken <= last; taken++) {
        const rows = steps.get(taken)
        if (rows === undefined) continue
        steps.delete(taken)
        for (let at = 0; at < rows.length; at += ROW) {
          const source = sources[rows[at] as number]
          if (source === undefined) continue
          take(readingOf(source, rows, at))
          count++
        }
      }
      waiting -= count
      return count
    },
    get waiting() {
      return waiting
    }
  }
}

function readingOf({ kind, id }: ArrivalSource, rows: readonly number[], at: number): Reading {
  const values: Reading['values'] = {}
  const fields = arrivalFields[kind]
  for (let i = 0; i < fields.length; i++) {
    const value = rows[at + 4 + i] as number
    if (!Number.isNaN(value)) values[fields[i] as string] = value
  }
  const issued = rows[at + 2] as number
  return {
    kind,
    id,
    ts: rows[at + 1] as number,
    issued: Number.isNaN(issued) ? null : issued,
    intervalS: rows[at + 3] as number,
    quality: 0,
    values
  }
}
