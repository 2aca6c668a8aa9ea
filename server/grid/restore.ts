import type { GridNode } from '../contract/registry.ts'
import type { Reading, ReadingKind } from '../contract/telemetry.ts'
import type { LiveGrid } from './live.ts'
import { buildTopology } from './topology.ts'

/** What the live state reads out of the store after a restart. */
export interface RestoreStore {
  /** The newest reading of each id; `ids` null: of every id, registered or not, of so many at most. */
  latest(q: {
    kind: ReadingKind
    ids: readonly string[] | null
    notBefore: number
    most?: number
  }): Promise<Map<string, Reading>>
  query(q: { kind: ReadingKind; id: string; from: number; to: number; fields: readonly string[] }): Promise<{
    t: number[]
    intervalS: number[]
    /** Of forecasts. */
    issued?: number[]
    columns: Record<string, (number | null)[]>
  }>
}

const HOUR_MS = 3_600_000
/** The longest local day, a clock change included. */
const DAY_MS = 25 * HOUR_MS
const FORECAST_MS = 16 * 24 * HOUR_MS
/** One answer of the store stays small. */
const IDS_AT_ONCE = 500
/** Of sources that nobody registered; more of them are known again when they speak. */
const MOST_UNREGISTERED = 5_000

/**
 * Seeds the live state from the store: the newest of every source, registered or not, and today's weather. Call after
 * setRegistry; readings that arrive meanwhile are merged as always. Rejects when the store does.
 */
export async function restoreLive(
  grid: Pick<LiveGrid, 'restore'>,
  nodes: readonly GridNode[],
  store: RestoreStore,
  now: number,
  lookBackMs = 7 * 24 * HOUR_MS
): Promise<void> {
  const stations = new Set(nodes.flatMap(node => node.weather ?? []))
  const notBefore = now - lookBackMs
  const points = Map.groupBy(buildTopology(nodes).points.values(), ({ kind }) => kind)
  for (const kind of ['meter', 'transformer', 'weather'] as const) {
    const registered = kind === 'weather' ? [...stations] : (points.get(kind) ?? []).map(({ id }) => id)
    for (let i = 0; i < registered.length; i += IDS_AT_ONCE) {
      const ids = registered.slice(i, i + IDS_AT_ONCE)
      grid.restore((await store.latest({ kind, ids, notBefore })).values(), now)
    }
    const all = await store.latest({
      kind,
      ids: null,
      notBefore,
      most: MOST_UNREGISTERED + registered.length
    })
    grid.restore(all.values(), now)
  }
  await restoreWeather(grid, [...stations], store, now)
}

/** Seeds today's weather at these stations: what is observed and what is foretold. Rejects when the store does. */
export async function restoreWeather(
  grid: Pick<LiveGrid, 'restore'>,
  stations: readonly string[],
  store: RestoreStore,
  now: number
): Promise<void> {
  for (const id of stations) {
    grid.restore(await temperatures(store, 'weather', id, now - DAY_MS, now), now)
    grid.restore(await temperatures(store, 'forecast', id, now - HOUR_MS, now + FORECAST_MS), now)
  }
}

async function temperatures(
  store: RestoreStore,
  kind: 'weather' | 'forecast',
  id: string,
  from: number,
  to: number
): Promise<Reading[]> {
  const {
    t,
    intervalS,
    issued = [],
    columns
  } = await store.query({ kind, id, from, to, fields: ['temp_c', 'humidity_pct'] })
  return t.flatMap((ts, i) => {
    const temp_c = columns.temp_c?.[i]
    if (temp_c === undefined || temp_c === null) return []
    const humidity_pct = columns.humidity_pct?.[i] ?? null
    const values = { temp_c, ...(humidity_pct !== null && { humidity_pct }) }
    const issuedAt = kind === 'forecast' ? (issued[i] ?? 0) : null
    return { kind, id, ts, issued: issuedAt, intervalS: intervalS[i] ?? 0, quality: 0, values }
  })
}
