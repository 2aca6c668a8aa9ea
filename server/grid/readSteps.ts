import { setImmediate as nextTurn } from 'node:timers/promises'
import { ESTIMATED } from '../contract/quality.ts'
import { type HoldRule, Steps } from './steps.ts'
import type { RegisteredPoint } from './topology.ts'

/** A raw series as columns of equal length, ascending by t (epoch ms). */
export interface RawSeries {
  t: number[]
  intervalS: number[]
  /** What validation holds against each row, as bits. */
  quality?: number[]
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

/** Reads the steps of measuring points that began in [from, to). Points without any are left out. */
export type StepReader = (
  points: readonly RegisteredPoint[],
  from: number,
  to: number
) => AsyncGenerator<[RegisteredPoint, Steps]>

/** How many rows one query should bring: the store may answer in this very thread, and nobody else runs meanwhile. */
const ROWS_PER_QUERY = 5_000
/** Where few speak, looking for them is what takes time. */
const MOST_POINT_HOURS = 2_000
const MOST_IDS = 250
const HOUR_MS = 3_600_000
const FIELDS = { meter: ['kw'], transformer: ['kw', 'kva', 'kvar'] } as const

/** So many hours of one point, all points of a query added up, are asked for at once. */
interface Budget {
  pointHours: number
}

/**
 * Reads in queries of about ROWS_PER_QUERY rows, a few hours of one point or days of hundreds, as densely as points of
 * their kind and report interval were seen to speak. Rejects when the store does.
 */
export function createStepReader(store: SeriesStore, defaultS: number): StepReader {
  const budgets = new Map<string, Budget>()

  const budgetOf = ({ kind, reportIntervalS }: RegisteredPoint): Budget => {
    const key = `${kind} ${reportIntervalS}`
    // Nobody has seen them yet: they may speak four times as often as they are said to, or every second.
    const rowsPerHour = reportIntervalS === null ? 3600 : (4 * 3600) / reportIntervalS
    const budget = budgets.get(key) ?? { pointHours: Math.max(1, ROWS_PER_QUERY / rowsPerHour) }
    budgets.set(key, budget)
    return budget
  }

  return async function* read(points, from, to) {
    const hours = (to - from) / HOUR_MS
    for (const alike of Map.groupBy(points, budgetOf)) {
      const [budget, ofBudget] = alike
      for (let i = 0; i < ofBudget.length; ) {
        const ids = Math.max(1, Math.min(MOST_IDS, Math.floor(budget.pointHours / hours)))
        const batch = ofBudget.slice(i, i + ids)
        i += batch.length
        yield* await readBatch(batch, from, to, budget)
      }
    }
  }

  /** Where one point alone is too much for a query, its time is cut into pieces. */
  async function readBatch(
    batch: readonly RegisteredPoint[],
    from: number,
    to: number,
    budget: Budget
  ): Promise<[RegisteredPoint, Steps][]> {
    const byId = new Map(batch.map(point => [point.id, { point, steps: new Steps(ruleOf(point)) }]))
    for (let start = from; start < to; ) {
      const end = batch.length > 1 ? to : Math.min(to, start + Math.max(0.1, budget.pointHours) * HOUR_MS)
      const rows = await readPiece(byId, start, end)
      await nextTurn()
      const pointHours = (batch.length * (end - start)) / HOUR_MS
      const fitting = rows === 0 ? Infinity : (ROWS_PER_QUERY * pointHours) / rows
      budget.pointHours = Math.min(fitting, 3 * budget.pointHours, MOST_POINT_HOURS)
      start = end
    }
    return [...byId.values()].flatMap(({ point, steps }) =>
      steps.count > 0 ? [[point, steps] as [RegisteredPoint, Steps]] : []
    )
  }

  async function readPiece(
    byId: ReadonlyMap<string, { point: RegisteredPoint; steps: Steps }>,
    from: number,
    to: number
  ): Promise<number> {
    const ids = [...byId.keys()]
    const kind = byId.values().next().value?.point.kind ?? 'meter'
    let rows = 0
    for (const field of FIELDS[kind]) {
      for (const [id, series] of await store.queryMany({ kind, ids, from, to, field })) {
        rows += series.t.length
        const steps = byId.get(id)?.steps
        if (steps !== undefined) addColumn(steps, series, field)
      }
    }
    return rows
  }

  function ruleOf({ reportIntervalS: registryS }: RegisteredPoint): HoldRule {
    return { registryS, defaultS }
  }
}

function addColumn(
  steps: Steps,
  { t, intervalS, quality, columns }: RawSeries,
  field: 'kw' | 'kva' | 'kvar'
): void {
  const values = columns[field] ?? []
  for (const [i, at] of t.entries()) {
    // An estimate was reported by nobody: with it a sum would look more complete than it is.
    const value = ((quality?.[i] ?? 0) & ESTIMATED) === 0 ? (values[i] ?? null) : null
    // kvar alone says nothing about active power: it must not end what is held.
    if (value === null || (field === 'kvar' && steps.at(steps.placeFor(at)) !== at)) continue
    const kw = field === 'kw' ? value : NaN
    const kva = field === 'kva' ? value : NaN
    const kvar = field === 'kvar' ? value : NaN
    steps.put(at, intervalS[i] ?? 0, kw, kva, kvar)
  }
}
