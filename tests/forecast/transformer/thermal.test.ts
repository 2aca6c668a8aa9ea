import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cooling, coolings } from '../../../server/contract/registry.ts'
import { ageingRate, lossOfLifeHours } from '../../../server/forecast/transformer/ageing.ts'
import { thermalConstants } from '../../../server/forecast/transformer/constants.ts'
import { thermalSeries } from '../../../server/forecast/transformer/series.ts'
import {
  advance,
  ambientState,
  hotSpotC,
  steadyState,
  topOilRiseK
} from '../../../server/forecast/transformer/thermal.ts'
import { needs } from '../../helpers/needs.ts'
import { goldenRows } from './golden.ts'

fc.configureGlobal({ seed: 6, numRuns: 300 })

const sharedData = needs('shared-data')
const cooling = fc.constantFrom<Cooling>(...coolings)
const load = fc.double({ min: 0, max: 2.5, noNaN: true })
const air = fc.double({ min: -30, max: 50, noNaN: true })
const minutes = fc.double({ min: 0, max: 3000, noNaN: true })
const EXACT = 1e-9

describe('no load', () => {
  it.each(coolings)('%s: without any losses there is no rise; the no-load losses give theirs', name => {
    const c = thermalConstants[name]
    const cold = advance({ ...c, topOilRiseK: 0 }, ambientState(21.5), 0, 21.5, 600)
    expect([cold.topOilC, hotSpotC(cold)]).toEqual([21.5, 21.5])
    expect(topOilRiseK(c, 0)).toBeCloseTo(c.topOilRiseK / (1 + c.R) ** c.x, 12)
    expect(topOilRiseK({ ...c, R: 1e15 }, 0)).toBeLessThan(1e-9)
    const idle = steadyState(c, 0, 21.5)
    expect(hotSpotC(idle)).toBe(idle.topOilC)
    expect(steadyState(c, 1, 20).topOilC).toBeCloseTo(20 + c.topOilRiseK, 12)
    expect(hotSpotC(steadyState(c, 1, 20))).toBeCloseTo(20 + c.topOilRiseK + c.hotSpotRiseK, 12)
  })

  it.skipIf(sharedData === null)('the golden cold start without load, 1e-6', () => {
    const c = { ...thermalConstants.ONAN, R: 5, topOilRiseK: 60, hotSpotRiseK: 1.1 * 17 }
    const golden = goldenRows(sharedData ?? '', 'golden_transformer_noload.csv').map(row => row.map(Number))
    const loads = golden.map(([minute = 0, ampere = 0, ambient = 0]) => ({
      ...{ minute, loadPu: ampere / 1500, ambientC: ambient + 20 }
    }))
    const { rows } = thermalSeries(c, loads, { start: 'ambient', paper: 'normal' })
    expect(rows).toHaveLength(5)
    for (const [i, [, , , oil = NaN, spot = NaN]] of golden.entries()) {
      expect(Math.abs((rows[i]?.topOilC ?? NaN) / oil - 1)).toBeLessThan(1e-6)
      expect(Math.abs((rows[i]?.hotSpotC ?? NaN) / spot - 1)).toBeLessThan(1e-6)
    }
  })
})

describe('laws', () => {
  it('more load is never cooler, nor is hotter air', () => {
    fc.assert(
      fc.property(cooling, load, load, air, air, load, minutes, (name, k1, k2, a1, a2, before, time) => {
        const c = thermalConstants[name]
        const from = steadyState(c, before, a1)
        const less = advance(c, from, Math.min(k1, k2), Math.min(a1, a2), time)
        const more = advance(c, from, Math.max(k1, k2), Math.max(a1, a2), time)
        expect(more.topOilC).toBeGreaterThanOrEqual(less.topOilC - EXACT)
        expect(hotSpotC(more)).toBeGreaterThanOrEqual(hotSpotC(less) - EXACT)
      })
    )
  })

  it('a load that is higher throughout never makes the oil cooler', () => {
    const pair = fc.tuple(
      load,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 1, max: 200, noNaN: true })
    )
    fc.assert(
      fc.property(cooling, fc.array(pair, { minLength: 1, maxLength: 20 }), air, (name, steps, ambientC) => {
        const c = thermalConstants[name]
        let [low, high] = [steadyState(c, 0, ambientC), steadyState(c, 0, ambientC)]
        for (const [pu, more, time] of steps) {
          low = advance(c, low, pu, ambientC, time)
          high = advance(c, high, pu + more, ambientC, time)
          expect(high.topOilC).toBeGreaterThanOrEqual(low.topOilC - EXACT)
        }
      })
    )
  })

  it('one step is as good as two', () => {
    fc.assert(
      fc.property(cooling, load, load, air, minutes, minutes, (name, before, pu, ambientC, one, two) => {
        const c = thermalConstants[name]
        const from = steadyState(c, before, ambientC)
        const whole = advance(c, from, pu, ambientC, one + two)
        const parts = advance(c, advance(c, from, pu, ambientC, one), pu, ambientC, two)
        for (const part of ['topOilC', 'h1K', 'h2K'] as const) expect(parts[part]).toBeCloseTo(whole[part], 8)
      })
    )
  })

  it('no time changes nothing, a year brings the balance, and the balance stays', () => {
    fc.assert(
      fc.property(cooling, load, load, air, minutes, (name, before, pu, ambientC, time) => {
        const c = thermalConstants[name]
        const from = steadyState(c, before, ambientC)
        expect(advance(c, from, pu, ambientC, 0)).toEqual(from)
        const to = steadyState(c, pu, ambientC)
        const year = advance(c, from, pu, ambientC, 525_600)
        expect(hotSpotC(year)).toBeCloseTo(hotSpotC(to), 8)
        expect(hotSpotC(advance(c, to, pu, ambientC, time))).toBeCloseTo(hotSpotC(to), 8)
      })
    )
  })

  it('h2 is nothing where k21 is 1; otherwise a step makes the hot spot overshoot', () => {
    for (const name of ['distribution', 'OD'] as const) {
      const state = advance(thermalConstants[name], ambientState(20), 1.7, 20, 33)
      expect(state.h2K).toBe(0)
    }
    const c = thermalConstants.ONAN
    const soon = advance(c, steadyState(c, 0, 20), 1, 20, 45)
    expect(soon.h1K - soon.h2K).toBeGreaterThan(c.hotSpotRiseK)
  })

  it('any finite number gives finite numbers', () => {
    const any = fc.double({ noNaN: true, noDefaultInfinity: true })
    const time = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(cooling, any, any, any, any, time, (name, before, was, pu, ambientC, minutes) => {
        const c = thermalConstants[name]
        const state = advance(c, steadyState(c, before, was), pu, ambientC, minutes)
        for (const value of [state.topOilC, state.h1K, state.h2K, hotSpotC(state)]) {
          expect(Number.isFinite(value)).toBe(true)
        }
        for (const paper of ['normal', 'upgraded'] as const) {
          expect(Number.isFinite(ageingRate(hotSpotC(state), paper))).toBe(true)
        }
        expect(advance(c, steadyState(c, -before, was), -pu, ambientC, minutes)).toEqual(state)
      }),
      { numRuns: 500 }
    )
  })
})

describe('ageing', () => {
  it.skipIf(sharedData === null)('the golden days, 1e-6', () => {
    for (const [spot, paper, hours, days] of goldenRows(sharedData ?? '', 'golden_ageing.csv')) {
      const kind = paper === 'normal' ? 'normal' : 'upgraded'
      const steady = { topOilC: Number(spot), h1K: 0, h2K: 0 }
      const c = { ...thermalConstants.ONAN, topOilRiseK: 0, hotSpotRiseK: 0 }
      const stretch = { loadPu: 0, ambientC: Number(spot), minutes: Number(hours) * 60 }
      const lost = lossOfLifeHours(c, steady, stretch, kind) / 24
      expect(Math.abs(lost - Number(days))).toBeLessThan(1e-6)
    }
  })

  it('6 K double it; upgraded paper ages at 1 at 110 °C; hotter is never slower', () => {
    expect(ageingRate(104, 'normal')).toBe(2)
    expect(ageingRate(110, 'upgraded')).toBe(1)
    const any = fc.double({ min: -400, max: 1e5, noNaN: true })
    fc.assert(
      fc.property(any, any, fc.constantFrom('normal' as const, 'upgraded' as const), (a, b, paper) => {
        expect(ageingRate(Math.max(a, b), paper)).toBeGreaterThanOrEqual(ageingRate(Math.min(a, b), paper))
      })
    )
  })

  it('a day in one step loses what it does in 1440', () => {
    const c = thermalConstants.ONAN
    const start = ambientState(20)
    const whole = lossOfLifeHours(c, start, { loadPu: 1.4, ambientC: 30, minutes: 1440 }, 'normal')
    let [state, sum] = [start, 0]
    for (let i = 0; i < 1440; i++) {
      const stretch = { loadPu: 1.4, ambientC: 30, minutes: 1 }
      sum += lossOfLifeHours(c, state, stretch, 'normal')
      state = advance(c, state, 1.4, 30, 1)
    }
    expect(whole / sum).toBeCloseTo(1, 4)
  })
})
