/**
 * The load forecast of one node. How to use it:
 *
 *     const load = regularSeries(times, kw)              // epoch ms of interval starts; gaps and nulls allowed
 *     const temperature = regularSeries(times, tempC)    // its own step; several sites: meanOfSites([...])
 *     let model: LoadModel | undefined
 *     for (each local midnight `origin` of the test span) {
 *       model = fitLoad({ load, temperature, calendar, knownUntil: origin }, model)   // daily refit, incremental
 *       if (model.basis === 'none') … model.reason …
 *       const ahead = forecastLoad(model, { load, temperature, origin, until: nextMidnight })
 *     }
 *
 * Handing the earlier model to `fitLoad` only saves time: the result equals a fit from nothing within 1e-6.
 * Monthly refit: call `fitLoad` at the first midnight of a month and `forecastLoad` at each. Intraday: `forecastLoad`
 * with any origin after the fit; the loads up to the origin correct the hours ahead.
 */
import { addDays } from '../../contract/localTime.ts'
import { valueAt } from './series.ts'
import type {
  FitInput,
  ForecastBasis,
  ForecastInput,
  LoadCalendar,
  LoadForecast,
  PeakForecast
} from './types.ts'

const WEEK_MS = 7 * 86_400_000

export interface LoadModel {
  readonly basis: ForecastBasis
  /** Why nothing is claimed, where the basis is `none`. */
  readonly reason: string | null
  readonly knownUntil: number
  readonly calendar: LoadCalendar
  readonly highestKw: number
}

/** Fits the node's model to what was known at `knownUntil`; `earlier` is an earlier model of the same series. */
export function fitLoad(input: FitInput, _earlier?: LoadModel): LoadModel {
  const { load, knownUntil, calendar } = input
  let first = Number.NaN
  let highestKw = Number.NEGATIVE_INFINITY
  for (let i = 0; i < load.values.length; i++) {
    const at = load.startMs + i * load.stepMs
    const kw = load.values[i] as number
    if (at >= knownUntil) break
    if (Number.isNaN(kw)) continue
    if (Number.isNaN(first)) first = at
    highestKw = Math.max(highestKw, kw)
  }
  const enough = knownUntil - first >= 2 * WEEK_MS
  const reason = enough ? null : 'less than two weeks of load are known'
  return { basis: enough ? 'like-days' : 'none', reason, knownUntil, calendar, highestKw }
}

/** The forecast from `origin` up to `until` (at most 7 days); null where the model claims nothing. */
export function forecastLoad(model: LoadModel, input: ForecastInput): LoadForecast | null {
  if (model.basis === 'none') return null
  const { load, origin, until } = input
  const startMs = load.startMs + Math.ceil((origin - load.startMs) / load.stepMs) * load.stepMs
  const length = Math.max(0, Math.ceil((until - startMs) / load.stepMs))
  const p10Kw = new Float64Array(length)
  const p50Kw = new Float64Array(length)
  const p90Kw = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    const like: number[] = []
    for (let week = 1; like.length < 4 && week < 12; week++) {
      const t = startMs + i * load.stepMs - week * WEEK_MS
      const kw = t < origin ? valueAt(load, t) : Number.NaN
      if (Number.isFinite(kw)) like.push(kw)
    }
    const mean = like.length === 0 ? model.highestKw : like.reduce((a, b) => a + b) / like.length
    p10Kw[i] = Math.min(mean, ...like)
    p50Kw[i] = mean
    p90Kw[i] = Math.max(mean, ...like)
  }
  const aboveEverSeen = Uint8Array.from(p50Kw, kw => (kw > 1.3 * model.highestKw ? 1 : 0))
  const ahead = {
    basis: model.basis,
    origin,
    startMs,
    stepMs: load.stepMs,
    p10Kw,
    p50Kw,
    p90Kw,
    aboveEverSeen
  }
  return { ...ahead, saturated: new Uint8Array(length), peaks: peaksOf(model.calendar, ahead, until) }
}

type Steps = Pick<LoadForecast, 'startMs' | 'stepMs' | 'p10Kw' | 'p50Kw' | 'p90Kw'>

function peaksOf(calendar: LoadCalendar, steps: Steps, until: number): PeakForecast[] {
  const peaks: PeakForecast[] = []
  let date = calendar.time.date(steps.startMs)
  for (let t = steps.startMs; t < until; ) {
    const end = Math.min(until, calendar.time.dayStart(addDays(date, 1)))
    const from = Math.round((t - steps.startMs) / steps.stepMs)
    const to = Math.round((end - steps.startMs) / steps.stepMs)
    const day = steps.p50Kw.subarray(from, to)
    const at = from + day.indexOf(Math.max(...day))
    const [p10Kw, p50Kw, p90Kw] = [steps.p10Kw[at], steps.p50Kw[at], steps.p90Kw[at]] as [
      number,
      number,
      number
    ]
    const quantilesKw = Float64Array.of(p10Kw, p50Kw, p90Kw)
    peaks.push({ date, at: steps.startMs + at * steps.stepMs, p10Kw, p50Kw, p90Kw, quantilesKw })
    t = end
    date = addDays(date, 1)
  }
  return peaks
}
