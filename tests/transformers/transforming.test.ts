import { afterEach, describe, expect, it } from 'vitest'
import type { Forecast } from '../../server/contract/forecasts.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { plateOf } from '../../server/forecast/transformer/plate.ts'
import { hotSpotC, steadyState } from '../../server/forecast/transformer/thermal.ts'
import { until } from '../helpers/until.ts'
import { HOUR, MINUTE, node, openWorld, reading, type World } from './world.ts'

/** 14:00 in Vietnam. */
const NOW = Date.parse('2026-06-10T07:00:00Z')
const DAY = 24 * HOUR
const QUARTER = 15 * MINUTE
const plate = plateOf({ ratingKva: 400 })

/** A load that swings with the day, quarter by quarter. */
const swing = (t: number) => 180 + 140 * Math.sin((2 * Math.PI * t) / DAY) + 20 * Math.sin(t / 7e6)
const past = (id: string, from: number, to: number, more: (t: number) => Reading['values'] = () => ({})) => {
  const rows: Reading[] = []
  for (let t = from; t + QUARTER <= to; t += QUARTER) {
    rows.push(reading(id, t, { kva: swing(t), ambient_c: 30 + 4 * Math.sin(t / 9e6), ...more(t) }))
  }
  return rows
}
const constant = (id: string, from: number, to: number, values: Reading['values']) =>
  past(id, from, to).map(row => ({ ...row, values }))

let world: World
afterEach(async () => {
  expect(world.faults).toEqual([])
  await world.stop()
})

describe('the live state of a transformer', () => {
  it('stands at the end of its newest interval, in balance after days of the same', async () => {
    world = await openWorld([node('T-1'), node('T-2', { ratingKva: null }), node('T-3')], NOW)
    await world.arrive(constant('T-1', NOW - 3 * DAY, NOW, { kva: 320, ambient_c: 32 }))
    await world.settled()
    const balance = steadyState(plate.constants, 0.8, 32)
    expect(world.state('T-1')).toMatchObject({
      at: new Date(NOW).toISOString(),
      ...{ loadPu: 0.8, loadFrom: 'kva', assumedPowerFactor: null, ambientC: 32, ambientFrom: 'own' },
      topOilC: expect.closeTo(balance.topOilC, 2),
      ...{ topOilFrom: 'computed', coolingIsAssumed: true, cooling: 'distribution' },
      hotSpotC: expect.closeTo(hotSpotC(balance), 2)
    })
    // Nobody knows anything of the others, and nobody says so.
    const unknown = {
      at: null,
      loadPu: null,
      topOilC: null,
      hotSpotC: null,
      lifeUsedTodayDays: null,
      knownHoursYear: 0
    }
    expect(world.state('T-2')).toMatchObject({ ...unknown, ratingKva: null, limits: [] })
    expect(world.state('T-3')).toMatchObject(unknown)
  })

  it('after a restart is what it would have been', async () => {
    world = await openWorld([node('T-1')], NOW - 5 * HOUR)
    await world.arrive(past('T-1', NOW - 4 * DAY, NOW - 5 * HOUR))
    await world.settled()
    for (let t = NOW - 5 * HOUR; t < NOW; t += 2 * QUARTER) {
      world.at = t + 2 * QUARTER
      await world.arrive(past('T-1', t, t + 2 * QUARTER))
      await world.settled()
    }
    const before = world.state('T-1')
    await world.restart()
    await world.settled()
    const after = world.state('T-1')
    expect(before.at).toBe(new Date(NOW).toISOString())
    expect(after.at).toBe(before.at)
    for (const name of ['topOilC', 'hotSpotC'] as const) {
      expect(Math.abs((after[name] ?? NaN) - (before[name] ?? NaN))).toBeLessThan(0.01)
    }
    expect(after.lifeUsedTodayDays).toBeCloseTo(before.lifeUsedTodayDays ?? NaN, 6)
  })

  it('is corrected by what comes late', async () => {
    world = await openWorld([node('T-1'), node('T-2')], NOW)
    const whole = past('T-1', NOW - 3 * DAY, NOW)
    const isLate = ({ ts }: Reading) => ts >= NOW - 2 * HOUR && ts < NOW - HOUR
    await world.arrive(whole.filter(row => !isLate(row)))
    await world.arrive(past('T-2', NOW - 3 * DAY, NOW))
    await world.settled()
    const early = world.state('T-1')
    await world.arrive(whole.filter(isLate))
    await world.settled()
    const late = world.state('T-1')
    expect(late.topOilC).not.toBeCloseTo(early.topOilC ?? NaN, 2)
    expect(late.topOilC).toBeCloseTo(world.state('T-2').topOilC ?? NaN, 6)
    expect(late.lifeUsedTodayDays).toBeCloseTo(world.state('T-2').lifeUsedTodayDays ?? NaN, 9)
  })

  it('knows no temperature in a gap longer than a value holds, and counts no ageing for it', async () => {
    world = await openWorld([node('T-1')], NOW)
    await world.arrive(past('T-1', NOW - 3 * DAY, NOW - 3 * HOUR))
    await world.settled()
    const { at, topOilC, loadPu, ageingRate, knownHoursYear, lifeUsedTodayDays } = world.state('T-1')
    expect([at, topOilC, loadPu, ageingRate]).toEqual([
      new Date(NOW - 3 * HOUR).toISOString(),
      null,
      null,
      null
    ])
    expect(lifeUsedTodayDays).toBeGreaterThan(0)
    // Eleven hours since local midnight, on top of the days that are closed.
    const days = await world.records.transformers.days('T-1', '2026-06-01', '2026-06-09')
    const closed = days.reduce((sum, day) => sum + day.knownHours, 0)
    expect(knownHoursYear).toBeCloseTo(closed + 11, 6)
  })

  it('takes the roll-up and the station where it measures nothing itself, and says what it assumed', async () => {
    const station = { weather: 'W-1' }
    world = await openWorld([node('T-1', station)], NOW + 10 * MINUTE)
    const steps = Array.from({ length: 150 }, (_, i) => NOW - (150 - i) * 30 * MINUTE)
    await world.store.writeLoad(
      steps.map(t => ({
        node: 'T-1',
        t,
        kw: 288,
        known: 30,
        kwMin: 288,
        kwMax: 288,
        reported: 20,
        expected: 20
      })),
      1800
    )
    await world.arrive(
      steps.map(t => reading('W-1', t, { temp_c: 32 }, { kind: 'weather', intervalS: 1800 }))
    )
    await world.restart()
    await world.settled()
    expect(world.state('T-1')).toMatchObject({
      ...{ at: new Date(NOW).toISOString(), loadPu: expect.closeTo(0.8, 9), loadFrom: 'roll-up' },
      ...{ assumedPowerFactor: 0.9, ambientC: 32, ambientFrom: 'station' },
      topOilC: expect.closeTo(steadyState(plate.constants, 0.8, 32).topOilC, 2)
    })
  })

  it('shows the measured oil where it is good, and the model where it is not', async () => {
    world = await openWorld([node('T-1')], NOW)
    const oil = (t: number) => ({ oil_c: t === NOW - QUARTER ? 240 : 61 + Math.sin(t / 5e6) })
    const rows = past('T-1', NOW - 3 * DAY, NOW, oil).map(row => ({
      ...row,
      values: { ...row.values, kva: 200 }
    }))
    await world.arrive(rows.slice(0, -1))
    await world.settled()
    const good = world.state('T-1')
    expect(good).toMatchObject({ topOilFrom: 'measured', topOilC: good.measuredOilC, oilFault: null })
    await world.arrive(rows.slice(-1))
    await world.settled()
    const bad = world.state('T-1')
    expect(bad).toMatchObject({ topOilFrom: 'computed', measuredOilC: 240, oilFault: 'out-of-range' })
    expect(Math.abs((bad.topOilC ?? 0) - (good.topOilC ?? 0))).toBeLessThan(3)
  })
})

describe('the days', () => {
  it('are closed once over, and again when late data came', async () => {
    world = await openWorld([node('T-1')], NOW)
    const { transformers } = world.records
    const rows = past('T-1', NOW - 4 * DAY, NOW)
    // Of yesterday (local) two hours are missing.
    const gap = Date.parse('2026-06-09T05:00:00Z')
    const isLate = ({ ts }: Reading) => ts >= gap && ts < gap + 2 * HOUR
    await world.arrive(rows.filter(row => !isLate(row)))
    await world.settled()
    const [before] = await transformers.days('T-1', '2026-06-09', '2026-06-09')
    expect(before?.knownHours).toBeLessThan(22)
    await world.arrive(rows.filter(isLate))
    await world.settled()
    const [after] = await transformers.days('T-1', '2026-06-09', '2026-06-09')
    expect(after?.knownHours).toBeCloseTo(24, 9)
    expect(after?.lifeUsedDays).toBeGreaterThan(before?.lifeUsedDays ?? NaN)
    expect(after?.maxHotSpotC).toBeGreaterThan(after?.maxTopOilC ?? NaN)
    // What was never told is a day without any known hour.
    expect((await transformers.days('T-1', '2026-05-20', '2026-05-20'))[0]).toMatchObject({
      knownHours: 0,
      lifeUsedDays: 0,
      maxHotSpotC: null
    })
  })

  it('end at local midnight; the year goes on without a jump', async () => {
    const midnight = Date.parse('2026-06-10T17:00:00Z')
    world = await openWorld([node('T-1')], midnight - QUARTER)
    await world.arrive(past('T-1', midnight - 4 * DAY, midnight - QUARTER))
    await world.settled()
    const before = world.state('T-1')
    world.at = midnight + 2 * QUARTER
    await world.arrive(past('T-1', midnight - QUARTER, midnight + 2 * QUARTER))
    world.at += MINUTE
    const newest = new Date(midnight + 2 * QUARTER).toISOString()
    await until(() => world.state('T-1').at === newest, { what: 'the new day is known' })
    const after = world.state('T-1')
    expect(after.lifeUsedTodayDays).toBeLessThan(0.1 * (before.lifeUsedTodayDays ?? NaN))
    expect(after.knownHoursYear).toBeCloseTo(before.knownHoursYear + 0.75, 6)
    world.at += 2 * HOUR
    await until(
      async () => (await world.records.transformers.days('T-1', '2026-06-10', '2026-06-10')).length > 0,
      {
        what: 'the day is closed'
      }
    )
    await world.settled()
    expect(world.state('T-1').knownHoursYear).toBeCloseTo(after.knownHoursYear, 6)
    expect(world.state('T-1').lifeUsedYearDays).toBeCloseTo(after.lifeUsedYearDays ?? NaN, 6)
  })

  it('teach the watch over the oil, across a restart', async () => {
    world = await openWorld([node('T-1')], NOW)
    const c = plate.constants
    const oilAt = (t: number, rise: number) => {
      const load = swing(t - 2 * HOUR) / 400
      return 30 + 4 * Math.sin(t / 9e6) + rise * steadyState(c, load, 0).topOilC
    }
    const healthyUntil = NOW - 6 * DAY
    await world.arrive(
      past('T-1', NOW - 25 * DAY, NOW, t => ({ oil_c: oilAt(t, t < healthyUntil ? 1 : 1.6) }))
    )
    await world.settled()
    expect(world.state('T-1').oil).toMatchObject({
      verdict: 'cooling-fault',
      reason: expect.stringContaining('hotter')
    })
    await world.restart()
    await world.settled()
    const { oil } = world.state('T-1')
    expect(oil.verdict).toBe('cooling-fault')
    expect(oil.driftK).toBeGreaterThan(5)
    expect(oil.advice).not.toBeNull()
  })
})

describe('what lies ahead', () => {
  const forecastOf = (kw: (hour: number) => number): Forecast => {
    const hours = Array.from({ length: 60 }, (_, i) => i / 2)
    return {
      stepS: 1800,
      issuedAt: new Date(NOW).toISOString(),
      t: hours.map(hour => NOW + hour * HOUR),
      p50Kw: hours.map(kw),
      temperatureC: hours.map(() => 34)
    } as unknown as Forecast
  }

  it('is taken from the newest forecast, with the relief and the plan that it asks for', async () => {
    world = await openWorld(
      [node('T-1'), node('MP', { kind: 'meteringPoint', parent: 'T-1', ratingKva: null, customerId: 'c-1' })],
      NOW
    )
    await world.arrive(constant('T-1', NOW - 3 * DAY, NOW, { kw: 150, ambient_c: 34 }))
    await world.settled()
    expect(world.state('T-1')).toMatchObject({ nextPeakHotSpotC: null, reliefKw: null })
    world.forecasts.set(
      'T-1',
      forecastOf(hour => (hour >= 5 && hour < 9 ? 480 : 150))
    )
    world.at += MINUTE
    await until(() => world.state('T-1').nextPeakHotSpotC !== null, { what: 'the forecast is seen' })
    const state = world.state('T-1')
    expect(state.nextPeakHotSpotC).toBeGreaterThan(120)
    expect(state.reliefKw).toBeGreaterThan(10)
    const detail = await world.transforming.detail('T-1')
    expect(detail?.plan).toEqual({
      ...{ nodeId: 'T-1', targetKw: expect.closeTo(state.reliefKw ?? 0, 0), start: state.reliefFrom },
      durationMinutes: expect.any(Number)
    })
    expect(detail?.customers).toEqual([{ customerId: 'c-1', name: 'Works' }])
    const ahead = detail?.isForecast.filter(Boolean).length
    expect([detail?.t.length, ahead]).toEqual([48 * 4 + 48, 48])
    expect(Math.max(...(detail?.hotSpotC.map(Number) ?? []))).toBeCloseTo(state.nextPeakHotSpotC ?? NaN, 0)
    expect(detail?.days.map(({ day }) => day)).toEqual(['2026-06-09', '2026-06-08'])
    expect(await world.transforming.detail('nowhere')).toBeNull()

    // Nothing newer comes for hours: what it said is no longer known, and no relief is asked for.
    world.at += 4 * HOUR
    await world.arrive(constant('T-1', NOW, NOW + 4 * HOUR, { kw: 150, ambient_c: 34 }))
    await until(() => world.state('T-1').nextPeakHotSpotC === null, { what: 'the forecast is too old' })
    expect(world.state('T-1').reliefKw).toBeNull()
  })
})

it('asks the store for nothing while that is behind, and for each once', async () => {
  world = await openWorld(
    Array.from({ length: 20 }, (_, i) => node(`T-${i}`)),
    NOW
  )
  world.isBehind = true
  await world.restart()
  await world.arrive(past('T-1', NOW - 2 * HOUR, NOW))
  world.questions = 0
  expect(world.transforming.idle()).toBe(false)
  await new Promise(resolve => setImmediate(resolve))
  expect(world.questions).toBe(0)
  world.isBehind = false
  await world.settled()
  // Its own readings and the roll-up of each, then the days of each that were never closed, four at a time.
  expect(world.questions).toBeLessThanOrEqual(20 * 2 * 10 + 4)
})
