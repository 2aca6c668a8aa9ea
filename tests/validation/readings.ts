import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** A Monday, 00:00 in Việt Nam. */
export const MONDAY = Date.parse('2026-06-01T00:00:00+07:00')

export function reading(changes: Partial<Reading> & { ts: number }): Reading {
  return {
    kind: 'meter',
    id: 'M1',
    issued: null,
    intervalS: 0,
    quality: 0,
    values: { kw: 1 },
    ...changes
  }
}

export function node(changes: Partial<GridNode> & Pick<GridNode, 'kind' | 'id'>): GridNode {
  return {
    parent: null,
    name: changes.id,
    meter: null,
    weather: null,
    capacityKw: null,
    ratingKva: null,
    reportIntervalS: null,
    customerId: null,
    ...changes
  }
}
