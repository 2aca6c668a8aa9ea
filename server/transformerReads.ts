import {
  type HalfHourColumns,
  loadGaps,
  type OwnColumns,
  ownFields,
  type TransformerInputs
} from './forecast/transformer/live/inputs.ts'
import { STATION_HOLD_MS, type StationColumns } from './forecast/transformer/live/station.ts'
import type { TransformerPlate } from './forecast/transformer/plate.ts'
import type { StoreReads } from './readingsThread.ts'

/** Whose readings are asked for. */
export interface Measured {
  id: string
  /** The weather station of its place. */
  station: string | null
  plate: TransformerPlate
}

export interface TransformerReads {
  /** What acts on it over [from, to), epoch ms. Rejects with a StoreError. */
  inputs(of: Measured, from: number, to: number): Promise<TransformerInputs>
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const HALF_HOUR = 30 * MINUTE
/** No interval is longer. */
const LONGEST_INTERVAL_MS = HOUR
/** Of a roll-up: known minutes, and the share of its points that must have reported, to stand for the load. */
const MIN_MINUTES = 27
const MIN_REPORTED = 0.9
/** Many transformers ask for the same station. */
const STATION_KEPT_MS = MINUTE
const STATIONS_KEPT = 64

const NO_HALF_HOURS: HalfHourColumns = { t: [], kw: [] }
const NO_STATION: StationColumns = { t: [], intervalS: [], temperatureC: [] }

/** Reads as little as needed: the roll-up only for gaps in its own load, the station only where the air is not measured. */
export function createTransformerReads(
  store: Pick<StoreReads, 'query' | 'queryLoad'>,
  now: () => number
): TransformerReads {
  const station = createStationReads(store, now)
  return {
    async inputs({ id, station: stationId, plate }, from, to) {
      const own = await ownOf(store, id, from, to)
      const gaps = loadGaps(plate, own, from, to).filter(gap => gap.to - gap.from >= HALF_HOUR)
      const [first, last] = [gaps[0], gaps.at(-1)]
      const halfHours =
        first === undefined || last === undefined
          ? NO_HALF_HOURS
          : await halfHoursOf(store, id, first.from, last.to)
      const isAirMeasured = own.columns.ambient_c?.every(value => value !== null) ?? false
      if (stationId === null || (isAirMeasured && halfHours.t.length === 0)) {
        return { own, halfHours, station: NO_STATION }
      }
      return { own, halfHours, station: await station(stationId, from - STATION_HOLD_MS, to) }
    }
  }
}

async function ownOf(
  store: Pick<StoreReads, 'query'>,
  id: string,
  from: number,
  to: number
): Promise<OwnColumns> {
  const range = { from: from - LONGEST_INTERVAL_MS, to }
  const { t, intervalS, quality, columns } = await store.query({
    ...{ kind: 'transformer', id, fields: ownFields, ...range }
  })
  // What ended before says nothing any more.
  const first = t.findIndex((at, i) => at >= from || at + (intervalS[i] ?? 0) * 1000 > from)
  if (first <= 0) return first === 0 ? { t, intervalS, quality, columns } : { ...EMPTY }
  const cut = <T>(column: readonly T[]) => column.slice(first)
  return {
    t: cut(t),
    intervalS: cut(intervalS),
    quality: cut(quality),
    columns: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, cut(column)]))
  }
}

const EMPTY: OwnColumns = { t: [], intervalS: [], quality: [], columns: {} }

async function halfHoursOf(
  store: Pick<StoreReads, 'queryLoad'>,
  node: string,
  from: number,
  to: number
): Promise<HalfHourColumns> {
  const start = Math.floor(from / HALF_HOUR) * HALF_HOUR
  const { t, kw, known, reported, expected } = await store.queryLoad({ node, from: start, to, stepS: 1800 })
  const isWhole = (i: number) =>
    (known[i] ?? 0) >= MIN_MINUTES && (reported[i] ?? 0) >= MIN_REPORTED * (expected[i] ?? 1)
  return { t, kw: kw.map((value, i) => (isWhole(i) ? value : null)) }
}

/** A station's temperatures; the same hours are read once a minute at most. */
function createStationReads(store: Pick<StoreReads, 'query'>, now: () => number) {
  const kept = new Map<string, { at: number; columns: Promise<StationColumns> }>()
  const read = async (id: string, from: number, to: number): Promise<StationColumns> => {
    const { t, intervalS, columns } = await store.query({ kind: 'weather', id, from, to, fields: ['temp_c'] })
    return { t, intervalS, temperatureC: columns.temp_c ?? [] }
  }
  return (id: string, from: number, to: number): Promise<StationColumns> => {
    const start = Math.floor(from / HOUR) * HOUR
    const end = Math.ceil(to / HOUR) * HOUR
    const key = `${id}/${start}/${end}`
    const known = kept.get(key)
    if (known !== undefined && Math.abs(now() - known.at) < STATION_KEPT_MS) return known.columns
    const columns = read(id, start, end)
    kept.delete(key)
    kept.set(key, { at: now(), columns })
    columns.catch(() => kept.delete(key))
    for (const oldest of kept.keys()) if (kept.size > STATIONS_KEPT) kept.delete(oldest)
    return columns
  }
}
