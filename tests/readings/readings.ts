import type { Reading, ReadingKind } from '../../server/contract/telemetry.ts'

/** A Sunday in Hanoi and in UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A reading with what a test does not care about filled in. */
export function reading(
  kind: ReadingKind,
  id: string,
  ts: number,
  values: Reading['values'],
  rest: Partial<Pick<Reading, 'issued' | 'intervalS' | 'quality'>> = {}
): Reading {
  return { kind, id, ts, issued: null, intervalS: 0, quality: 0, values, ...rest }
}

export function meter(id: string, ts: number, values: Reading['values'], rest = {}): Reading {
  return reading('meter', id, ts, values, rest)
}

let lastId = 0

/** An id that no other test of this file uses: they share one server. */
export function freshId(): string {
  return `T${++lastId}`
}
