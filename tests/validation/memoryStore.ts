import type { Reading } from '../../server/contract/telemetry.ts'
import type { ReadingBatch } from '../../server/log/readingBatch.ts'
import type { DayCheckStore } from '../../server/validation/dayChecks.ts'

/** A readings store in memory: merges by identity; a row without values changes only interval and quality. */
export interface MemoryStore extends DayCheckStore {
  readonly rows: ReadonlyMap<string, Reading>
  put(readings: readonly Reading[]): void
  of(id: string): Reading[]
  /** Called before a write takes effect. */
  beforeWrite: (batch: ReadingBatch) => void
  isDown: boolean
  reads: number
}

export function memoryStore(): MemoryStore {
  const rows = new Map<string, Reading>()
  const store: MemoryStore = {
    rows,
    beforeWrite: () => {},
    isDown: false,
    reads: 0,
    put: readings => {
      for (const one of readings) {
        const key = `${one.kind}/${one.id}@${one.ts}`
        rows.set(key, { ...one, values: { ...rows.get(key)?.values, ...one.values } })
      }
    },
    of: id => [...rows.values()].filter(one => one.id === id).sort((a, b) => a.ts - b.ts),
    queryMany: async ({ kind, ids, from, to, field }) => {
      if (store.isDown) throw new Error('the store is down')
      store.reads++
      const found = new Map<
        string,
        { t: number[]; intervalS: number[]; quality: number[]; columns: Record<string, (number | null)[]> }
      >()
      const wanted = [...rows.values()].filter(
        one => one.kind === kind && ids.includes(one.id) && one.ts >= from && one.ts < to
      )
      for (const { id, ts, intervalS, quality, values } of wanted.sort((a, b) => a.ts - b.ts)) {
        const series = found.get(id) ?? { t: [], intervalS: [], quality: [], columns: { [field]: [] } }
        series.t.push(ts)
        series.intervalS.push(intervalS)
        series.quality.push(quality)
        series.columns[field]?.push(values[field] ?? null)
        found.set(id, series)
      }
      return found
    },
    write: async batch => {
      if (store.isDown) throw new Error('the store is down')
      store.beforeWrite(batch)
      store.put(batch.readings())
    }
  }
  return store
}
