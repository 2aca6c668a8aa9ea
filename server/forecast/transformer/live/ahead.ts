import { type LoadingLimit, type LoadingLimits, quantitiesPast } from '../limits.ts'
import type { TransformerPlate } from '../plate.ts'
import { type LoadAhead, type PointAhead, pathAhead, type Relief, reliefKw } from '../relief.ts'
import { oilTimeConstantMin, type ThermalState } from '../thermal.ts'

/** A load forecast as far as it matters here; `t` the start of each step, epoch ms. */
export interface ForetoldLoad {
  stepS: number
  t: readonly number[]
  p50Kw: readonly number[]
  temperatureC: readonly (number | null)[]
}

/** What the next day does to a transformer. Times are epoch ms. */
export interface Ahead {
  peakHotSpotC: number
  peakAt: number
  /** Constant curtailment from … to that keeps normal cyclic limits; 0: none is needed, null: none is enough. */
  reliefKw: number | null
  reliefFrom: number | null
  reliefTo: number | null
  /** Why none is enough. */
  impossible: Relief['reason']
}

const MINUTE = 60_000
const HALF_HOUR = 30 * MINUTE
export const AHEAD_MS = 24 * 60 * MINUTE
/** A forecast that begins later than this after the state says too little of what is in between. */
const LARGEST_START_GAP_MS = 2 * 60 * MINUTE

/**
 * The steps from the state's moment on, 24 h at most; where a temperature is not foretold the one before it stands, at
 * first the present one. null: nothing is foretold, or no temperature is known at all.
 */
export function loadAheadOf(
  forecast: ForetoldLoad,
  at: number,
  presentAmbientC: number | null
): LoadAhead | null {
  const stepMs = forecast.stepS * 1000
  const t: number[] = []
  const kw: number[] = []
  const ambientC: number[] = []
  let air = presentAmbientC ?? forecast.temperatureC.find(value => value !== null) ?? null
  if (air === null) return null
  let end = at
  for (const [i, start] of forecast.t.entries()) {
    if (start + stepMs <= at || start >= at + AHEAD_MS) continue
    if (t.length === 0 && start - at > LARGEST_START_GAP_MS) return null
    air = forecast.temperatureC[i] ?? air
    t.push(t.length === 0 ? at : start)
    kw.push(forecast.p50Kw[i] ?? 0)
    ambientC.push(air)
    end = Math.min(start + stepMs, at + AHEAD_MS)
  }
  return t.length === 0 ? null : { t, end, kw, ambientC }
}

/** Peak and relief of what lies ahead; nobody can be called for a time before `now`. */
export function aheadOf(
  plate: TransformerPlate,
  from: ThermalState,
  ahead: LoadAhead,
  limits: LoadingLimits,
  now: number
): Ahead {
  const path = [...pathAhead(plate, from, ahead)]
  let peak: PointAhead | undefined
  for (const point of path) if (peak === undefined || point.hotSpotC > peak.hotSpotC) peak = point
  const peakOf = { peakHotSpotC: peak?.hotSpotC ?? Number.NaN, peakAt: peak?.at ?? ahead.end }
  const limit = limits['normal-cyclic']
  const past = path.filter(point => quantitiesPast(point, limit).length > 0)
  const [first, last] = [past[0], past.at(-1)]
  const earliest = Math.ceil(now / HALF_HOUR) * HALF_HOUR
  if (first === undefined || last === undefined || last.at <= earliest) {
    return { ...peakOf, reliefKw: 0, reliefFrom: null, reliefTo: null, impossible: null }
  }
  return { ...peakOf, ...relieved(plate, from, ahead, limit, { first: first.at, last: last.at, earliest }) }
}

/**
 * Warm oil is left warm by a late call: where the time of the overload itself is too short, the window begins one, then
 * three time constants of the oil earlier.
 */
function relieved(
  plate: TransformerPlate,
  from: ThermalState,
  ahead: LoadAhead,
  limit: LoadingLimit,
  { first, last, earliest }: { first: number; last: number; earliest: number }
): Omit<Ahead, 'peakHotSpotC' | 'peakAt'> {
  const to = Math.ceil(last / HALF_HOUR) * HALF_HOUR
  const oilMs = oilTimeConstantMin(plate.constants) * MINUTE
  let impossible: Relief['reason'] = null
  for (const lead of [1, 3]) {
    const start = Math.max(earliest, Math.floor((first - lead * oilMs) / HALF_HOUR) * HALF_HOUR)
    const { kw, reason } = reliefKw(plate, from, ahead, limit, { from: start, to })
    if (kw !== null) return { reliefKw: kw, reliefFrom: start, reliefTo: to, impossible: null }
    impossible = reason
    if (start === earliest) break
  }
  return { reliefKw: null, reliefFrom: null, reliefTo: null, impossible }
}

/** The temperatures ahead at the end of each foretold step, for a chart. */
export function pathByStep(plate: TransformerPlate, from: ThermalState, ahead: LoadAhead): PointAhead[] {
  const ends = new Set([...ahead.t.slice(1), ahead.end])
  return [...pathAhead(plate, from, ahead)].filter(({ at }) => ends.has(at))
}
