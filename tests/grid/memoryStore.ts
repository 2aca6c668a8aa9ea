import type { Reading } from '../../server/contract/telemetry.ts'
import type { LoadRow } from '../../server/grid/loadRow.ts'
import type { RollupNote, RollupNotes } from '../../server/grid/rollupNote.ts'
import type { RollupStore } from '../../server/grid/rollupWork.ts'

/** A readings store in memory: merges by identity, and can be made to fail. */
export interface MemoryStore extends RollupStore {
  put(readings: readonly Reading[]): void
  readonly raw: ReadonlyMap<string, Reading>
  /** Rows by `node@t`. */
  readonly load: Map<string, LoadRow>
  /** Half-hours by `node@t`. */
  readonly halfHours: Map<string, LoadRow>
  /** Of minutes. */
  rowsWritten: number
  isDown: boolean
}

export function memoryStore(): MemoryStore {
  const raw = new Map<string, Reading>()
  const load = new Map<string, LoadRow>()
  const halfHours = new Map<string, LoadRow>()
  const requireUp = () => {
    if (store.isDown) throw new Error('the store is down')
  }
  const store: MemoryStore = {
    raw,
    load,
    halfHours,
    rowsWritten: 0,
    isDown: false,
    put: readings => {
      for (const each of readings) {
        const key = `${each.kind}/${each.id}@${each.ts}`
        const before = raw.get(key)
        raw.set(key, { ...each, values: { ...before?.values, ...each.values } })
      }
    },
    queryMany: async ({ kind, ids, from, to, field }) => {
      requireUp()
      const wanted = new Set(ids)
      const found = new Map<
        string,
        { t: number[]; intervalS: number[]; columns: Record<string, (number | null)[]> }
      >()
      const rows = [...raw.values()].filter(
        each => each.kind === kind && wanted.has(each.id) && each.ts >= from && each.ts < to
      )
      for (const { id, ts, intervalS, values } of rows.sort((a, b) => a.ts - b.ts)) {
        const series = found.get(id) ?? { t: [], intervalS: [], columns: { [field]: [] } }
        series.t.push(ts)
        series.intervalS.push(intervalS)
        series.columns[field]?.push(values[field] ?? null)
        found.set(id, series)
      }
      return found
    },
    queryLoad: async ({ node, from, to }) => {
      requireUp()
      const rows = [...load.values()].filter(row => row.node === node && row.t >= from && row.t < to)
      return {
        t: rows.map(row => row.t),
        kw: rows.map(row => row.kw),
        reported: rows.map(row => row.reported),
        expected: rows.map(row => row.expected)
      }
    },
    writeLoad: async (rows, stepS) => {
      requireUp()
      if (stepS === 60) store.rowsWritten += rows.length
      for (const row of rows) (stepS === 60 ? load : halfHours).set(`${row.node}@${row.t}`, row)
    }
  }
  return store
}

/** A note kept in memory, as text, so that nothing is shared. */
export function memoryNotes<P>(): RollupNotes<P> & { text: string | null } {
  return {
    text: null,
    async load() {
      return this.text === null ? null : (JSON.parse(this.text) as RollupNote<P>)
    },
    async save(note) {
      this.text = JSON.stringify(note)
    }
  }
}
