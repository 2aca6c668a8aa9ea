import { describe, expect, it } from 'vitest'
import { limitsOf } from '../../../../server/forecast/transformer/limits.ts'
import { aheadOf, loadAheadOf } from '../../../../server/forecast/transformer/live/ahead.ts'
import { planRequestOf } from '../../../../server/forecast/transformer/live/describe.ts'
import { regimesOf } from '../../../../server/forecast/transformer/live/regimes.ts'
import { plateOf } from '../../../../server/forecast/transformer/plate.ts'
import { pathAhead } from '../../../../server/forecast/transformer/relief.ts'
import { hotSpotC, steadyState } from '../../../../server/forecast/transformer/thermal.ts'
import { timesToLimit } from '../../../../server/forecast/transformer/timeToLimit.ts'

const HOUR = 3_600_000
const NOON = Date.parse('2026-06-10T12:00:00Z')
const plate = plateOf({ ratingKva: 400 })
const limits = limitsOf(400)
const calm = steadyState(plate.constants, 0.4, 30)

/** Half-hours from noon on; `kw` by the hour from now. */
const forecast = (kwAt: (hour: number) => number, hours = 30, temperatureC: (number | null)[] = []) => {
  const steps = Array.from({ length: 2 * hours }, (_, i) => i)
  return {
    stepS: 1800,
    t: steps.map(i => NOON + (i * HOUR) / 2),
    p50Kw: steps.map(i => kwAt(i / 2)),
    temperatureC: steps.map(i => temperatureC[i] ?? null)
  }
}

const outcome = (kwAt: (hour: number) => number, from = calm, now = NOON) => {
  const ahead = loadAheadOf(forecast(kwAt), NOON, 36)
  if (ahead === null) throw new Error('nothing lies ahead')
  return { ahead, ...aheadOf(plate, from, ahead, limits, now) }
}

describe('the day ahead', () => {
  it('needs no relief where nothing is passed, and knows when it is hottest', () => {
    const { peakAt, peakHotSpotC, reliefKw, reliefFrom } = outcome(hour =>
      hour >= 6 && hour < 8 ? 300 : 120
    )
    expect((peakAt - NOON) / HOUR).toBe(8)
    expect(peakHotSpotC).toBeGreaterThan(hotSpotC(calm))
    expect([reliefKw, reliefFrom]).toEqual([0, null])
  })

  it('finds a relief that keeps the limits, and a little less would not', () => {
    const evening = (hour: number) => (hour >= 6 && hour < 10 ? 500 : 150)
    const { ahead, reliefKw, reliefFrom, reliefTo, peakHotSpotC } = outcome(evening)
    expect(peakHotSpotC).toBeGreaterThan(120)
    const [from, to, kw] = [reliefFrom ?? 0, reliefTo ?? 0, reliefKw ?? 0]
    expect(from).toBeLessThan(NOON + 6 * HOUR + 1)
    const hottest = (relief: number) =>
      Math.max(...[...pathAhead(plate, calm, ahead, { kw: relief, from, to })].map(point => point.hotSpotC))
    const oil = (relief: number) =>
      Math.max(...[...pathAhead(plate, calm, ahead, { kw: relief, from, to })].map(point => point.topOilC))
    expect(hottest(kw) <= 120 && oil(kw) <= 105).toBe(true)
    expect(hottest(kw - 0.1) > 120 || oil(kw - 0.1) > 105).toBe(true)
  })

  it('asks nobody for a time that is over, and says so where no relief is enough', () => {
    const hot = { ...calm, topOilC: 150 }
    const { reliefKw, impossible } = outcome(() => 300, hot)
    expect([reliefKw, impossible]).toEqual([null, 'passed-without-load'])
    const late = outcome(hour => (hour < 2 ? 900 : 10), calm, NOON + 5 * HOUR)
    expect(late.reliefKw).toBe(0)
  })

  it('knows nothing without a temperature, or where the forecast begins much later', () => {
    expect(
      loadAheadOf(
        forecast(() => 1),
        NOON,
        null
      )
    ).toBeNull()
    expect(
      loadAheadOf(
        forecast(() => 1),
        NOON - 3 * HOUR,
        30
      )
    ).toBeNull()
    expect(
      loadAheadOf(
        forecast(() => 1, 30, [31, null, 33]),
        NOON,
        null
      )?.ambientC.slice(0, 4)
    ).toEqual([31, 31, 33, 33])
    expect(
      loadAheadOf(
        forecast(() => 1),
        NOON + HOUR / 4,
        30
      )?.t[0]
    ).toBe(NOON + HOUR / 4)
    expect(
      loadAheadOf(
        forecast(() => 1),
        NOON,
        30
      )?.end
    ).toBe(NOON + 24 * HOUR)
  })
})

describe('the relief as a request for a plan', () => {
  const state = {
    id: 'T-1',
    reliefKw: 41.23,
    reliefFrom: '2026-06-10T10:00:00.000Z',
    reliefTo: '2026-06-10T14:30:00.000Z'
  }
  const asked = (change: object) => planRequestOf({ ...state, ...change } as never)
  it('names the transformer, the target and the window', () =>
    expect(asked({})).toEqual({
      nodeId: 'T-1',
      targetKw: 41.3,
      start: state.reliefFrom,
      durationMinutes: 270
    }))
  it.each([{ reliefKw: 0 }, { reliefKw: null }, { reliefFrom: null }])('is none with %j', change =>
    expect(asked(change)).toBeNull()
  )
})

describe('the limits by regime', () => {
  it.each([0.5, 1, 1.3, 1.6, 1.9])('at %d per unit agree with the time to each limit', loadPu => {
    const times = timesToLimit(plate.constants, calm, loadPu, 30, limits)
    const now = { topOilC: calm.topOilC, hotSpotC: hotSpotC(calm), loadPu, ambientC: 30 }
    for (const one of regimesOf(plate, calm, now)) {
      expect(one.minutesLeft).toBe(one.isPassed ? 0 : times[one.regime].minutes)
    }
  })
  it('say nothing where the load is not known', () => {
    const now = { topOilC: 110, hotSpotC: null, loadPu: null, ambientC: 30 }
    expect(regimesOf(plate, calm, now).map(one => [one.isPassed, one.minutesLeft])).toEqual([
      [true, 0],
      [false, null],
      [false, null]
    ])
  })
})
