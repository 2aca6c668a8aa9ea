import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { addDays, localTime } from '../../../server/contract/localTime.ts'
import { fitLoad, forecastLoad, type LoadModel } from '../../../server/forecast/load/model.ts'
import { type RegularSeries, regularSeries } from '../../../server/forecast/load/series.ts'
import type { LoadForecast } from '../../../server/forecast/load/types.ts'
import { needs } from '../../helpers/needs.ts'

const data = needs('shared-data')

interface Day {
  actual: number[]
  told: LoadForecast
  warmest: number
}

/** Victoria 2014, day-ahead from each local midnight with the measured temperature, fitted anew each month. */
describe.skipIf(data === null)('the load forecast on Victoria 2014', () => {
  const days: Day[] = []

  beforeAll(() => {
    const { load, temperature, holidays } = read(join(data ?? '', 'vic_elec.csv.gz'))
    const time = localTime('Australia/Melbourne')
    const calendar = { time, holidays }
    let model: LoadModel | undefined
    for (let date = '2014-01-01'; date < '2015-01-01'; date = addDays(date, 1)) {
      const origin = time.dayStart(date)
      const until = time.dayStart(addDays(date, 1))
      if (date.endsWith('-01')) model = fitLoad({ load, temperature, calendar, knownUntil: origin }, model)
      const told = model && forecastLoad(model, { load, temperature, origin, until })
      if (!told) throw new Error(`nothing for ${date}`)
      const from = (origin - load.startMs) / load.stepMs
      const to = from + told.p50Kw.length
      days.push({
        actual: [...load.values.subarray(from, to)],
        told,
        warmest: Math.max(...temperature.values.subarray(from, to))
      })
    }
  }, 120_000)

  const hottest = (count: number) => [...days].sort((a, b) => b.warmest - a.warmest).slice(0, count)

  it('misses by little, on the hottest days too', () => {
    expect(days.reduce((sum, { actual }) => sum + actual.length, 0)).toBe(17_520)
    expect(meanPercentOff(days)).toBeLessThan(1.95)
    expect(meanPercentOff(hottest(10))).toBeLessThan(3.4)
    const peaks = hottest(10).map(({ actual, told }) =>
      Math.abs(Math.max(...told.p50Kw) / Math.max(...actual) - 1)
    )
    expect(10 * peaks.reduce((a, b) => a + b)).toBeLessThan(3.95)
  })

  it('catches nine of the ten highest days', () => {
    const top = (height: (day: Day) => number) =>
      new Set([...days].sort((a, b) => height(b) - height(a)).slice(0, 10))
    const foretold = top(day => Math.max(...day.told.p50Kw))
    const caught = [...top(day => Math.max(...day.actual))].filter(day => foretold.has(day))
    expect(caught.length).toBeGreaterThanOrEqual(9)
  })

  it('covers four fifths between P10 and P90, of half hours and of daily peaks', () => {
    expect(Math.abs(percentCovered(days) - 80)).toBeLessThan(3)
    expect(percentCovered(hottest(37))).toBeGreaterThan(70)
    const peaks = days.filter(
      ({
        actual,
        told: {
          peaks: [peak]
        }
      }) => {
        const highest = Math.max(...actual)
        return peak !== undefined && highest >= peak.p10Kw && highest <= peak.p90Kw
      }
    )
    expect(Math.abs((100 * peaks.length) / days.length - 80)).toBeLessThan(5)
  })
})

function meanPercentOff(days: readonly Day[]): number {
  const off = days.flatMap(({ actual, told }) =>
    actual.map((kw, i) => Math.abs((told.p50Kw[i] ?? Number.NaN) / kw - 1))
  )
  return (100 * off.reduce((a, b) => a + b)) / off.length
}

function percentCovered(days: readonly Day[]): number {
  const inside = days.flatMap(({ actual, told }) =>
    actual.map((kw, i): number =>
      kw >= (told.p10Kw[i] ?? Infinity) && kw <= (told.p90Kw[i] ?? -Infinity) ? 100 : 0
    )
  )
  return inside.reduce((a, b) => a + b) / inside.length
}

function read(path: string): { load: RegularSeries; temperature: RegularSeries; holidays: Set<string> } {
  const rows = gunzipSync(readFileSync(path)).toString().trim().split('\n').slice(1)
  const cells = rows.map(row => row.split(','))
  const times = cells.map(([utc = '']) => Date.parse(utc))
  const column = (at: number) => {
    const series = regularSeries(
      times,
      cells.map(row => Number(row[at]))
    )
    if ('reason' in series) throw new Error(series.reason)
    return series
  }
  const holidays = new Set(cells.filter(row => row[4] === '1').map(([, local = '']) => local.slice(0, 10)))
  return { load: column(2), temperature: column(3), holidays }
}
