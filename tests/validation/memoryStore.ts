import type { Reading } from '../../server/contract/telemetry.ts'
import type { ReadingBatch } from '../../server/log/readingBatch.ts'
import type { DayCheckStore } from '../../server/validation/dayChecks.ts'
import type { Series } from '../../server/validation/daySeries.ts'

/** A readings store in memory: merges by identity; a row without values changes only interval and quality. */
export interface MemoryStore extends DayCheckStore {
  readonly rows: readonly Reading[]
  put(readings: readonly Reading[]): void
  of(id: string): Reading[]
  /** Called before a write takes effect. */
  beforeWrite: (batch: ReadingBatch) => void
  isDown: boolean
  /** Asked in vain, so many times. */
  readonly failures: number
}

export function memoryStore(): MemoryStore {
  /** Of each source ascending by ts. */
  const sources = new Map<string, Reading[]>()
  const of = (kind: string, id: string) => sources.get(`${kind}/${id}`) ?? []

  let failures = 0
  const requireUp = () => {
    if (!store.isDown) return
    failures++
    throw new Error('the store is down')
  }

  const put = (one: Reading) => {
    const rows = of(one.kind, one.id)
    const at = placeOf(rows, one.ts)
    const before = rows[at]?.ts === one.ts ? rows[at] : undefined
    const merged = { ...one, values: { ...before?.values, ...one.values } }
    rows.splice(at, before === undefined ? 0 : 1, merged)
    sources.set(`${one.kind}/${one.id}`, rows)
  }

  const store: MemoryStore = {
    get rows() {
      return [...sources.values()].flat()
    },
    beforeWrite: () => {},
    isDown: false,
    get failures() {
      return failures
    },
    put: readings => readings.forEach(put),
    of: id => store.rows.filter(one => one.id === id).sort((a, b) => a.ts - b.ts),
    queryMany: async ({ kind, ids, from, to, field }) => {
      requireUp()
      const found = ids.flatMap((id): [string, Series][] => {
        const rows = of(kind, id)
        const some = rows.slice(placeOf(rows, from), placeOf(rows, to))
        return some.length === 0 ? [] : [[id, seriesOf(some, field)]]
      })
      return new Map(found)
    },
    write: async batch => {
      requireUp()
      store.beforeWrite(batch)
      store.put(batch.readings())
    }
  }
  return store
}

function seriesOf(rows: readonly Reading[], field: string): Series {
  return {
    t: rows.map(({ ts }) => ts),
    intervalS: rows.map(({ intervalS }) => intervalS),
    quality: rows.map(({ quality }) => quality),
    columns: { [field]: rows.map(({ values }) => values[field] ?? null) }
  }
}

/** The index of the first row not before `ts`. */
function placeOf(rows: readonly Reading[], ts: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.ts ?? Infinity) < ts) low = middle + 1
    else high = middle
  }
  return low
}
