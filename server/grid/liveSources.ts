import type { Source } from '../contract/sources.ts'
import { type Reading, readingKinds } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { VALUE_COUNT, valueColumn } from '../log/valueColumns.ts'
import { AheadReadings } from './aheadReadings.ts'
import { longer, SourceTable } from './sourceTable.ts'
import { type SourceReading, SourceValues } from './sourceValues.ts'
import { createStationDay, type StationDay } from './stationDay.ts'
import type { Place, Topology } from './topology.ts'

type SourceKind = Source['kind']

/** What was not kept because a bound was reached, since the start. */
export interface GridDrops {
  /** Readings of unregistered sources beyond the number of them that is followed. */
  unassigned: number
  /** Readings ahead of their time beyond what may wait for it. */
  ahead: number
  forecastSteps: number
  statuses: number
}

/** Every source that is registered or has spoken, by its number. */
export interface LiveSources {
  readonly values: SourceValues
  readonly count: number
  /** Registered sources are always known; those no longer registered stay, unassigned. */
  setTopology(topology: Topology): void
  /** `now` decides whether a reading is ahead of its time; it takes effect when its ts is reached. */
  apply(batch: ReadingBatch, now: number, arrivedAt: number): void
  restore(reading: Reading, now: number): void
  /** Lets the readings take effect whose time has come. */
  settle(now: number): void
  /** −1: not known. */
  numberOf(kind: SourceKind, id: string): number
  kind(n: number): SourceKind
  id(n: number): string
  /** The node that it measures; null: unassigned. */
  place(n: number): Place | null
  day(stationId: string): StationDay | undefined
  /** Every registered station. */
  stations(): { id: string; day: StationDay }[]
  drops(): Omit<GridDrops, 'statuses'>
}

const FORECAST = readingKinds.indexOf('forecast')
const TRANSFORMER = readingKinds.indexOf('transformer')

export function createLiveSources(localDate: (t: number) => string, mostUnassigned: number): LiveSources {
  const table = new SourceTable()
  const values = new SourceValues()
  const ahead = new AheadReadings()
  const days = new Map<number, StationDay>()
  /** Index of the node + 1; 0: unassigned. */
  let placeOf = new Uint32Array(0)
  /** The ids that the registry holds as strings anyway. */
  let registeredIds: string[] = []
  let places: readonly Place[] = []
  let unassigned = 0
  let droppedUnassigned = 0
  /** One reading at a time passes through here. */
  const said: SourceReading = {
    ts: NaN,
    intervalS: NaN,
    arrivedAt: NaN,
    kw: NaN,
    kva: NaN,
    kvar: NaN,
    temperatureC: NaN,
    humidityPct: NaN
  }

  const add = (kind: SourceKind, id: string): number => {
    const n = table.add(kind, id)
    values.reserve(n + 1)
    if (n >= placeOf.length) placeOf = longer(placeOf, Math.max(64, 2 * n))
    return n
  }

  const assign = (kind: SourceKind, id: string, { index }: Place, reportIntervalS: number | null) => {
    const n = add(kind, id)
    placeOf[n] = index + 1
    registeredIds[n] = id
    values.reportIntervalS[n] = reportIntervalS ?? NaN
    return n
  }

  const setTopology = (topology: Topology) => {
    placeOf.fill(0)
    registeredIds = []
    values.reportIntervalS.fill(NaN)
    places = topology.places
    let assigned = 0
    for (const { kind, id, places, reportIntervalS } of topology.points.values()) {
      const [first] = places
      if (first === undefined) continue
      assign(kind, id, first, reportIntervalS)
      assigned += 1
    }
    const stations = new Set<number>()
    for (const place of places) {
      const { weather } = place.node
      const known = weather === null ? -1 : table.numberOf('weather', weather)
      if (weather === null || stations.has(known)) continue
      const n = assign('weather', weather, place, null)
      stations.add(n)
      if (!days.has(n)) days.set(n, createStationDay(localDate))
    }
    for (const n of days.keys()) if (!stations.has(n)) days.delete(n)
    unassigned = table.count - assigned - stations.size
  }

  /** The number of a source that has just spoken for the first time; −1 where no more are followed. */
  const follow = (kind: SourceKind, id: string): number => {
    const known = table.numberOf(kind, id)
    if (known >= 0) return known
    if (unassigned >= mostUnassigned) {
      droppedUnassigned += 1
      return -1
    }
    unassigned += 1
    return add(kind, id)
  }

  const take = (n: number, reading: SourceReading) => {
    values.take(n, reading)
    if (days.size > 0 && !Number.isNaN(reading.temperatureC))
      days.get(n)?.observe(reading.ts, reading.temperatureC, reading.humidityPct)
  }

  const takeOrWait = (n: number, now: number) => {
    if (said.ts <= now) take(n, said)
    else ahead.put(n, said)
  }

  const foresee = (stationId: string, issued: number, now: number) => {
    const n = follow('weather', stationId)
    if (n >= 0) days.get(n)?.foresee({ ...said, issued }, now)
  }

  const settle = (now: number) => {
    if (ahead.isDue(now)) ahead.takeDue(now, take)
  }

  const applyRow = (batch: ReadingBatch, row: number, now: number) => {
    const kind = batch.kind[row] ?? 0
    const at = row * VALUE_COUNT
    said.ts = batch.ts[row] ?? NaN
    said.intervalS = batch.intervalS[row] ?? 0
    said.kw = batch.values[at + valueColumn.kw] ?? NaN
    said.kva = batch.values[at + valueColumn.kva] ?? NaN
    said.kvar = batch.values[at + valueColumn.kvar] ?? NaN
    said.temperatureC =
      batch.values[at + (kind === TRANSFORMER ? valueColumn.oil_c : valueColumn.temp_c)] ?? NaN
    said.humidityPct = batch.values[at + valueColumn.humidity_pct] ?? NaN
    if (kind === FORECAST) {
      foresee(batch.id(row), batch.issued[row] ?? NaN, now)
      return
    }
    let n = table.find(batch, row)
    if (n < 0) {
      if (unassigned >= mostUnassigned) {
        droppedUnassigned += 1
        return
      }
      n = follow(sourceKindOf(readingKinds[kind]), batch.id(row))
    }
    takeOrWait(n, now)
  }

  const apply = (batch: ReadingBatch, now: number, arrivedAt: number) => {
    settle(now)
    said.arrivedAt = arrivedAt
    for (let row = 0; row < batch.count; row += 1) applyRow(batch, row, now)
  }

  const restore = ({ kind, id, ts, issued, intervalS, values }: Reading, now: number) => {
    said.ts = ts
    said.intervalS = intervalS
    said.arrivedAt = NaN
    said.kw = values.kw ?? NaN
    said.kva = values.kva ?? NaN
    said.kvar = values.kvar ?? NaN
    said.temperatureC = (kind === 'transformer' ? values.oil_c : values.temp_c) ?? NaN
    said.humidityPct = values.humidity_pct ?? NaN
    if (kind === 'forecast') {
      foresee(id, issued ?? NaN, now)
      return
    }
    const n = follow(kind, id)
    if (n >= 0) takeOrWait(n, now)
  }

  return {
    values,
    get count() {
      return table.count
    },
    setTopology,
    apply,
    restore,
    settle,
    numberOf: (kind, id) => table.numberOf(kind, id),
    kind: n => sourceKindOf(table.kind(n)),
    id: n => registeredIds[n] ?? table.id(n),
    place: n => places[(placeOf[n] ?? 0) - 1] ?? null,
    day: id => days.get(table.numberOf('weather', id)),
    stations: () => [...days].map(([n, day]) => ({ id: registeredIds[n] ?? table.id(n), day })),
    drops: () => ({
      unassigned: droppedUnassigned,
      ahead: ahead.dropped,
      forecastSteps: [...days.values()].reduce((sum, day) => sum + day.dropped, 0)
    })
  }
}

/** A forecast is the business of its weather station. */
function sourceKindOf(kind: Reading['kind'] | undefined): SourceKind {
  return kind === undefined || kind === 'forecast' ? 'weather' : kind
}
