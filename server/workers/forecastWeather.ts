import { join } from 'node:path'
import { addDays, type LocalTime } from '../contract/localTime.ts'
import { ESTIMATED } from '../contract/quality.ts'
import { halfHourMeans } from '../forecast/history/halfHourMeans.ts'
import {
  cutOld,
  emptyHistory,
  HALF_HOUR_MS,
  type History,
  lengthOf,
  putInto
} from '../forecast/history/history.ts'
import { readHistory, readIfThere, replaceCache, writeHistory } from '../forecast/history/historyFile.ts'
import { inPieces, spansToRead } from '../forecast/history/readingSpans.ts'
import { dayErrorK, usualErrorK } from '../forecast/run/temperatureError.ts'
import { type WeatherAhead, weatherAhead } from '../forecast/run/weatherAhead.ts'
import type { ReaderMethods } from './readingsPort.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const PIECE_DAYS = 30
/** Between two observations the temperature is taken to run straight, so far at most. */
const OBSERVED_GAP_MS = 3 * HOUR_MS
/** Days of which the forecasts are judged. */
const JUDGED_DAYS = 21
const FIELDS = ['temp_c', 'humidity_pct'] as const

export interface WeatherReading {
  reader: Pick<ReaderMethods, 'query'>
  directory: string
  now: number
  isDaily: boolean
  /** Forecasts issued later are not looked at, epoch ms. */
  origin: number
  time: LocalTime
  breathe(): Promise<void>
  onUnwritten(error: Error): void
}

/** The weather around an origin, and how good forecasts of it have been. */
export interface StationWeather extends WeatherAhead {
  /** K; null: too few are known. */
  usualErrorK: number | null
}

/** The weather of one station: observed up to the origin, then as it was foretold by then. Rejects with a StoreError. */
export async function readWeather(station: string, reading: WeatherReading): Promise<StationWeather> {
  const { origin, time } = reading
  const observed = await observations(station, reading)
  const foretold = await reading.reader.query({
    kind: 'forecast',
    id: station,
    // A forecast for hours that began before the origin still runs at it.
    from: origin - 6 * HOUR_MS,
    to: origin + 8 * DAY_MS,
    fields: FIELDS,
    issuedBy: origin
  })
  const endOfTomorrow = time.dayStart(addDays(time.date(origin), 2))
  const ahead = weatherAhead({ observed, foretold, origin, atLeastUntil: endOfTomorrow })
  return { ...ahead, usualErrorK: await errorOf(station, observed, reading) }
}

/** Of the last days' forecasts as they were issued by midnight; looked at once a day, and kept. */
async function errorOf(station: string, observed: History, reading: WeatherReading): Promise<number | null> {
  const { directory, isDaily, reader, time, origin, breathe, onUnwritten } = reading
  const path = join(directory, `${station}.error`)
  if (!isDaily) {
    const kept = Number((await readIfThere(path))?.toString() || Number.NaN)
    return Number.isFinite(kept) ? kept : null
  }
  const errors: (number | null)[] = []
  for (let back = 1, date = time.date(origin); back <= JUDGED_DAYS; back++) {
    const to = time.dayStart(date)
    date = addDays(date, -1)
    const from = time.dayStart(date)
    await breathe()
    const span = { from: from - 6 * HOUR_MS, to: to + 6 * HOUR_MS, issuedBy: from }
    const foretold = await reader.query({ kind: 'forecast', id: station, ...span, fields: ['temp_c'] })
    errors.push(dayErrorK(observed, foretold, from, to))
  }
  const usual = usualErrorK(errors)
  await replaceCache(path, Buffer.from(usual === null ? '' : String(usual))).catch(onUnwritten)
  return usual
}

async function observations(station: string, reading: WeatherReading): Promise<History> {
  const { directory, now, isDaily, breathe, onUnwritten } = reading
  const path = join(directory, `${station}.weather`)
  const kept = await readHistory(path, FIELDS.length)
  const history = kept ?? emptyHistory(FIELDS.length)
  for (const span of spansToRead(kept, now, { isDaily, isChanged: false })) {
    for (const { from, to } of inPieces(span, PIECE_DAYS)) {
      await breathe()
      await readObservations(history, station, from, to, reading)
    }
  }
  if (!isDaily && kept !== null) return history
  cutOld(history)
  history.readUntil = Math.floor(now / HALF_HOUR_MS) * HALF_HOUR_MS
  if (lengthOf(history) > 0) await writeHistory(path, history).catch(onUnwritten)
  return history
}

async function readObservations(
  history: History,
  station: string,
  from: number,
  to: number,
  { reader, now }: WeatherReading
): Promise<void> {
  // What was observed just before and after runs into the first and the last half-hour; of a past day nothing after its now.
  const span = { from: from - OBSERVED_GAP_MS, to: Math.min(to + OBSERVED_GAP_MS, now + 1) }
  const series = await reader.query({ kind: 'weather', id: station, ...span, fields: FIELDS })
  const { t, intervalS, quality, columns } = series
  if (t.length === 0) return
  const count = Math.round((to - from) / HALF_HOUR_MS)
  const means = FIELDS.map(field => {
    const values = t.map((at, i) => {
      const isKnown = ((quality[i] ?? 0) & ESTIMATED) === 0 && at + (intervalS[i] ?? 0) * 1000 <= now
      return isKnown ? (columns[field]?.[i] ?? null) : null
    })
    return [...halfHourMeans({ t, intervalS, values }, from, count, OBSERVED_GAP_MS)].map(toNull)
  })
  const known = Array.from({ length: count }, (_, i) => i).filter(i =>
    means.some(column => column[i] !== null)
  )
  putInto(
    history,
    known.map(i => from + i * HALF_HOUR_MS),
    means.map(column => known.map(i => column[i] ?? null))
  )
}

const toNull = (value: number): number | null => (Number.isNaN(value) ? null : value)
