/**
 * The temperatures of an oil-filled transformer after IEC 60076-7, exponential form: exact for any step over which load
 * and ambient stay the same.
 *
 *   load K ──┬─► losses ──► top oil θo ───────────────┐
 *            └─► h1 (fast) − h2 (oil in the winding) ─┴─► hot spot θh = θo + h1 − h2
 */
import type { ThermalConstants } from './constants.ts'

/** Top oil, °C, and the two parts of the hot spot above it, K. */
export interface ThermalState {
  topOilC: number
  /** Approaches k21 times the rise of the hot spot, with k22 times the time constant of the winding. */
  h1K: number
  /** Approaches k21 − 1 times it, with the time constant of the oil over k22; zero where k21 is 1. */
  h2K: number
}

/** Of a calculation that went past the largest number: the largest, so that every answer is one. */
const finite = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))

const scaled = (rise: number, factor: number) => (rise === 0 ? 0 : finite(rise * factor))

/** Hottest spot of the winding, °C. */
export function hotSpotC({ topOilC, h1K, h2K }: ThermalState): number {
  return finite(topOilC + (h1K - h2K))
}

/** Top oil above ambient in balance, K; without load what the no-load losses give. The sign of the load is no matter. */
export function topOilRiseK(c: ThermalConstants, loadPu: number): number {
  const share = (1 + c.R * loadPu * loadPu) / (1 + c.R)
  if (Number.isFinite(share)) return scaled(c.topOilRiseK, share ** c.x)
  // The square of the load is past the largest number: its power may not be.
  const load = Math.abs(loadPu) ** c.x
  return scaled(c.topOilRiseK * (c.R / (1 + c.R)) ** c.x, load * load)
}

/** Hot spot above top oil in balance, K. */
export function hotSpotRiseK(c: ThermalConstants, loadPu: number): number {
  return scaled(c.hotSpotRiseK, Math.abs(loadPu) ** c.y)
}

/** In balance with this load and ambient, as after days of them. */
export function steadyState(c: ThermalConstants, loadPu: number, ambientC: number): ThermalState {
  const rise = hotSpotRiseK(c, loadPu)
  return {
    topOilC: finite(ambientC + topOilRiseK(c, loadPu)),
    h1K: finite(c.k21 * rise),
    h2K: finite((c.k21 - 1) * rise)
  }
}

/** Cold: everything at ambient, as when it is switched on. */
export function ambientState(ambientC: number): ThermalState {
  return { topOilC: ambientC, h1K: 0, h2K: 0 }
}

/** The state after so many minutes of this load and ambient; any number of minutes from zero on. */
export function advance(
  c: ThermalConstants,
  from: ThermalState,
  loadPu: number,
  ambientC: number,
  minutes: number
): ThermalState {
  const to = steadyState(c, loadPu, ambientC)
  return {
    topOilC: approach(from.topOilC, to.topOilC, minutes / (c.k11 * c.tauOilMin)),
    h1K: approach(from.h1K, to.h1K, minutes / (c.k22 * c.tauWindingMin)),
    h2K: approach(from.h2K, to.h2K, (minutes * c.k22) / c.tauOilMin)
  }
}

/** The time constant with which the top oil follows, minutes. */
export const oilTimeConstantMin = (c: ThermalConstants) => c.k11 * c.tauOilMin

/** The way that is left shrinks by e in each time constant; reckoned from the nearer end, so that none is rounded away. */
function approach(from: number, to: number, timeConstants: number): number {
  const left = Math.exp(-timeConstants)
  const gone = -Math.expm1(-timeConstants)
  const way = to - from
  if (!Number.isFinite(way)) return finite(from * left + to * gone)
  return finite(gone < 0.5 ? from + way * gone : to - way * left)
}
