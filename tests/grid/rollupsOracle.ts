import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'

export interface OracleRow {
  kw: number | null
  reported: number
  expected: number
}

/**
 * The roll-up of one node and minute straight from the definition: every second of the minute up to `now` is looked at
 * by itself, each time over all readings. Slow, and shares no code with what it checks. Times lie on full seconds.
 */
export function oracleRow(
  nodes: readonly GridNode[],
  raw: Iterable<Reading>,
  nodeId: string,
  minute: number,
  now: number
): OracleRow {
  const readings = [...raw]
  const pointMean = (kind: string, id: string, reportS: number | null): number | null => {
    const own = readings.filter(each => each.kind === kind && each.id === id)
    let sum = 0
    let known = 0
    for (let t = minute; t < Math.min(minute + 60_000, now); t += 1000) {
      const kw = valueAt(own, t, reportS)
      if (kw === null) continue
      sum += kw
      known += 1
    }
    return known === 0 ? null : sum / known
  }
  const rowOf = (node: GridNode): OracleRow => {
    const own: [string, string][] = []
    if (node.kind === 'transformer') own.push(['transformer', node.id])
    const meter = node.meter ?? (node.kind === 'meteringPoint' ? node.id : null)
    if (meter !== null) own.push(['meter', meter])
    for (const [kind, id] of own) {
      const kw = pointMean(kind, id, node.reportIntervalS)
      if (kw !== null) return { kw, reported: 1, expected: 1 }
    }
    const children = nodes.filter(each => each.parent === node.id).map(rowOf)
    if (children.length === 0) return { kw: null, reported: 0, expected: 1 }
    const reported = children.reduce((sum, child) => sum + child.reported, 0)
    return {
      kw: reported === 0 ? null : children.reduce((sum, child) => sum + (child.kw ?? 0), 0),
      reported,
      expected: children.reduce((sum, child) => sum + child.expected, 0)
    }
  }
  const node = nodes.find(each => each.id === nodeId)
  if (node === undefined) throw new Error(`no node ${nodeId}`)
  return rowOf(node)
}

function valueAt(own: readonly Reading[], t: number, reportS: number | null): number | null {
  let newest: Reading | null = null
  for (const each of own) if (each.ts <= t && (newest === null || each.ts > newest.ts)) newest = each
  if (newest === null) return null
  const intervalS = newest.intervalS
  const holdS = 3 * (reportS ?? (intervalS > 0 ? intervalS : 300))
  if (t >= newest.ts + (intervalS + holdS) * 1000) return null
  const { kw, kva, kvar } = newest.values
  if (kw !== undefined) return kw
  return kva === undefined || kvar === undefined ? null : Math.sqrt(kva * kva - kvar * kvar)
}
