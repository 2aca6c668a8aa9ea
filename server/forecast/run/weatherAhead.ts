import { halfHourMeans } from '../history/halfHourMeans.ts'
import { HALF_HOUR_MS, type History, lengthOf } from '../history/history.ts'

const DAY_MS = 86_400_000
const LONGEST_MS = 7 * DAY_MS
/** Forecasts come by the hour, some by six. */
const FORETOLD_GAP_MS = 6 * 3_600_000
/** Without a forecast: the mean of so many days' same half-hours. */
const LIKE_DAYS = 3
/** Fewer half-hours of temperature train nothing. */
const FEWEST = 14 * 48

/** A weather forecast as the store gives it: for each moment the newest issued by the origin. */
export interface Foretold {
  t: readonly number[]
  intervalS: readonly number[]
  issued?: readonly number[]
  columns: Readonly<Record<string, readonly (number | null)[]>>
}

/** The weather of one station around an origin, in half-hours. */
export interface WeatherAhead {
  /** From here on, epoch ms: observed before the origin, foretold after it. NaN unknown. */
  startMs: number
  temperature: Float64Array
  /** % ; from the origin on as foretold. NaN unknown. */
  humidity: Float64Array
  /** Too little was observed to train with. */
  isUnknown: boolean
  /** How far loads can be foretold with it, epoch ms. */
  until: number
  /** Some half-hour ahead is not foretold and was taken from the last days. */
  isGuessed: boolean
  /** The newest of the forecasts in it, epoch ms; null: none was known. */
  issuedAt: number | null
}

/**
 * Joins what was observed with what was foretold by the origin. It reaches as far as the forecast, at most seven days, and
 * at least to `atLeastUntil`: where nothing is foretold the mean of the last three days' same half-hours stands.
 */
export function weatherAhead(needs: {
  observed: History
  foretold: Foretold
  origin: number
  atLeastUntil: number
}): WeatherAhead {
  const { observed, foretold, origin, atLeastUntil } = needs
  const start = lengthOf(observed) === 0 ? floor(origin) : Math.min(observed.startMs, floor(origin))
  const past = Math.round((floor(origin) - start) / HALF_HOUR_MS)
  const most = Math.floor((origin + LONGEST_MS - start) / HALF_HOUR_MS)
  const [temperature, humidity] = ['temp_c', 'humidity_pct'].map((field, c) => {
    const column = new Float64Array(most).fill(Number.NaN)
    column.set((observed.columns[c] ?? new Float32Array(0)).subarray(0, past))
    column.set(
      ahead(foretold, field, {
        from: floor(origin),
        count: most - past,
        last: lastKnown(column, past, start)
      }),
      past
    )
    return column
  }) as [Float64Array, Float64Array]

  let reach = past
  while (reach < most && !Number.isNaN(temperature[reach])) reach++
  const end = Math.min(most, Math.max(reach, Math.ceil((atLeastUntil - start) / HALF_HOUR_MS)))
  let known = 0
  for (let i = 0; i < past; i++) if (!Number.isNaN(temperature[i])) known++
  for (let i = past; i < end; i++)
    if (Number.isNaN(temperature[i])) temperature[i] = likeLastDays(temperature, i, past)
  const used = foretold.t.flatMap((t, i) =>
    t < start + end * HALF_HOUR_MS ? (foretold.issued?.[i] ?? []) : []
  )
  return {
    startMs: start,
    temperature: temperature.subarray(0, end),
    humidity: humidity.subarray(0, end),
    isUnknown: known < FEWEST,
    until: start + end * HALF_HOUR_MS,
    isGuessed: reach < end,
    issuedAt: used.length === 0 ? null : used.reduce((newest, issued) => Math.max(newest, issued))
  }
}

/** The forecast runs on from what was observed last. */
function ahead(
  { t, intervalS, columns }: Foretold,
  field: string,
  { from, count, last }: { from: number; count: number; last: { t: number; value: number } | null }
): Float64Array {
  const values = columns[field] ?? []
  const first = t.findIndex((at, i) => at + (intervalS[i] ?? 0) * 1000 > from && (values[i] ?? null) !== null)
  const isBefore = t.some((at, i) => at <= from && (values[i] ?? null) !== null)
  const begun = !isBefore && last !== null && first >= 0 ? last : null
  const samples = {
    t: begun === null ? t : [begun.t, ...t],
    intervalS: begun === null ? intervalS : [0, ...intervalS],
    values: begun === null ? values : [begun.value, ...values]
  }
  return halfHourMeans(samples, from, count, FORETOLD_GAP_MS)
}

/** In the middle of its half-hour. */
function lastKnown(column: Float64Array, past: number, start: number): { t: number; value: number } | null {
  for (let i = past - 1; i >= 0; i--) {
    const value = column[i] ?? Number.NaN
    if (!Number.isNaN(value)) return { t: start + i * HALF_HOUR_MS + HALF_HOUR_MS / 2, value }
  }
  return null
}

/** Of the last three days before the origin; NaN when none of them is known. */
function likeLastDays(temperature: Float64Array, i: number, past: number): number {
  let [sum, known] = [0, 0]
  for (let j = i - 48, days = 0; j >= 0 && days < LIKE_DAYS; j -= 48) {
    if (j >= past) continue
    days++
    const value = temperature[j] ?? Number.NaN
    if (Number.isNaN(value)) continue
    sum += value
    known++
  }
  return known === 0 ? Number.NaN : sum / known
}

const floor = (t: number): number => Math.floor(t / HALF_HOUR_MS) * HALF_HOUR_MS
