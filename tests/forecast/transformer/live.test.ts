import { describe, expect, it } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import { qualityBits } from '../../../server/contract/quality.ts'
import {
  advanceTransformer,
  type TransformerSample,
  type TransformerState,
  viewOf
} from '../../../server/forecast/transformer/live.ts'
import { ambientOf, loadPuOf, plateOf } from '../../../server/forecast/transformer/plate.ts'
import { hotSpotC, steadyState } from '../../../server/forecast/transformer/thermal.ts'

const local = localTime('Asia/Ho_Chi_Minh')
const plate = plateOf({ ratingKva: 1000 })
const START = Date.parse('2026-06-01T00:00:00+07:00')
const MINUTE = 60_000
const QUARTER = 15 * MINUTE

const sample = (i: number, more: Partial<TransformerSample> = {}): TransformerSample => ({
  ...{ startMs: START + i * QUARTER, endMs: START + (i + 1) * QUARTER, loadPu: 0.8, ambientC: 30 },
  ...{ oilC: null, windingC: null, quality: 0, ...more }
})

function told(samples: readonly TransformerSample[], from: TransformerState | null = null): TransformerState {
  let state = from
  for (const one of samples) state = advanceTransformer(plate, state, one, local)
  if (state === null) throw new Error('nothing was told')
  return state
}

const quarters = (from: number, to: number, more: Partial<TransformerSample> = {}) =>
  Array.from({ length: to - from }, (_, i) => sample(from + i, more))
const balanced = steadyState(plate.constants, 0.8, 30)
const oilNow = (state: TransformerState) => viewOf(plate, state).topOilC ?? NaN

describe('start', () => {
  it('is unknown until five time constants of the oil are over, 15 h for a distribution transformer', () => {
    const early = viewOf(plate, told(quarters(0, 59)))
    expect(early).toMatchObject({ topOilC: null, hotSpotC: null, ageingRate: null, topOilIs: null })
    const then = viewOf(plate, told(quarters(0, 61)))
    expect(then.topOilC).toBeCloseTo(balanced.topOilC, 6)
    expect(then.hotSpotC).toBeCloseTo(hotSpotC(balanced), 6)
    expect(then.topOilIs).toBe('computed')
  })

  it('is known at once where the oil is measured; the model alone is not', () => {
    const view = viewOf(plate, told([sample(0, { oilC: 61 })]))
    expect(view).toMatchObject({ topOilC: 61, topOilIs: 'measured', computedTopOilC: null, residualK: null })
    expect(view.hotSpotC).toBeCloseTo(61 + balanced.h1K, 9)
  })

  it('its temperatures are those of the end of the interval', () => {
    const state = told(quarters(0, 61))
    expect(state.t).toBe(START + 61 * QUARTER)
    const later = told([sample(61, { loadPu: 1.2 })], state)
    const expected =
      balanced.topOilC +
      (steadyState(plate.constants, 1.2, 30).topOilC - balanced.topOilC) * -Math.expm1(-15 / 180)
    expect(oilNow(later)).toBeCloseTo(expected, 6)
  })
})

describe('a measurement', () => {
  const known = told(quarters(0, 70))

  it('wins when it is good, and shifts the hot spot with it', () => {
    const view = viewOf(plate, told([sample(70, { oilC: balanced.topOilC + 6 })], known))
    expect(view.topOilIs).toBe('measured')
    expect(view.topOilC).toBeCloseTo(balanced.topOilC + 6, 9)
    expect(view.hotSpotC).toBeCloseTo(hotSpotC(balanced) + 6, 6)
    expect(view.residualK).toBeCloseTo(6, 6)
  })

  it.each([
    ['marked as estimated', { oilC: 70, quality: qualityBits.estimatedLinear }, 'marked'],
    ['250 °C', { oilC: 250 }, 'out-of-range'],
    ['zero in warm air', { oilC: 0 }, 'below-ambient']
  ])('that is %s is not taken', (_, more, fault) => {
    const view = viewOf(plate, told([sample(70, more)], known))
    expect(view).toMatchObject({ topOilIs: 'computed', oilFault: fault, residualK: null })
    expect(view.topOilC).toBeCloseTo(balanced.topOilC, 6)
  })

  it('that jumps is not taken until it has stayed an hour', () => {
    const good = told([sample(70, { oilC: 75 })], known)
    const jumped = told([sample(71, { oilC: 108 })], good)
    expect(viewOf(plate, jumped).oilFault).toBe('jump')
    const stayed = told(quarters(72, 76, { oilC: 108 }), jumped)
    expect(viewOf(plate, stayed)).toMatchObject({ topOilIs: 'measured', topOilC: 108 })
  })

  it('that stands still while the load moves is frozen', () => {
    const samples = Array.from({ length: 60 }, (_, i) =>
      sample(70 + i, { oilC: 75, loadPu: i < 10 ? 0.8 : 0.3 })
    )
    expect(viewOf(plate, told(samples, known)).oilFault).toBe('frozen')
    expect(viewOf(plate, told(quarters(70, 130, { oilC: 75 }), known)).oilFault).toBeNull()
  })

  it('that ends leaves its shift behind, which fades with the oil: no jump', () => {
    const measured = told([sample(70, { oilC: balanced.topOilC + 6 })], known)
    const first = told([sample(71)], measured)
    expect(oilNow(first) - balanced.topOilC).toBeCloseTo(6 * Math.exp(-15 / 180), 6)
    expect(oilNow(told(quarters(72, 160), first)) - balanced.topOilC).toBeLessThan(0.01)
  })

  it('that comes back lower never makes the hot spot jump down; higher it counts at once', () => {
    const before = viewOf(plate, known).hotSpotC ?? NaN
    const lower = told([sample(70, { oilC: balanced.topOilC - 8 })], known)
    expect(viewOf(plate, lower).topOilC).toBeCloseTo(balanced.topOilC - 8, 9)
    expect(viewOf(plate, lower).hotSpotC).toBeCloseTo(before, 6)
    const glided = told(quarters(71, 83, { oilC: balanced.topOilC - 8 }), lower)
    expect(viewOf(plate, glided).hotSpotC).toBeCloseTo(before - 8, 1)
    const higher = told([sample(70, { oilC: balanced.topOilC + 8 })], known)
    expect(viewOf(plate, higher).hotSpotC).toBeCloseTo(before + 8, 6)
  })

  it('of the winding counts where it is hotter, not where it cannot be', () => {
    expect(viewOf(plate, told([sample(70, { windingC: 130 })], known)).hotSpotC).toBe(130)
    const before = viewOf(plate, known).hotSpotC ?? NaN
    for (const windingC of [20, 400]) {
      expect(viewOf(plate, told([sample(70, { windingC })], known)).hotSpotC).toBeCloseTo(before, 6)
    }
  })
})

describe('gaps', () => {
  const known = told(quarters(0, 70))

  it('a load holds for half an hour, then nothing is known until it was told for five time constants', () => {
    expect(oilNow(told([sample(72)], known))).toBeCloseTo(balanced.topOilC, 6)
    const after = told([sample(73)], known)
    expect(viewOf(plate, after)).toMatchObject({ topOilC: null, hotSpotC: null })
    expect(viewOf(plate, told(quarters(74, 134), after)).topOilC).toBeCloseTo(balanced.topOilC, 6)
  })

  it('a good measurement ends the doubt; without ambient temperature it still counts', () => {
    const after = told([sample(90, { oilC: 70 })], known)
    expect(viewOf(plate, after)).toMatchObject({ topOilC: 70, computedTopOilC: null })
    const noAir = told(quarters(70, 90, { ambientC: null }), known)
    expect(viewOf(plate, noAir)).toMatchObject({ topOilC: null, hotSpotC: null })
    const measured = viewOf(plate, told([sample(90, { ambientC: null, oilC: 66 })], noAir))
    expect(measured).toMatchObject({ topOilC: 66, topOilIs: 'measured' })
    expect(measured.hotSpotC).toBeCloseTo(66 + balanced.h1K, 6)
  })

  it('what ends before the state is too late; what nobody asks for long after is unknown', () => {
    expect(told([sample(50, { loadPu: 2 })], known)).toBe(known)
    expect(viewOf(plate, known, known.t + 31 * MINUTE).topOilC).toBeNull()
    expect(viewOf(plate, known, known.t + 29 * MINUTE).topOilC).not.toBeNull()
  })

  it('instantaneous values stand for the time since the last', () => {
    const at = (minute: number) =>
      sample(0, { startMs: START + minute * MINUTE, endMs: START + minute * MINUTE })
    const state = told(Array.from({ length: 200 }, (_, i) => at(i * 5)))
    expect(oilNow(state)).toBeCloseTo(balanced.topOilC, 6)
  })
})

describe('loss of life', () => {
  it('goes by local day and year, and says of how many hours it is', () => {
    const hot = quarters(0, 96 * 3, { oilC: 98 - balanced.h1K })
    const { life } = viewOf(plate, told(hot))
    expect(life.lastDay).toMatchObject({ span: '2026-06-02', knownHours: expect.closeTo(24, 9) })
    expect(life.day).toMatchObject({ span: '2026-06-03', knownHours: expect.closeTo(24, 9) })
    expect(life.lastDay?.lostHours).toBeCloseTo(24, 3)
    expect(life.year).toMatchObject({ span: '2026', knownHours: expect.closeTo(71.75, 9) })
    expect(life.lastYear).toBeNull()
  })

  it('a reading over midnight belongs to both days', () => {
    const state = told(quarters(0, 94))
    const over = told([sample(94, { endMs: START + 98 * QUARTER })], state)
    expect(over.life.lastDay?.span).toBe('2026-06-01')
    expect(over.life.day?.knownHours).toBeCloseTo(0.5, 9)
  })
})

describe('what acts on it', () => {
  it('load from kVA, from kW and kvar, from kW at the assumed power factor 0.9', () => {
    expect(loadPuOf(plate, { kva: 500, kw: 1 })).toBe(0.5)
    expect(loadPuOf(plate, { kw: 300, kvar: -400 })).toBe(0.5)
    expect(loadPuOf(plate, { kw: -450 })).toBe(0.5)
    expect(loadPuOf(plate, {})).toBeNull()
  })

  it('ambient temperature: its own, else the station and what it is warmer by', () => {
    expect(ambientOf(31, 28)).toBe(31)
    expect(ambientOf(null, 28, 3)).toBe(31)
    expect(ambientOf(null, null, 3)).toBeNull()
  })

  it('the cooling by the rating where nobody says it', () => {
    expect(plateOf({ ratingKva: 2500 }).cooling).toBe('distribution')
    expect(plateOf({ ratingKva: 2501, cooling: null }).cooling).toBe('ONAN')
    expect(plateOf({ ratingKva: 400, cooling: 'OF', constants: { R: 9 } }).constants).toMatchObject({
      R: 9,
      x: 1
    })
  })
})
