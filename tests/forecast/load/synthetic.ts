import { type LocalTime, localTime } from '../../../server/contract/localTime.ts'
import type { RegularSeries } from '../../../server/forecast/load/series.ts'
import type { LoadCalendar } from '../../../server/forecast/load/types.ts'

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000

/** What a made-up load may depend on. */
export interface Moment {
  t: number
  celsius: number
  hour: number
  weekday: number
  date: string
  /** Standard normal, seeded. */
  noise: number
}

export interface Invented {
  load: RegularSeries
  temperature: RegularSeries
  calendar: LoadCalendar
  start: number
  end: number
}

/** A load on a regular step over whole days in a zone, from a formula, under an invented weather. */
export function invent(
  options: {
    days: number
    stepMs?: number
    zone?: string
    from?: string
    holidays?: string[]
    seed?: number
  },
  kw: (moment: Moment) => number
): Invented {
  const { days, stepMs = HOUR_MS, zone = '+00:00', from = '2022-03-01', holidays = [], seed = 1 } = options
  const time = localTime(zone)
  const start = time.dayStart(from)
  const count = Math.round((days * DAY_MS) / stepMs)
  const random = seeded(seed)
  const loads = new Float64Array(count)
  const warmth = new Float64Array(count)
  let spell = 0
  for (let i = 0; i < count; i++) {
    const t = start + i * stepMs
    const moment = momentOf(time, t)
    if (i % Math.round(DAY_MS / stepMs) === 0) spell = 0.7 * spell + 3 * gaussian(random)
    const season = 8 * Math.cos((2 * Math.PI * (t - start)) / (365.25 * DAY_MS))
    const celsius = 20 + season + spell + 5 * Math.sin(((moment.hour - 9) * Math.PI) / 12)
    warmth[i] = celsius
    loads[i] = kw({ ...moment, celsius, noise: gaussian(random) })
  }
  return {
    load: { startMs: start, stepMs, values: loads },
    temperature: { startMs: start, stepMs, values: warmth },
    calendar: { time, holidays: new Set(holidays) },
    start,
    end: start + count * stepMs
  }
}

/** A copy whose values at and after a moment are something else. */
export function changedFrom(
  series: RegularSeries,
  moment: number,
  change: (value: number, t: number) => number
): RegularSeries {
  const values = series.values.map((value, i) => {
    const t = series.startMs + i * series.stepMs
    return t < moment ? value : change(value, t)
  })
  return { ...series, values }
}

export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function momentOf(time: LocalTime, t: number): Omit<Moment, 'celsius' | 'noise'> {
  const local = new Date(t + time.offsetMs(t))
  return {
    t,
    hour: local.getUTCHours() + local.getUTCMinutes() / 60,
    weekday: local.getUTCDay(),
    date: local.toISOString().slice(0, 10)
  }
}
