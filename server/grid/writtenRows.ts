import type { LoadRow } from './loadTree.ts'
import { type LoadMinutes, MINUTE_MS, minuteAt } from './minutes.ts'

interface NodeRows {
  kw: Float64Array
  reported: Uint32Array
  expected: Uint32Array
}

/** What the store is known to hold for the minutes of a window, so that only what differs is written. */
export interface WrittenRows {
  /** Forgets the nodes not named here. */
  keep(nodeIds: readonly string[]): void
  shift(minutes: number): void
  addChanged(
    rows: LoadRow[],
    nodeId: string,
    load: LoadMinutes,
    from: number,
    first: number,
    count: number
  ): void
  confirm(rows: readonly LoadRow[], from: number): void
}

export function createWrittenRows(minutes: number): WrittenRows {
  const byNode = new Map<string, NodeRows>()

  const addChanged: WrittenRows['addChanged'] = (rows, nodeId, load, from, first, count) => {
    const before = byNode.get(nodeId)
    if (before === undefined) return
    for (let i = 0; i < count; i += 1) {
      const { kw, reported, expected } = minuteAt(load, i)
      const at = first + i
      // A minute never written has expected 0, which no node has.
      const isSame = before.expected[at] === expected && before.reported[at] === reported
      if (isSame && before.kw[at] === (kw ?? 0)) continue
      rows.push({ node: nodeId, t: from + at * MINUTE_MS, kw, reported, expected })
    }
  }

  return {
    keep: nodeIds => {
      const kept = new Set(nodeIds)
      for (const id of byNode.keys()) if (!kept.has(id)) byNode.delete(id)
      for (const id of kept) {
        if (byNode.has(id)) continue
        byNode.set(id, {
          kw: new Float64Array(minutes),
          reported: new Uint32Array(minutes),
          expected: new Uint32Array(minutes)
        })
      }
    },
    shift: by => {
      for (const { kw, reported, expected } of byNode.values()) {
        for (const column of [kw, reported, expected]) {
          column.copyWithin(0, by)
          column.fill(0, minutes - by)
        }
      }
    },
    addChanged,
    confirm: (rows, from) => {
      for (const row of rows) {
        const before = byNode.get(row.node)
        const at = (row.t - from) / MINUTE_MS
        if (before === undefined || at < 0 || at >= minutes) continue
        before.kw[at] = row.kw ?? 0
        before.reported[at] = row.reported
        before.expected[at] = row.expected
      }
    }
  }
}
