import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type MadeRow, MELBOURNE, madeRows, temperatures, ten, tenArgs } from './forecastFiles.ts'
import { expectNumbers, forecastFolder } from './forecastRun.ts'

const { out, run, written, documentOf, writeLoad, writeTemperature, withTemperature } = forecastFolder()

describe('every interval of a test day has numbers', () => {
  it.each([
    ...[5, 10, 15, 20, 60].map(minutes => [minutes, 0, 30, 0] as const),
    ...[
      [30, 15, 60, 0] as const,
      [30, 0, 10, 5] as const,
      [15, 0, 60, 30] as const,
      [60, 40, 15, 7] as const
    ],
    ...[[45, 0, 30, 0] as const, [25, 0, 20, 0] as const, [7, 3, 60, 0] as const, [12, 0, 12, 0] as const]
  ])('a load every %i min from minute %i, a temperature every %i min from minute %i', async (...given) => {
    const [minutes, phaseMinutes, ofTemperature, itsPhase] = given
    const short = { ...ten, from: '2014-02-24', days: 43 }
    await writeLoad(madeRows({ ...short, minutes, phaseMinutes }))
    await writeTemperature(temperatures({ ...short, minutes: ofTemperature, phaseMinutes: itsPhase }))
    const args = ['--time-zone', MELBOURNE, '--train-until', '2014-04-04', '--test-until', '2014-04-07']
    const { test, intervalMinutes, models } = await documentOf(withTemperature(args))
    expect(intervalMinutes).toBe(minutes)
    const rows = expectNumbers(await readFile(out(), 'utf8'), test.intervals)
    expect(Math.abs(test.intervals - (73 * 60) / minutes)).toBeLessThanOrEqual(1)
    expect(rows).toHaveLength(test.intervals)
    expect(models[0]?.mapePercent).toBeLessThan(15)
  })

  const day = (t: number) => new Date(t + 11 * 3_600_000).toISOString().slice(0, 10)
  it.each<[string, (row: MadeRow) => boolean, (row: MadeRow) => boolean]>([
    [
      'a gap before the first midnight',
      ({ t }) => !(day(t) >= '2014-04-03' && day(t) < '2014-04-05'),
      () => true
    ],
    ['hours missing before each midnight', ({ t }) => new Date(t + 36e6).getUTCHours() < 18, () => true],
    ['a load that ends with the training', ({ t }) => day(t) < '2014-04-05', () => true],
    ['a load that ended a week before', ({ t }) => day(t) < '2014-03-28', () => true],
    ['a load with a month missing', ({ t }) => day(t) < '2014-02-15' || day(t) > '2014-03-15', () => true],
    ['a load of which only daytime is known', ({ t }) => new Date(t + 39.6e6).getUTCHours() > 8, () => true],
    ['a temperature that ends with the training', () => true, ({ t }) => day(t) < '2014-04-05'],
    ['a temperature that begins late', () => true, ({ t }) => day(t) > '2014-03-25'],
    ['a temperature with hours missing', () => true, ({ t }) => new Date(t).getUTCHours() % 7 > 1],
    ['a temperature of other years', () => true, ({ t }) => t < 0]
  ])('%s', async (_, isLoad, isTemperature) => {
    await writeLoad(madeRows(ten).filter(isLoad))
    const kept = temperatures(ten).filter(isTemperature)
    await writeTemperature(
      kept.length > 0 ? kept : temperatures({ zone: MELBOURNE, from: '2010-01-01', days: 20 })
    )
    const text = await written(withTemperature(tenArgs))
    const rows = expectNumbers(text, 194)
    // Nearer to the load than nothing at all would be.
    expect(rows.filter(({ p50 }) => p50 < 100 || p50 > 700)).toEqual([])
  })

  it('without a temperature: no hottest days, no vanilla regression, and it says so', async () => {
    await writeLoad(madeRows(ten))
    const { models, hottestDays, temperature } = await documentOf(tenArgs)
    expect([temperature, hottestDays]).toEqual([null, []])
    expect(models[0]).toMatchObject({ hottestDaysMapePercent: null, hottestTenthCoveragePercent: null })
    expect(models[0]?.mapePercent).toBeGreaterThan(0)
    expect(models[3]).toMatchObject({ scoredIntervals: 0, mapePercent: null, note: 'needs a temperature' })
    expectNumbers(await readFile(out(), 'utf8'), 194)
  })

  it('loads of zero: MAPE says n/a, the mean error stands', async () => {
    const night = (t: number) => new Date(t + 11 * 3_600_000).getUTCHours() < 5
    await writeLoad(madeRows(ten).map(({ t, value }) => ({ t, value: night(t) ? 0 : value })))
    const { models } = await documentOf(tenArgs)
    expect(models[0]?.mapePercent).toBeNull()
    expect(models[0]?.maeKw).toBeGreaterThan(0)
    expect((await run(tenArgs)).said).toMatch(/forecast, daily refit +n\/a +[0-9.]+/)
  })

  it.each<[string, (value: number) => number]>([
    ['negative', value => -value],
    ['around zero', value => value - 300],
    ['always zero', () => 0],
    ['always the same', () => 42],
    ['tiny', value => value * 1e-6],
    ['huge', value => value * 1e6]
  ])('a load that is %s', async (_, of) => {
    await writeLoad(madeRows(ten).map(({ t, value }) => ({ t, value: of(value) })))
    await writeTemperature(temperatures(ten))
    expectNumbers(await written(withTemperature(tenArgs)), 194)
  })

  it.each([
    [15, '+07:00'],
    [21, '+07:00'],
    [40, '+07:00'],
    [80, 'Asia/Kathmandu'],
    [40, 'America/St_Johns'],
    [400, 'Australia/Lord_Howe']
  ])('%i days of hourly load at %s', async (days, zone) => {
    const made = { zone, from: '2013-06-01', days: days + 3, minutes: 60 }
    await writeLoad(madeRows(made), zone)
    await writeTemperature(temperatures(made), zone)
    const last = new Date(Date.parse(made.from) + (days - 1) * 86_400_000).toISOString().slice(0, 10)
    const until = new Date(Date.parse(last) + 3 * 86_400_000).toISOString().slice(0, 10)
    const args = ['--time-zone', zone, '--train-until', last, '--test-until', until]
    expectNumbers(await written(withTemperature(args)), 72)
  })
})
