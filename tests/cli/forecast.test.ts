import { readdir, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { ForecastDocument } from '../../server/cli/forecastDocument.ts'
import { forecastRows, MELBOURNE, madeRows, temperatures, ten, tenArgs } from './forecastFiles.ts'
import { expectNumbers, forecastFolder } from './forecastRun.ts'
import { asProcess } from './loadFiles.ts'

const { file, out, run, written, documentOf, writeLoad, writeTemperature, withTemperature, folder } =
  forecastFolder()

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
    expect(await readdir(folder())).toEqual(['F.csv', 'h.csv', 'load.csv', 't.csv'])
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
