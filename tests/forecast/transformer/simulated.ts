import { localTime } from '../../../server/contract/localTime.ts'
import type { Cooling } from '../../../server/contract/registry.ts'
import {
  advanceDrift,
  type DriftState,
  type DriftView,
  driftOf
} from '../../../server/forecast/transformer/drift.ts'
import {
  advanceTransformer,
  type TransformerState,
  viewOf
} from '../../../server/forecast/transformer/live.ts'
import { plateOf } from '../../../server/forecast/transformer/plate.ts'
import { advance, steadyState, type ThermalState } from '../../../server/forecast/transformer/thermal.ts'

const QUARTER = 900_000
const START = Date.parse('2026-03-01T00:00:00+07:00')

/** Uniform in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface Told extends DriftView {
  day: number
}

/**
 * A transformer whose true constants differ from its plate by up to 40 %, its sensors and its ambient by some K, watched by
 * quarter hours. `sensor` says what its oil sensor tells; `riseFactor` what the cooling has lost by a day. Every change of
 * the verdict, in order.
 */
export function watched(
  seed: number,
  days: number,
  cooling: Cooling,
  {
    sensor = (_day, oilC) => oilC,
    riseFactor = () => 1
  }: {
    sensor?: (day: number, oilC: number, random: () => number) => number | null
    riseFactor?: (day: number) => number
  } = {}
): Told[] {
  const local = localTime('+07:00')
  const random = seeded(seed)
  const normal = () => random() + random() + random() + random() + random() + random() - 3
  const plate = plateOf({ ratingKva: 1000, cooling })
  const c = plate.constants
  const own = {
    ...{ ...c, topOilRiseK: c.topOilRiseK * (0.85 + 0.25 * random()) },
    ...{ tauOilMin: c.tauOilMin * (0.8 + 0.4 * random()), R: c.R * (0.7 + 0.6 * random()) }
  }
  const level = 0.3 + 0.5 * random()
  const biasK = 2 * normal()
  let [weatherK, restless] = [0, 0]
  let truth: ThermalState | null = null
  let state: TransformerState | null = null
  let drift: DriftState | null = null
  const told: Told[] = []
  for (let i = 0; i < days * 96; i++) {
    const day = i / 96
    const turn = ((day % 1) * 24 - 8) / 12
    weatherK = 0.995 * weatherK + 0.25 * normal()
    restless = 0.97 * restless + 0.02 * normal()
    const ambientC = 28 + 4 * Math.sin((turn - 1 / 12) * Math.PI) + weatherK
    const weekly = Math.floor(day) % 7 >= 5 ? 0.7 : 1
    const loadPu = Math.max(0.05, level * weekly * (1 + 0.45 * Math.sin(turn * Math.PI)) + restless)
    const now = { ...own, topOilRiseK: own.topOilRiseK * riseFactor(day) }
    truth = advance(now, truth ?? steadyState(now, loadPu, ambientC), loadPu, ambientC, 15)
    const oilC = Math.round((truth.topOilC + biasK + 0.4 * normal()) * 10) / 10
    const startMs = START + i * QUARTER
    const sample = {
      ...{ startMs, endMs: startMs + QUARTER, loadPu, ambientC: Math.round(ambientC + 0.5 * normal()) },
      ...{ oilC: sensor(day, oilC, random), windingC: null, quality: 0 }
    }
    state = advanceTransformer(plate, state, sample, local)
    drift = advanceDrift(drift, viewOf(plate, state), local)
    const view = driftOf(drift)
    const last = told.at(-1)
    if (last?.verdict !== view.verdict || last.reason !== view.reason) told.push({ day, ...view })
  }
  return told
}
