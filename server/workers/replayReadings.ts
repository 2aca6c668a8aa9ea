import { setTimeout as pause } from 'node:timers/promises'
import { ESTIMATED } from '../contract/quality.ts'
import type { ReadingKind } from '../contract/telemetry.ts'
import type { Topology } from '../grid/topology.ts'
import { type Series, StoreError } from '../readings/store.ts'
import { type ArrivalSource, type Arrivals, arrivalFields } from '../replay/arrivals.ts'
import type { ReaderMethods } from './readingsPort.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 25 * HOUR_MS
/** A piece of the day is so long that about so many rows come with it: some 20 MB. */
const ROWS_A_PIECE = 300_000
const FIRST_PIECE_MS = 15 * MINUTE_MS
const SHORTEST_PIECE_MS = MINUTE_MS
const LONGEST_PIECE_MS = 4 * HOUR_MS
/** Of one question to the store: a few milliseconds of its thread. */
const ROWS_A_QUESTION = 4_000
const MOST_IDS_A_QUESTION = 200
/** A weather forecast is looked for so often, and so far ahead. */
const FORECAST_EVERY_MS = 15 * MINUTE_MS
const FORECAST_AHEAD_MS = 26 * HOUR_MS
const TRIES = 30
const RETRY_MS = 1000

export type Reads = Pick<ReaderMethods, 'query' | 'queryMany'>

/** A group of sources that are asked for the same members. */
interface Group {
  kind: ReadingKind
  ids: readonly string[]
  first: number
  fields: readonly string[]
}

/** Every registered source in the order of the tree, and how it is asked for. */
export function replayedSources({ places, points }: Topology): { sources: ArrivalSource[]; groups: Group[] } {
  const stations = [...new Set(places.flatMap(({ node }) => node.weather ?? []))]
  const meters = [...points.values()].filter(({ kind }) => kind === 'meter')
  // A household's reactive power is looked at by nobody.
  const [households, consumers] = [
    meters.filter(point => point.places.every(({ isHousehold }) => isHousehold)),
    meters.filter(point => !point.places.every(({ isHousehold }) => isHousehold))
  ]
  const transformers = [...points.values()].filter(({ kind }) => kind === 'transformer')
  const sources: ArrivalSource[] = []
  const groups: Group[] = []
  const add = (kind: ReadingKind, ids: readonly string[], fields: readonly string[]) => {
    groups.push({ kind, ids, first: sources.length, fields })
    for (const id of ids) sources.push({ kind, id })
  }
  const idsOf = (some: readonly { id: string }[]) => some.map(({ id }) => id)
  add('meter', idsOf(consumers), arrivalFields.meter)
  add('meter', idsOf(households), ['kw'])
  add('transformer', idsOf(transformers), arrivalFields.transformer)
  add('weather', stations, arrivalFields.weather)
  add('forecast', stations, arrivalFields.forecast)
  return { sources, groups }
}

/** Brings the readings of a span into `arrivals`, piece by piece; what it has brought is known up to `until`. */
export interface ReplayReadings {
  readonly until: number
  /** The next piece. Rejects when the store does not answer for long. */
  load(): Promise<void>
  /** How many rows came so far. */
  readonly rows: number
}

export function createReplayReadings(needs: {
  groups: readonly Group[]
  arrivals: Arrivals
  span: { begin: number; to: number }
  reads(): Reads
  /** The line to the store broke: another one is wanted. */
  onBroken(): void
}): ReplayReadings {
  const { groups, arrivals, span } = needs
  let until = span.begin
  let pieceMs = FIRST_PIECE_MS
  let rows = 0
  let isFirst = true

  async function asking<T>(ask: (reads: Reads) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await ask(needs.reads())
      } catch (error) {
        if (!(error instanceof StoreError) || error.what !== 'unavailable' || tried >= TRIES) throw error
        needs.onBroken()
        await pause(RETRY_MS)
      }
    }
  }

  async function loadGroup(group: Group, from: number, to: number, perSource: number): Promise<number> {
    const { kind, ids, first, fields } = group
    const atOnce = Math.max(1, Math.min(MOST_IDS_A_QUESTION, Math.floor(ROWS_A_QUESTION / (perSource + 1))))
    let count = 0
    for (let start = 0; start < ids.length; start += atOnce) {
      const some = ids.slice(start, start + atOnce)
      const columns: Map<string, Series>[] = []
      for (const field of fields) {
        columns.push(await asking(reads => reads.queryMany({ kind, ids: some, from, to, field })))
      }
      for (const [i, id] of some.entries()) {
        const series = columns.map(column => column.get(id))
        count += putAll(arrivals, first + start + i, series, fields)
      }
    }
    return count
  }

  /** What was foretold by each quarter of an hour: what is new in it. */
  async function loadForecasts({ ids, first }: Group, from: number, to: number): Promise<void> {
    for (const [i, id] of ids.entries()) {
      let before = new Map<number, number>()
      const marks = Math.ceil(from / FORECAST_EVERY_MS) * FORECAST_EVERY_MS
      for (let at = marks; at < to; at += FORECAST_EVERY_MS) {
        const ahead = { kind: 'forecast', id, from: at - HOUR_MS, to: at + FORECAST_AHEAD_MS } as const
        const series = await asking(reads => reads.query({ ...ahead, fields: ['temp_c'], issuedBy: at }))
        const now = new Map<number, number>()
        for (const [row, ts] of series.t.entries()) {
          const temperatureC = series.columns.temp_c?.[row] ?? null
          if (temperatureC === null) continue
          now.set(ts, temperatureC)
          if (before.get(ts) !== temperatureC)
            arrivals.put(first + i, ts, series.intervalS[row] ?? 0, [temperatureC], at)
        }
        before = now
      }
    }
  }

  return {
    get until() {
      return until
    },
    get rows() {
      return rows
    },
    async load() {
      const to = Math.min(span.to, until + pieceMs)
      const perSource = rows === 0 ? 0 : (rows / Math.max(1, until - span.begin)) * (to - until)
      const sourceCount = groups.reduce((sum, { ids }) => sum + ids.length, 0)
      let count = 0
      for (const group of groups) {
        if (group.kind === 'forecast') await loadForecasts(group, until, to)
        else {
          // The day's maximum temperature begins a day before.
          const from = isFirst && group.kind === 'weather' ? until - DAY_MS : until
          count += await loadGroup(group, from, to, perSource / Math.max(1, sourceCount))
        }
      }
      isFirst = false
      rows += count
      const rate = count / (to - until)
      until = to
      pieceMs = Math.min(LONGEST_PIECE_MS, Math.max(SHORTEST_PIECE_MS, ROWS_A_PIECE / Math.max(rate, 1e-9)))
      pieceMs = Math.ceil(pieceMs / MINUTE_MS) * MINUTE_MS
    }
  }
}

/** The rows of one source, its members beside each other; estimates were made later, by nobody's reading. */
function putAll(
  arrivals: Arrivals,
  source: number,
  series: readonly (Series | undefined)[],
  fields: readonly string[]
): number {
  const at = series.map(() => 0)
  let count = 0
  for (;;) {
    let ts = Infinity
    for (const [i, one] of series.entries()) ts = Math.min(ts, one?.t[at[i] as number] ?? Infinity)
    if (ts === Infinity) return count
    const values: (number | null)[] = []
    let [intervalS, quality] = [0, 0]
    for (const [i, one] of series.entries()) {
      const row = at[i] as number
      if (one?.t[row] !== ts) {
        values.push(null)
        continue
      }
      at[i] = row + 1
      values.push(one.columns[fields[i] as string]?.[row] ?? null)
      intervalS = one.intervalS[row] ?? 0
      quality |= one.quality[row] ?? 0
    }
    if ((quality & ESTIMATED) !== 0) continue
    arrivals.put(source, ts, intervalS, values)
    count++
  }
}
