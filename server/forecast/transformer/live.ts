/**
 * The live state of one transformer: a few numbers, moved forward by each reading.
 *
 *   load, ambient ──► model θo ──┬────────────► computed (never touched by a measurement: drift is measured from it)
 *   measured oil ── good? ──► offset = measured − θo ── while none is good it fades with the oil's time constant
 *                                └──► top oil = θo + offset ──► hot spot = top oil + gradient by the load
 *
 * Letting the offset fade is the same as starting the model at the last measured value. When a measurement comes back
 * below what was filled in, the hot spot glides down to it and never jumps.
 */
import type { LocalTime } from '../../contract/localTime.ts'
import { ageingRate, lossOfLifeHours } from './ageing.ts'
import { addLife, byDay, type Life, noLife } from './life.ts'
import { checkOil, newOilSensor, type OilSensor, type SensorFault } from './oilSensor.ts'
import type { TransformerPlate } from './plate.ts'
import { advance, hotSpotC, oilTimeConstantMin, steadyState, type ThermalState } from './thermal.ts'

/** A value and the end of the time it was measured over, epoch ms. */
interface Held {
  value: number
  until: number
}

/** Serialisable. Times are epoch ms. */
export interface TransformerState {
  /** Up to when everything has been told. */
  t: number
  /** The model alone; null while the load is not known. */
  model: ThermalState | null
  /** How much of the guess it started from is left in it: 1 none of it has faded, 0 all. */
  modelDoubt: number
  /** The same of the temperatures that are shown: a measured one ends the doubt. */
  doubt: number
  /** Measured minus computed top oil, fading while none is measured, K. */
  offsetK: number
  /** How far the hot spot still glides down to a measurement that came back lower, K. */
  glideK: number
  isMeasured: boolean
  /** The measured hot spot (winding) of the last reading, where it can be right. */
  windingC: number | null
  load: Held | null
  ambient: Held | null
  sensor: OilSensor
  oilFault: SensorFault | null
  /** The last measured oil, whether good or not. */
  oilC: number | null
  life: Life
}

/** One reading: means over [startMs, endMs), or instantaneous where both are the same. null: not known. */
export interface TransformerSample {
  startMs: number
  endMs: number
  loadPu: number | null
  ambientC: number | null
  oilC: number | null
  windingC: number | null
  /** Bits of contract/quality.ts against the measured temperatures. */
  quality: number
}

/** What is known at the end of the last reading; null: not known. */
export interface TransformerView {
  t: number
  loadPu: number | null
  ambientC: number | null
  topOilC: number | null
  topOilIs: 'measured' | 'computed' | null
  /** By load and ambient alone. */
  computedTopOilC: number | null
  /** Measured, whether good or not, and why it is not taken. */
  measuredOilC: number | null
  oilFault: SensorFault | null
  /** A good measurement minus the computed temperature, K. */
  residualK: number | null
  hotSpotC: number | null
  ageingRate: number | null
  life: Life
}

const MINUTE = 60_000
/** The guess of a start counts as faded after five time constants. */
export const NO_DOUBT = Math.exp(-5) * 1.0001
const GLIDE_MIN = 30
const WINDING_MOST_C = 250
const WINDING_BELOW_OIL_K = 3
/** Where neither ambient nor oil is known when the model starts; it counts for nothing until the doubt is over. */
const START_AMBIENT_C = 30

export function newTransformerState(t: number): TransformerState {
  return {
    ...{ t, model: null, modelDoubt: 1, doubt: 1, offsetK: 0, glideK: 0, isMeasured: false, windingC: null },
    ...{ load: null, ambient: null, sensor: newOilSensor, oilFault: null, oilC: null, life: noLife }
  }
}

/**
 * The state after a reading. What ends before the state's own time is too late and changes nothing. A load or an ambient
 * temperature holds for `holdMin` beyond its end; after that it is unknown, and so are the temperatures: until a good oil
 * temperature is measured, or for five time constants of the oil with load and ambient.
 */
export function advanceTransformer(
  plate: TransformerPlate,
  before: TransformerState | null,
  sample: TransformerSample,
  local: LocalTime
): TransformerState {
  const state = before ?? newTransformerState(sample.startMs)
  const { endMs } = sample
  if (endMs < state.t || (endMs === state.t && before !== null && sample.startMs < endMs)) return state
  const holdMs = plate.holdMin * MINUTE
  // An instantaneous value stands for the time since the last one, as far as it holds.
  const isNext = sample.startMs === endMs && endMs - state.t <= holdMs
  const startMs = Math.max(state.t, isNext ? state.t : sample.startMs)
  const held = runHeld(plate, state, startMs, local)
  const load = sample.loadPu === null ? held.load : { value: sample.loadPu, until: endMs }
  const ambient = sample.ambientC === null ? held.ambient : { value: sample.ambientC, until: endMs }
  const told = runHeld(plate, restarted(plate, { ...held, load, ambient }, sample.oilC), endMs, local)
  return measured(plate, told, sample)
}

/** Runs to a moment with the load and the ambient temperature that are held, each as long as it holds. */
function runHeld(plate: TransformerPlate, state: TransformerState, to: number, local: LocalTime) {
  const holdMs = plate.holdMin * MINUTE
  const ends = [state.load, state.ambient].map(held => (held === null ? 0 : held.until + holdMs))
  const stops = [...ends.filter(end => end > state.t && end < to), to].sort((a, b) => a - b)
  let now = state
  for (const stop of stops) {
    const loadPu = held(now.load, stop, holdMs)
    const ambientC = held(now.ambient, stop, holdMs)
    for (const day of byDay(now.t, stop, local)) now = run(plate, now, loadPu, ambientC, day)
  }
  return now
}

const held = (value: Held | null, at: number, holdMs: number) =>
  value !== null && at <= value.until + holdMs ? value.value : null

/** Runs within one local day at a constant load and ambient temperature. */
function run(
  plate: TransformerPlate,
  state: TransformerState,
  loadPu: number | null,
  ambientC: number | null,
  { date, start, end }: { date: string; start: number; end: number }
): TransformerState {
  const { model } = state
  const c = plate.constants
  const minutes = (end - start) / MINUTE
  const later = { ...state, t: end }
  if (model === null || loadPu === null) {
    return { ...later, model: null, modelDoubt: 1, doubt: 1, offsetK: 0, glideK: 0 }
  }
  // Without the ambient temperature the oil is left where it is; the gradient goes by the load alone.
  if (ambientC === null) {
    const { h1K, h2K } = advance(c, model, loadPu, 0, minutes)
    return { ...later, model: { topOilC: model.topOilC, h1K, h2K }, modelDoubt: 1, doubt: 1 }
  }
  const fading = Math.exp(-minutes / oilTimeConstantMin(c))
  const offsetK = state.offsetK * fading
  const glideK = state.glideK * Math.exp(-minutes / GLIDE_MIN)
  const stretch = { loadPu, ambientC, minutes }
  // From one measurement to the next the shift stays; it fades only once none comes.
  const lastOffsetK = state.isMeasured ? state.offsetK : offsetK
  const correction = [state.offsetK + state.glideK, lastOffsetK + glideK] as const
  const life =
    state.doubt > NO_DOUBT
      ? state.life
      : addLife(state.life, date, lossOfLifeHours(c, model, stretch, plate.paper, correction), minutes / 60)
  return {
    ...{ ...later, model: advance(c, model, loadPu, ambientC, minutes), offsetK, glideK, life },
    ...{ modelDoubt: state.modelDoubt * fading, doubt: state.doubt * fading }
  }
}

/** After a time without load the model starts in balance with the first one. */
function restarted(plate: TransformerPlate, state: TransformerState, oilC: number | null): TransformerState {
  if (state.model !== null || state.load === null || state.load.until < state.t) return state
  const model = steadyState(plate.constants, state.load.value, state.ambient?.value ?? START_AMBIENT_C)
  return { ...state, model: oilC === null || state.ambient !== null ? model : { ...model, topOilC: oilC } }
}

/** Takes the measured temperatures in, where they are good. */
function measured(plate: TransformerPlate, state: TransformerState, sample: TransformerSample) {
  const { oilC, windingC, quality, endMs: at } = sample
  const ambientC = held(state.ambient, at, plate.holdMin * MINUTE)
  const told = { ...state, oilC, oilFault: null, isMeasured: false }
  if (oilC === null) return withWinding(plate, told, windingC)
  const computedC = state.modelDoubt > NO_DOUBT ? null : (state.model?.topOilC ?? null)
  const { sensor, fault } = checkOil(state.sensor, { at, oilC, quality, ambientC, computedC })
  if (fault !== null || state.model === null) {
    return withWinding(plate, { ...told, sensor, oilFault: fault, isMeasured: fault === null }, windingC)
  }
  const offsetK = oilC - state.model.topOilC
  const wasFilledIn = !state.isMeasured && state.doubt <= NO_DOUBT
  const glideK = wasFilledIn ? Math.max(0, state.offsetK + state.glideK - offsetK) : state.glideK
  return withWinding(plate, { ...told, sensor, isMeasured: true, offsetK, glideK, doubt: 0 }, windingC)
}

function withWinding(plate: TransformerPlate, state: TransformerState, windingC: number | null) {
  const { topOilC } = viewOf(plate, { ...state, windingC: null })
  const isGood =
    windingC !== null &&
    windingC <= WINDING_MOST_C &&
    topOilC !== null &&
    windingC >= topOilC - WINDING_BELOW_OIL_K
  return { ...state, windingC: isGood ? windingC : null }
}

/** The temperatures now: as of the last reading, which `now` may be at most the hold beyond. */
export function viewOf(
  plate: TransformerPlate,
  state: TransformerState,
  now: number = state.t
): TransformerView {
  const holdMs = plate.holdMin * MINUTE
  const isFresh = now - state.t <= holdMs
  const { model, offsetK, glideK, windingC } = state
  const computed = isFresh && model !== null && state.modelDoubt <= NO_DOUBT ? model.topOilC : null
  const measuredC = isFresh && state.isMeasured ? state.oilC : null
  const filled = isFresh && model !== null && state.doubt <= NO_DOUBT ? model.topOilC + offsetK : null
  const topOilC = measuredC ?? filled
  const isGradientKnown = model !== null && filled !== null
  const spot = isGradientKnown ? hotSpotC(model) + offsetK + glideK : null
  const hottest = windingC === null || !isFresh ? spot : Math.max(spot ?? windingC, windingC)
  return {
    t: state.t,
    loadPu: held(state.load, now, holdMs),
    ambientC: held(state.ambient, now, holdMs),
    topOilC,
    topOilIs: measuredC !== null ? 'measured' : filled !== null ? 'computed' : null,
    computedTopOilC: computed,
    measuredOilC: isFresh ? state.oilC : null,
    oilFault: isFresh ? state.oilFault : null,
    residualK: measuredC === null || computed === null ? null : measuredC - computed,
    hotSpotC: hottest,
    ageingRate: hottest === null ? null : ageingRate(hottest, plate.paper),
    life: state.life
  }
}
