import { type HoldRule, insertStep, type PowerStep, placeFor, stepOf } from './steps.ts'
import type { RegisteredPoint } from './topology.ts'

/** A raw series as columns of equal length, ascending by t (epoch ms). */
export interface RawSeries {
  t: number[]
  intervalS: number[]
  columns: Record<string, (number | null)[]>
}

export interface SeriesStore {
  queryMany(q: {
    kind: RegisteredPoint['kind']
    ids: readonly string[]
    from: number
    to: number
    field: string
  }): Promise<Map<string, RawSeries>>
}

/** How many raw rows one query should bring: more would hold up the main thread while it unpacks them. */
const ROWS_PER_QUERY = 20_000
const MOST_IDS = 250
const FIELDS = { meter: ['kw'], transformer: ['kw', 'kva', 'kvar'] } as const

/**
 * Reads the steps of many measuring points that began in [from, to), batch by batch; the batches shrink where points
 * speak often. Points without any are left out. Rejects when the store does.
 */
export async function* readSteps(
  store: SeriesStore,
  points: readonly RegisteredPoint[],
  from: number,
  to: number,
  defaultS: number
): AsyncGenerator<[RegisteredPoint, PowerStep[]]> {
  for (const kind of ['meter', 'transformer'] as const) {
    const ofKind = points.filter(point => point.kind === kind)
    let size = MOST_IDS / 10
    for (let i = 0; i < ofKind.length; ) {
      const batch = ofKind.slice(i, i + size)
      i += batch.length
      const steps = await readBatch(store, kind, batch, from, to, defaultS)
      let rows = 0
      for (const point of batch) {
        const found = steps.get(point.id)
        if (found === undefined) continue
        rows += found.length
        yield [point, found]
      }
      const fitting = rows === 0 ? MOST_IDS : Math.floor((ROWS_PER_QUERY * batch.length) / rows)
      size = Math.max(1, Math.min(MOST_IDS, size * 4, fitting))
    }
  }
}

async function readBatch(
  store: SeriesStore,
  kind: RegisteredPoint['kind'],
  points: readonly RegisteredPoint[],
  from: number,
  to: number,
  defaultS: number
): Promise<Map<string, PowerStep[]>> {
  const rules = new Map(points.map(point => [point.id, { registryS: point.reportIntervalS, defaultS }]))
  const ids = [...rules.keys()]
  const steps = new Map<string, PowerStep[]>()
  for (const field of FIELDS[kind]) {
    for (const [id, series] of await store.queryMany({ kind, ids, from, to, field })) {
      const rule = rules.get(id)
      if (rule === undefined) continue
      const found = steps.get(id) ?? []
      addColumn(found, series, field, rule)
      if (found.length > 0) steps.set(id, found)
    }
  }
  return steps
}

function addColumn(steps: PowerStep[], series: RawSeries, field: string, rule: HoldRule): void {
  const values = series.columns[field] ?? []
  for (const [i, at] of series.t.entries()) {
    const value = values[i] ?? null
    // kvar alone says nothing about active power: it must not end what is held.
    if (value === null || (field === 'kvar' && steps[placeFor(steps, at)]?.at !== at)) continue
    const power = { kw: null, kva: null, kvar: null, [field]: value }
    insertStep(steps, stepOf(at, series.intervalS[i] ?? 0, power, rule), rule)
  }
}
