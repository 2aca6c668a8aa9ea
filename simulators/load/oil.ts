import { between, noise } from '../random.ts'
import type { OilFault } from '../region/sites.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** IEC 60076-7, oil cooled by nature alone: rise at rated load, loss ratio, time constant; and the exponent of both. */
const DISTRIBUTION = { riseK: 55, lossRatio: 5, timeMs: 180 * MINUTE }
const ONAN = { riseK: 52, lossRatio: 6, timeMs: 105 * MINUTE }
const OIL_EXPONENT = 0.8
const STEP_MS = 15 * MINUTE
/** Each piece of time is computed by itself, in balance two thirds of a day before it: 0.0003 of that is left. */
const PIECE_MS = 6 * HOUR
const SETTLE_MS = 24 * HOUR
const PIECES_KEPT = 3
/** No transformer is quite as its class says. */
const LARGEST_DEVIATION = 0.05
const SENSOR_NOISE_K = 0.4

export interface OilNeeds {
  key: number
  fault: OilFault | null
  /** null: a distribution transformer. */
  cooling?: 'ONAN' | null
  /** Days since the anchor's midnight, with fractions. */
  day(t: number): number
  /** Load over the rating, without the noise of single homes: oil is too slow to notice it. */
  loading(t: number): number
  ambientC(t: number): number
}

/** Top oil as the transformer's sensor shows it, °C, at any moment. */
export function createOil(needs: OilNeeds): (t: number) => number {
  const { key, fault, day, loading, ambientC } = needs
  const { riseK, lossRatio, timeMs } = needs.cooling === 'ONAN' ? ONAN : DISTRIBUTION
  const deviation = between(key ^ 0x0f, 1 - LARGEST_DEVIATION, 1 + LARGEST_DEVIATION)
  const pieces = new Map<number, number[]>()

  /** In balance with this moment's load and air. */
  const balanceC = (t: number) => {
    const losses = (1 + lossRatio * loading(t) ** 2) / (1 + lossRatio)
    return ambientC(t) + riseK * losses ** OIL_EXPONENT * deviation * coolingLoss(fault, day(t))
  }
  const after = (oilC: number, from: number, to: number) =>
    oilC + (balanceC((from + to) / 2) - oilC) * -Math.expm1(-(to - from) / timeMs)

  /** Oil at the beginning of the steps of a piece, no further than asked for: nobody knows yet who will be called upon. */
  function pieceAt(start: number, step: number): number[] {
    const piece = pieces.get(start) ?? begun(start)
    for (let i = piece.length; i <= step; i += 1) {
      const from = start + (i - 1) * STEP_MS
      piece.push(after(piece[i - 1] ?? Number.NaN, from, from + STEP_MS))
    }
    return piece
  }

  function begun(start: number): number[] {
    let oilC = balanceC(start - SETTLE_MS)
    for (let t = start - SETTLE_MS; t < start; t += STEP_MS) oilC = after(oilC, t, t + STEP_MS)
    const piece = [oilC]
    pieces.set(start, piece)
    for (const oldest of pieces.keys()) if (pieces.size > PIECES_KEPT) pieces.delete(oldest)
    return piece
  }

  const trueC = (t: number) => {
    const start = Math.floor(t / PIECE_MS) * PIECE_MS
    const step = Math.floor((t - start) / STEP_MS)
    return after(pieceAt(start, step)[step] ?? Number.NaN, start + step * STEP_MS, t)
  }
  return t => shownC(fault, day(t), t, key, trueC(t) + SENSOR_NOISE_K * noise(key ^ 0xa1, t, 10 * MINUTE))
}

/** Radiators that clog: from twelve days before the anchor's on the oil rises more and more, half as high again at last. */
function coolingLoss(fault: OilFault | null, day: number): number {
  return fault === 'cooling' ? 1 + 0.5 * Math.min(1, Math.max(0, (day + 12) / 12)) : 1
}

const SPIKE_C = 214.7
const FROZEN_C = 61.4

/** A sensor that breaks: for three days it spikes now and then, from two days before the anchor's on it stands still. */
function shownC(fault: OilFault | null, day: number, t: number, key: number, oilC: number): number {
  if (fault !== 'sensor' || day < -5) return oilC
  if (day >= -2) return FROZEN_C
  return noise(key ^ 0x5e, t, 20 * MINUTE) > 0.8 ? SPIKE_C : oilC
}
