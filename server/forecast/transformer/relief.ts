import type { LimitQuantity, Loaded, LoadingLimit } from './limits.ts'
import { quantitiesPast } from './limits.ts'
import type { TransformerPlate } from './plate.ts'
import { advance, hotSpotC, type ThermalState } from './thermal.ts'

/** What lies ahead, in intervals one after the other from `t[0]` on; the last one ends at `end`. Times are epoch ms. */
export interface LoadAhead {
  t: readonly number[]
  end: number
  kw: readonly number[]
  ambientC: readonly number[]
}

/** When a limit is first passed, and by what. */
export interface LimitAhead {
  at: number
  by: LimitQuantity[]
}

/**
 * Curtailment below a transformer that keeps it within a limit.
 *
 *   passed-before       the limit is passed as the window begins: `kw` brings it back within an hour
 *   passed-after        `kw` null: it is passed after the window even with no load in it
 *   passed-without-load `kw` null: it is passed within the window even with no load: the oil or the air is too hot
 */
export interface Relief {
  kw: number | null
  reason: 'passed-before' | 'passed-after' | 'passed-without-load' | null
  /** Where the limit is first passed without curtailment; null: nowhere. */
  unrelieved: LimitAhead | null
}

const MINUTE = 60_000
/** The hot spot is looked at as often as that within an interval. */
const LOOK_MIN = 5
/** Of the rating: the relief is that exact, and never too small. */
const EXACT_SHARE = 1e-5
/** What is past its limit already has this long to come back, minutes. */
const RECOVER_MIN = 60

/** Where a limit is first passed ahead, after `since`; null: nowhere. `relief.kw` is taken off between its times. */
export function limitAhead(
  plate: TransformerPlate,
  state: ThermalState,
  ahead: LoadAhead,
  limit: LoadingLimit,
  relief: { kw: number; from: number; to: number } = { kw: 0, from: 0, to: 0 },
  since = Number.NEGATIVE_INFINITY
): LimitAhead | null {
  for (const point of pathAhead(plate, state, ahead, relief)) {
    if (point.at <= since) continue
    const by = quantitiesPast(point, limit)
    if (by.length > 0) return { at: point.at, by }
  }
  return null
}

export interface PointAhead {
  at: number
  loadPu: number
  topOilC: number
  hotSpotC: number
}

/** Temperatures ahead, no more than five minutes apart. Load below zero is not made by curtailing: it stops at zero. */
export function* pathAhead(
  plate: TransformerPlate,
  from: ThermalState,
  { t, end, kw, ambientC }: LoadAhead,
  relief: { kw: number; from: number; to: number } = { kw: 0, from: 0, to: 0 }
): Generator<PointAhead> {
  let state = from
  for (let i = 0; i < t.length; i++) {
    const start = t[i] ?? end
    const stop = t[i + 1] ?? end
    const own = kw[i] ?? 0
    const edges = [relief.from, relief.to].filter(edge => edge > start && edge < stop)
    let now = start
    for (const edge of [...edges, stop]) {
      const isRelieved = now >= relief.from && now < relief.to
      const left = isRelieved && own > 0 ? Math.max(0, own - relief.kw) : own
      const loadPu = Math.abs(left) / plate.powerFactor / plate.ratingKva
      const steps = Math.max(1, Math.ceil((edge - now) / (LOOK_MIN * MINUTE)))
      for (let step = 1; step <= steps; step++) {
        const minutes = (edge - now) / steps / MINUTE
        state = advance(plate.constants, state, loadPu, ambientC[i] ?? 0, minutes)
        const at = now + ((edge - now) * step) / steps
        yield { at, loadPu, topOilC: state.topOilC, hotSpotC: hotSpotC(state) }
      }
      now = edge
    }
  }
}

/**
 * The least constant relief, kW, over [window.from, window.to) with which the limit is not passed from the window's start
 * on, as far as the columns go: 0 where it is not passed anyway. kVA follow kW at the power factor of the plate.
 */
export function reliefKw(
  plate: TransformerPlate,
  state: ThermalState,
  ahead: LoadAhead,
  limit: LoadingLimit,
  window: { from: number; to: number }
): Relief {
  const unrelieved = limitAhead(plate, state, ahead, limit)
  const isPast = isPastAt(plate, state, ahead, limit, window.from)
  const since = window.from + (isPast ? RECOVER_MIN * MINUTE : 0)
  const passed = (kw: number) => limitAhead(plate, state, ahead, limit, { kw, ...window }, since)
  const most = ahead.kw.reduce((top, kw) => Math.max(top, kw), 0)
  const without = passed(most)
  if (without !== null) {
    const reason = without.at > window.to ? 'passed-after' : 'passed-without-load'
    return { kw: null, reason, unrelieved }
  }
  const reason = isPast ? 'passed-before' : null
  if (passed(0) === null) return { kw: 0, reason, unrelieved }
  let [low, high] = [0, most]
  while (high - low > EXACT_SHARE * plate.ratingKva) {
    const middle = (low + high) / 2
    if (passed(middle) === null) high = middle
    else low = middle
  }
  return { kw: high, reason, unrelieved }
}

/** Whether the limit is passed at a moment, with the load as it is. */
function isPastAt(
  plate: TransformerPlate,
  state: ThermalState,
  ahead: LoadAhead,
  limit: LoadingLimit,
  at: number
): boolean {
  let last: Loaded = { topOilC: state.topOilC, hotSpotC: hotSpotC(state), loadPu: null }
  for (const point of pathAhead(plate, state, ahead)) {
    if (point.at > at) break
    last = point
  }
  return quantitiesPast(last, limit).length > 0
}
