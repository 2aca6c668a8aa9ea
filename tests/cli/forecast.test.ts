import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forecastCommand } from '../../server/cli/forecast.ts'
import type { ForecastDocument } from '../../server/cli/forecastDocument.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { forecastRows, linesOf, type Made, type MadeRow, madeRows, temperatures } from './forecastFiles.ts'
import { asProcess, writeRows } from './loadFiles.ts'
import { saying } from './saying.ts'

const MELBOURNE = 'Australia/Melbourne'
let folder: Awaited<ReturnType<typeof tempDir>>

beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

const file = (name = 'load.csv') => join(folder.path, name)
const out = () => file('F.csv')

/** Ten weeks and three days, over the end of summer time on 6 April 2014. */
const ten: Made = { zone: MELBOURNE, from: '2014-01-27', days: 73 }
const tenArgs = ['--time-zone', MELBOURNE, '--train-until', '2014-04-04', '--test-until', '2014-04-08']

const writeLoad = (rows: readonly MadeRow[], zone = MELBOURNE) =>
  writeRows(file(), 'time,kw', linesOf(rows, zone))
const writeTemperature = (rows: readonly MadeRow[], zone = MELBOURNE) =>
  writeRows(file('t.csv'), 'time,temp_c', linesOf(rows, zone))
const run = (args: readonly string[]) =>
  saying(forecastCommand, [file(), ...args, ...(args.includes('--out') ? [] : ['--out', out()])], {})
const withTemperature = (args: readonly string[]) => [...args, '--temperature', file('t.csv')]

/** What was written, after a run that must go well. */
async function written(args: readonly string[]) {
  const { code, complained } = await run(args)
  expect([code, complained]).toEqual([0, ''])
  return readFile(out(), 'utf8')
}
async function documentOf(args: readonly string[]): Promise<ForecastDocument> {
  const { code, said, complained } = await run([...args, '--json'])
  expect([code, complained]).toEqual([0, ''])
  return JSON.parse(said)
}
function expectNumbers(text: string, count: number) {
  const { header, rows } = forecastRows(text)
  expect(header).toBe('issued,time,p10_kw,p50_kw,p90_kw')
  expect(rows).toHaveLength(count)
  const bad = rows.filter(({ p10, p50, p90 }) => !(p10 <= p50 && p50 <= p90 && Number.isFinite(p90 - p10)))
  expect(bad).toEqual([])
  return rows
}

describe('a forecast of the days after the training', () => {
  it('as a process: every interval once, issued at its local midnight, the table as one JSON document', async () => {
    await writeLoad(madeRows(ten))
    await writeTemperature(temperatures(ten))
    await writeFile(file('h.csv'), 'date\n2014-03-10\n\n# by law\n2014-04-18\n')
    const args = [file(), ...withTemperature(tenArgs), '--holidays', file('h.csv'), '--refit', 'daily']
    const { code, stdout, stderr } = await asProcess('forecast', [...args, '--json', '--out', out()])
    expect([code, stderr]).toEqual([0, ''])
    const document = JSON.parse(stdout) as ForecastDocument
    expect(document).toMatchObject({
      ...{ timeZone: MELBOURNE, intervalMinutes: 30, holidays: 2, refit: 'daily', out: out() },
      train: { from: '2014-01-27', until: '2014-04-04' },
      test: { from: '2014-04-05', until: '2014-04-08', days: 4, intervals: 194, intervalsWithLoad: 194 }
    })
    expect(document.models.map(({ model }) => model)).toEqual([
      ...['forecast, daily refit', 'yesterday', 'last week', 'vanilla regression']
    ])
    const [forecast, , , vanilla] = document.models
    expect(forecast).toMatchObject({ scoredIntervals: 194, note: null })
    expect(forecast?.mapePercent).toBeLessThan(15)
    expect(vanilla?.mapePercent).toBeLessThan(15)
    const rows = expectNumbers(await readFile(out(), 'utf8'), 194)
    expect(rows[0]).toMatchObject({ issued: '2014-04-05T00:00:00+11:00', time: '2014-04-05T00:00:00+11:00' })
    expect(rows.at(-1)).toMatchObject({
      ...{ issued: '2014-04-08T00:00:00+10:00', time: '2014-04-08T23:30:00+10:00' }
    })
    expect(new Set(rows.map(({ time }) => time)).size).toBe(194)
    expect(await readdir(folder.path)).toEqual(['F.csv', 'h.csv', 'load.csv', 't.csv'])
  })

  it('as a table, and the same bytes again', async () => {
    await writeLoad(madeRows(ten))
    await writeTemperature(temperatures(ten))
    const first = await run(withTemperature(tenArgs))
    const bytes = await readFile(out(), 'utf8')
    const second = await run(withTemperature(tenArgs))
    expect(second).toEqual(first)
    expect(await readFile(out(), 'utf8')).toBe(bytes)
    for (const said of [
      'yesterday',
      'last week',
      'vanilla regression',
      'MAPE %',
      'Hottest days',
      'P10 to P90'
    ])
      expect(first.said).toContain(said)
  })

  it.each([
    ['the end of summer time', '2014-04-06', 50, '2014-01-27', 73],
    ['its beginning', '2014-10-05', 46, '2014-08-01', 70]
  ])('%s: %s has %i half hours', async (_, date, count, from, days) => {
    const made = { zone: MELBOURNE, from, days }
    await writeLoad(madeRows(made))
    await writeTemperature(temperatures(made))
    const before = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)
    const args = ['--time-zone', MELBOURNE, '--train-until', before, '--test-until', date]
    const rows = expectNumbers(await written(withTemperature(args)), count)
    expect(
      rows.every(({ time, issued }) => time.startsWith(date) && issued.startsWith(`${date}T00:00:00`))
    ).toBe(true)
  })

  it('monthly refit: the fit of the first of the month stands, the newest loads still correct', async () => {
    await writeLoad(madeRows(ten))
    const { models, refit } = await documentOf([...tenArgs, '--refit', 'monthly'])
    expect(refit).toBe('monthly')
    expect(models[0]?.model).toBe('forecast, monthly refit')
    expectNumbers(await readFile(out(), 'utf8'), 194)
  })

  it('the test ends with the file where --test-until is left out', async () => {
    await writeLoad(madeRows(ten))
    const { test } = await documentOf(['--time-zone', MELBOURNE, '--train-until', '2014-04-04'])
    expect(test).toMatchObject({ from: '2014-04-05', until: '2014-04-09' })
  })
})

describe('only what is known by midnight', () => {
  const midnight = Date.parse('2014-04-07T00:00:00+10:00')
  const issuedBefore = (text: string, until: string) =>
    forecastRows(text).rows.filter(({ issued }) => issued <= until)

  it.each(['daily', 'monthly'])(
    'later loads change nothing, the last one before it does (%s)',
    async refit => {
      const rows = madeRows(ten)
      const args = withTemperature([...tenArgs, '--refit', refit])
      const changed = (from: number, to: number) =>
        rows.map(({ t, value }) => ({ t, value: t >= from && t < to ? value * 3 + 500 : value }))
      await writeTemperature(temperatures(ten))
      await writeLoad(rows)
      const known = issuedBefore(await written(args), '2014-04-07T00')
      const monday = issuedBefore(await written(args), '2014-04-07T00:00:00+10:00')
      expect(monday).toHaveLength(known.length + 48)
      await writeLoad(changed(midnight, Infinity))
      expect(issuedBefore(await written(args), '2014-04-07T00:00:00+10:00')).toEqual(monday)
      await writeLoad(changed(midnight - 1_800_000, midnight))
      const other = await written(args)
      expect(issuedBefore(other, '2014-04-07T00')).toEqual(known)
      expect(issuedBefore(other, '2014-04-07T00:00:00+10:00')).not.toEqual(monday)
    }
  )

  it('an interval that midnight cuts is not known by then', async () => {
    const cut = { ...ten, phaseMinutes: 15 }
    const rows = madeRows(cut)
    await writeLoad(rows)
    const monday = issuedBefore(await written(tenArgs), '2014-04-07T00:00:00+10:00')
    expect(monday.at(-1)?.time).toBe('2014-04-07T23:45:00+10:00')
    const late = midnight - 900_000
    await writeLoad(rows.map(({ t, value }) => ({ t, value: t >= late ? value * 3 : value })))
    expect(issuedBefore(await written(tenArgs), '2014-04-07T00:00:00+10:00')).toEqual(monday)
  })

  it('of the temperature the day itself counts, no later one', async () => {
    const made = temperatures(ten)
    await writeLoad(madeRows(ten))
    const hotter = (from: number) => made.map(({ t, value }) => ({ t, value: t >= from ? value + 9 : value }))
    await writeTemperature(made)
    const plain = await written(withTemperature(tenArgs))
    await writeTemperature(hotter(midnight + 86_400_000))
    const until = '2014-04-07T00:00:00+10:00'
    expect(issuedBefore(await written(withTemperature(tenArgs)), until)).toEqual(issuedBefore(plain, until))
  })
})

describe('the same file written otherwise gives the same bytes', () => {
  const rows = linesOf(madeRows(ten), MELBOURNE)
  const utc = (row: string) => {
    const [time = '', kw] = row.split(',')
    return `${new Date(time).toISOString()},${kw}`
  }
  it.each<[string, string | Buffer]>([
    ['unsorted', ['time,kw', ...[...rows].reverse()].join('\n')],
    ['Windows', `\uFEFFtime,kw\r\n${rows.join('\r\n')}\r\n`],
    ['gzipped', gzipSync(['time,kw', ...rows].join('\n'))],
    ['equal rows twice', ['time,kw', ...rows, ...rows.slice(40, 90)].join('\n')],
    ['in UTC', ['time,kw', ...rows.map(utc)].join('\n')],
    ['quoted', ['"time","kw"', ...rows.map(row => `"${row.replace(',', '","')}"`)].join('\n')],
    ['more columns', ['note,kw,time', ...rows.map(row => `x,${row.split(',').reverse().join()}`)].join('\n')],
    [
      'comments, blank lines and spaces',
      ['# made', 'time,kw', '', ...rows.map(row => ` ${row} `), ''].join('\n')
    ]
  ])('%s', async (_, text) => {
    await writeRows(file(), 'time,kw', rows)
    const expected = await written(tenArgs)
    await writeFile(file(), text)
    expect(await written(tenArgs)).toBe(expected)
  })

  it('a row without a value is a row that is missing', async () => {
    const isGap = (_: string, i: number) => i > 3150 && i < 3200
    await writeRows(
      file(),
      'time,kw',
      rows.filter((row, i) => !isGap(row, i))
    )
    const expected = await written(tenArgs)
    const blank = ['', 'NaN', 'null', 'NA']
    await writeRows(
      file(),
      'time,kw',
      rows.map((row, i) => (isGap(row, i) ? `${row.split(',')[0]},${blank[i % 4]}` : row))
    )
    expect(await written(tenArgs)).toBe(expected)
  })
})

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

describe('nothing is claimed', () => {
  it('with less than two weeks: the reason, no file, and an earlier file as it was', async () => {
    await writeLoad(madeRows({ zone: MELBOURNE, from: '2014-03-25', days: 16 }))
    const { code, said, complained } = await run(tenArgs)
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain('2014-04-05')
    expect(complained).toContain('two weeks')
    expect(await readdir(folder.path)).toEqual(['load.csv'])
    await writeFile(out(), 'earlier')
    await run(tenArgs)
    expect(await readFile(out(), 'utf8')).toBe('earlier')
    expect(await readdir(folder.path)).toEqual(['F.csv', 'load.csv'])
  })

  const good = linesOf(madeRows({ zone: MELBOURNE, from: '2014-03-01', days: 20 }), MELBOURNE)
  const first = good[0]?.split(',') ?? []
  it.each([
    ['a word', `${good[5]?.split(',')[0]},many`, 'load.csv, line 962: kw "many" is no number'],
    ['no offset', '2014-03-30T00:00:00,5', 'line 962: time "2014-03-30T00:00:00" has no offset'],
    [
      'two values',
      `${first[0]},-5`,
      `line 962: kw is -5 at 2014-02-28T13:00:00.000Z, but ${first[1]} on line 2`
    ],
    ['a column more', `${good[0]},1`, 'line 962: has 3 columns, the header 2'],
    ['a value with a comma', '2014-03-30T00:00:00+11:00,"5,2"', 'line 962: kw "5,2" is no number'],
    ['every mistake', 'x,1\n2014-03-30T00:00:00+11:00,y', 'line 963: kw "y" is no number']
  ])('a line that cannot be read: %s', async (_, bad, expected) => {
    await writeRows(file(), 'time,kw', [...good, bad])
    const { code, said, complained } = await run(tenArgs)
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
    expect(existsSync(out())).toBe(false)
  })

  it.each([
    ['rows too far apart', 'time,kw', madeRows({ ...ten, minutes: 120 }), 'a row every 120 min'],
    ['another header', 'date,load', madeRows(ten), 'no column time and kw'],
    ['training before the file', 'time,kw', madeRows({ ...ten, from: '2014-05-01' }), 'begins on 2014-05-01']
  ])('%s', async (_, header, rows, expected) => {
    await writeRows(file(), header, linesOf(rows, MELBOURNE))
    const { code, said, complained } = await run(tenArgs)
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
  })

  it.each([
    ['temperature', 'time,temp_c\n2014-01-01T00:00Z,warm\n', 't.csv, line 2: temp_c "warm" is no number'],
    ['temperature', 'time,temp_f\n2014-01-01T00:00Z,70\n', 'should be time,temp_c'],
    ['temperature', 'time,temp_c\n2014-01-01T00:00Z,7\n2014-01-01T03:00Z,7\n', 'a row every 180 min'],
    ['holidays', 'date\n2014-02-31\n', 't.csv, line 2: "2014-02-31" is no date']
  ])('--%s %j', async (option, text, expected) => {
    await writeLoad(madeRows(ten))
    await writeFile(file('t.csv'), text)
    const { code, said, complained } = await run([...tenArgs, `--${option}`, file('t.csv')])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain(expected)
    expect(existsSync(out())).toBe(false)
  })

  it.each([
    [['--test-until', '2014-04-08'], 'say --train-until'],
    [['--train-until', '2014-02-30'], '--train-until 2014-02-30 is no date'],
    [['--train-until', '2014-04-04', '--test-until', '2014-04-04'], 'must be after'],
    [[...tenArgs, '--refit', 'weekly'], '--refit weekly is none of: daily, monthly'],
    [['--train-until', '2014-04-04', '--time-zone', 'Mars/Olympus'], 'no time zone'],
    [['--train-until', '2014-04-04'], 'say which --time-zone'],
    [[...tenArgs, '--holidays', 'none.csv'], '--holidays none.csv is neither a file'],
    [[...tenArgs, '--test-until', '2914-04-04'], 'more than'],
    [[...tenArgs, '--color', 'red'], "Unknown option '--color'"]
  ])('%j: %s', async (args, expected) => {
    await writeLoad(madeRows(ten))
    const { code, said, complained } = await run(args)
    expect([code, said]).toEqual([2, ''])
    expect(complained).toContain(expected)
    expect(complained).toContain('Usage: npm run -s forecast')
  })

  it('a file that cannot be written is said', async () => {
    await writeLoad(madeRows(ten))
    const { code, said, complained } = await run([...tenArgs, '--out', file('no/such/F.csv')])
    expect([code, said]).toEqual([1, ''])
    expect(complained).toContain('cannot be written')
  })
})
