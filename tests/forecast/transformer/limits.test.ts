import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coolings } from '../../../server/contract/registry.ts'
import { loadingRegimes } from '../../../server/contract/transformers.ts'
import { thermalConstants } from '../../../server/forecast/transformer/constants.ts'
import { limitsOf, quantitiesPast } from '../../../server/forecast/transformer/limits.ts'
import { plateOf } from '../../../server/forecast/transformer/plate.ts'
import { limitAhead, pathAhead, reliefKw } from '../../../server/forecast/transformer/relief.ts'
import { advance, hotSpotC, steadyState } from '../../../server/forecast/transformer/thermal.ts'
import { timesToLimit } from '../../../server/forecast/transformer/timeToLimit.ts'

fc.configureGlobal({ seed: 6 })

const HOUR = 3_600_000
const normal = (kva: number) => limitsOf(kva)['normal-cyclic']

describe('limits', () => {
  it('by rating', () => {
    const loads = (kva: number) => loadingRegimes.map(regime => limitsOf(kva)[regime].loadPu)
    expect(loads(400)).toEqual([1.5, 1.8, 2])
    expect(loads(9_999)).toEqual([1.5, 1.8, 2])
    expect(loads(10_000)).toEqual([1.5, 1.5, 1.8])
    expect(loads(100_000)).toEqual([1.5, 1.5, 1.8])
    expect(loads(100_001)).toEqual([1.3, 1.3, 1.5])
    const of = limitsOf(63_000)
    expect(loadingRegimes.map(regime => [of[regime].topOilC, of[regime].hotSpotC])).toEqual([
      ...[
        [105, 120],
        [115, 140],
        [115, 160]
      ]
    ])
  })

  it('what passes a limit, in order; at the limit nothing does, the unknown passes none', () => {
    const limits = limitsOf(400)
    const of = (topOilC: number | null, spot: number | null, loadPu: number | null) =>
      loadingRegimes.map(regime => quantitiesPast({ topOilC, hotSpotC: spot, loadPu }, limits[regime]))
    expect(of(105, 120, 1.5)).toEqual([[], [], []])
    expect(of(null, null, null)).toEqual([[], [], []])
    expect(of(106, 100, 1)).toEqual([['topOil'], [], []])
    expect(of(100, 141, 1.6)).toEqual([['hotSpot', 'load'], ['hotSpot'], []])
    expect(of(116, 161, -2.1)[2]).toEqual(['topOil', 'hotSpot', 'load'])
  })
})

describe('how long an overload may last', () => {
  const c = thermalConstants.distribution
  const limits = limitsOf(1000)

  it('top oil in closed form', () => {
    const only = { ...limits, 'normal-cyclic': { topOilC: 90, hotSpotC: 1000, loadPu: 9 } }
    const start = steadyState(c, 0.5, 30)
    const balance = steadyState(c, 1.3, 30).topOilC
    const expected = 180 * Math.log((balance - start.topOilC) / (balance - 90))
    expect(timesToLimit(c, start, 1.3, 30, only)['normal-cyclic']).toEqual({
      ...{ minutes: expect.closeTo(expected, 2), by: 'topOil' }
    })
  })

  it('at the moment it says, and not before, the limit is reached', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    fc.assert(
      fc.property(
        fc.constantFrom(...coolings),
        number(0, 1.2),
        number(0, 1.49),
        number(0, 45),
        (name, was, pu, air) => {
          const own = thermalConstants[name]
          const from = steadyState(own, was, air)
          const times = timesToLimit(own, from, pu, air, limits)
          for (const regime of loadingRegimes) {
            const { minutes } = times[regime]
            const past = (time: number) => {
              const state = advance(own, from, pu, air, time)
              const now = { topOilC: state.topOilC, hotSpotC: hotSpotC(state), loadPu: pu }
              return quantitiesPast(now, limits[regime]).length > 0
            }
            if (minutes !== null) expect(past(minutes)).toBe(true)
            for (let time = 0; time < (minutes ?? 3000) - 0.01; time += 37) expect(past(time)).toBe(false)
          }
          const [first, then, last] = loadingRegimes.map(
            regime => times[regime].minutes ?? Number.POSITIVE_INFINITY
          )
          expect((first ?? 0) <= (then ?? 0) && (then ?? 0) <= (last ?? 0)).toBe(true)
        }
      )
    )
  })

  it('0 when it is passed already, null when it never is', () => {
    const times = timesToLimit(c, steadyState(c, 1, 20), 1.6, 20, limits)
    expect(times['normal-cyclic']).toEqual({ minutes: 0, by: 'load' })
    const cool = timesToLimit(c, steadyState(c, 1, 20), 1, 20, limits)
    expect(cool['normal-cyclic']).toEqual({ minutes: null, by: null })
  })
})

describe('relief', () => {
  const plate = plateOf({ ratingKva: 1000, powerFactor: 1 })
  const start = steadyState(plate.constants, 0.7, 35)
  const hours = (kw: readonly number[], ambientC = 35) => ({
    ...{ t: kw.map((_, i) => i * HOUR), end: kw.length * HOUR, kw, ambientC: kw.map(() => ambientC) }
  })

  it('none where no limit is passed', () => {
    const quiet = hours([700, 800, 900])
    expect(reliefKw(plate, start, quiet, normal(1000), { from: 0, to: quiet.end })).toEqual({
      ...{ kw: 0, reason: null, unrelieved: null }
    })
  })

  it('the least that keeps the limit: with it none is passed, with a little less one is', () => {
    const number = (min: number, max: number) => fc.integer({ min, max })
    fc.assert(
      fc.property(fc.array(number(400, 1900), { minLength: 4, maxLength: 24 }), number(25, 42), (kw, air) => {
        const ahead = hours(kw, air)
        const window = { from: 0, to: ahead.end }
        const { kw: relief, unrelieved } = reliefKw(plate, start, ahead, normal(1000), window)
        expect(relief).not.toBeNull()
        const passed = (less: number) =>
          limitAhead(plate, start, ahead, normal(1000), { kw: less, ...window })
        expect(passed(relief ?? 0)).toBeNull()
        expect(unrelieved === null).toBe(relief === 0)
        if (relief !== 0) expect(passed((relief ?? 0) - 0.02)).not.toBeNull()
      }),
      { numRuns: 40 }
    )
  })

  it('more load, hotter air or a shorter window never needs less', () => {
    const kw = [900, 1300, 1400, 1400, 1200, 900]
    const of = (factor: number, air: number, from: number) => {
      const ahead = hours(
        kw.map(one => one * factor),
        air
      )
      return (
        reliefKw(plate, start, ahead, normal(1000), { from: from * HOUR, to: ahead.end }).kw ??
        Number.POSITIVE_INFINITY
      )
    }
    const base = of(1, 35, 0)
    expect(base).toBeGreaterThan(0)
    expect(of(1.05, 35, 0)).toBeGreaterThan(base)
    expect(of(1, 40, 0)).toBeGreaterThan(base)
    expect(of(1, 35, 1)).toBeGreaterThanOrEqual(base)
  })

  it('says why none is enough', () => {
    const late = hours([700, 700, 1900, 700])
    expect(reliefKw(plate, start, late, normal(1000), { from: 0, to: HOUR })).toMatchObject({
      ...{ kw: null, reason: 'passed-after', unrelieved: { by: ['load'] } }
    })
    const scorched = hours(Array(10).fill(700), 115)
    expect(reliefKw(plate, start, scorched, normal(1000), { from: 0, to: scorched.end })).toMatchObject({
      ...{ kw: null, reason: 'passed-without-load' }
    })
  })

  it('what is past its limit already is brought back within an hour', () => {
    const hot = steadyState(plate.constants, 1.15, 38)
    const ahead = hours([1150, 1150, 1150, 1150], 38)
    const { kw, reason } = reliefKw(plate, hot, ahead, normal(1000), { from: 0, to: ahead.end })
    expect(reason).toBe('passed-before')
    expect(kw).toBeGreaterThan(20)
    expect(kw).toBeLessThan(600)
    for (const point of pathAhead(plate, hot, ahead, { kw: kw ?? 0, from: 0, to: ahead.end })) {
      if (point.at > HOUR) expect(quantitiesPast(point, normal(1000))).toEqual([])
    }
  })
})
