import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading, ReadingKind } from '../../server/contract/telemetry.ts'

/** A registry node with everything unknown but what is given. */
export function node(
  id: string,
  kind: GridNode['kind'],
  parent: string | null,
  rest: Partial<GridNode> = {}
): GridNode {
  return {
    id,
    kind,
    parent,
    name: `${kind} ${id}`,
    meter: null,
    weather: null,
    capacityKw: null,
    ratingKva: null,
    reportIntervalS: null,
    customerId: null,
    ...rest
  }
}

export function reading(
  kind: ReadingKind,
  id: string,
  ts: number,
  values: Reading['values'],
  rest: Partial<Reading> = {}
): Reading {
  return { kind, id, ts, issued: null, intervalS: 0, quality: 0, values, ...rest }
}

export const at = (time: string) => Date.parse(`2026-05-20T${time}Z`)
