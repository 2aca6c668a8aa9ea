import type { LoadState } from '../contract/grid.ts'

const MINUTE_MS = 60_000
/** 1,441 numbers of 4 bytes each: 58 MB at most. Those after them have no course; the tree begins at the top. */
const MOST_NODES = 10_000

/** The load of each node at each whole minute of the day, as it was known then. */
export interface LoadColumns {
  put(at: number, nodes: readonly { load: LoadState }[]): void
  /** To the clock; null is unknown. */
  of(nodeId: string, until: number): { t: number[]; kw: (number | null)[] }
}

export function createLoadColumns(from: number, to: number): LoadColumns {
  const length = Math.round((to - from) / MINUTE_MS) + 1
  const columns = new Map<string, Float32Array>()
  return {
    put(at, nodes) {
      const minute = Math.round((at - from) / MINUTE_MS)
      for (const { load } of nodes) {
        let column = columns.get(load.id)
        if (column === undefined) {
          if (columns.size >= MOST_NODES) continue
          column = new Float32Array(length).fill(Number.NaN)
          columns.set(load.id, column)
        }
        column[minute] = load.loadKw ?? Number.NaN
      }
    },
    of(nodeId, until) {
      const column = columns.get(nodeId)
      const count = Math.min(length, Math.floor((until - from) / MINUTE_MS) + 1)
      if (column === undefined || count <= 0) return { t: [], kw: [] }
      const kw = Array.from(column.subarray(0, count), value => (Number.isNaN(value) ? null : rounded(value)))
      return { t: kw.map((_, i) => from + i * MINUTE_MS), kw }
    }
  }
}

/** 4 bytes hold seven digits. */
const rounded = (kw: number) => Number(kw.toPrecision(7))
