import { describe, expect, it } from 'vitest'
import { accuracyForecastCommand, sceneOf } from '../../server/cli/accuracyForecast.ts'
import { forecastCases } from '../../server/cli/accuracyForecastCases.ts'
import { foretoldOf } from '../../server/cli/accuracyForecastNoise.ts'
import { scaleOfScene } from '../../server/cli/forecastComparison.ts'
import { sameAsBefore } from '../../server/cli/forecastNaive.ts'
import { scoreOf } from '../../server/cli/forecastScore.ts'
import { vanilla } from '../../server/cli/forecastVanilla.ts'
import { needs } from '../helpers/needs.ts'
import { sharedRows } from './loadFiles.ts'
import { saying } from './saying.ts'

const sharedData = needs('shared-data')
const sceneNamed = (name: string) => {
  const one = forecastCases.find(of => of.name === name)
  if (one === undefined) throw new Error(name)
  return sceneOf(sharedData ?? '', one)
}

describe.skipIf(sharedData === null)('the anchors of the README of the data', () => {
  it('Victoria 2014: yesterday, last week, and the vanilla regression fitted each month', async () => {
    const scene = await sceneNamed('victoria')
    const { load, temperature, calendar, rows } = scene
    expect([rows.days.length, rows.t.length]).toEqual([365, 17520])
    if (temperature === null) throw new Error('Victoria has a temperature')
    const scale = scaleOfScene(scene)
    const scores = [
      sameAsBefore(load, rows, 1),
      sameAsBefore(load, rows, 7),
      vanilla({ load, temperature, time: calendar.time, rows })
    ].map(ahead => {
      const score = scoreOf(scale, ahead)
      const errors = [score.mapePercent, score.hottestDaysMapePercent, score.hottestDaysPeakMapePercent]
      return [...errors.map(percent => percent?.toFixed(2)), score.peakDaysCaught]
    })
    expect(scores).toEqual([
      ['7.81', '13.81', '10.73', 6],
      ['7.06', '22.95', '29.10', 0],
      ['4.92', '10.75', '9.47', 9]
    ])
  })

  it('the Irish days begin where its periods of the day do, in summer and in winter', async () => {
    const { load, calendar, rows } = await sceneNamed('irish')
    const stored = sharedRows(sharedData ?? '', 'irish_cer_aggregate_halfhourly.csv.gz')
    const wrong = stored.filter(([time = '', , period]) => {
      const t = Date.parse(`${time}-01:00`)
      const wall = (t + calendar.time.offsetMs(t)) % 86_400_000
      return wall / 1_800_000 !== Number(period)
    })
    expect(wrong).toEqual([])
    expect(rows.days[0]?.date).toBe('2010-10-01')
    expect(load.stepMs).toBe(1_800_000)
  })

  it('South Australia: only the days of the file, from October to March', async () => {
    const { rows, calendar } = await sceneNamed('south-australia')
    const months = new Set(rows.days.map(({ date }) => Number(date.slice(5, 7))))
    expect([...months].sort((a, b) => a - b)).toEqual([1, 2, 3, 10, 11, 12])
    expect(rows.days.every(({ from, to }) => to - from === 48)).toBe(true)
    expect([calendar.holidays.has('2013-12-25'), calendar.holidays.has('2013-12-23')]).toEqual([true, false])
  })
})

describe('a noisy temperature', () => {
  const measured = { startMs: 0, stepMs: 1_800_000, values: new Float64Array(40_000).fill(20) }
  const errors = foretoldOf(measured).values.map(tempC => tempC - 20)
  const mean = (of: (i: number) => number) => {
    let sum = 0
    for (let i = 0; i < 30_000; i++) sum += of(i)
    return sum / 30_000
  }

  it('is wrong by 2 K, correlated over 6 hours, and the same again', () => {
    const variance = mean(i => (errors[i] ?? 0) ** 2)
    expect(Math.sqrt(variance)).toBeGreaterThan(1.85)
    expect(Math.sqrt(variance)).toBeLessThan(2.15)
    expect(Math.abs(mean(i => errors[i] ?? 0))).toBeLessThan(0.2)
    expect(mean(i => (errors[i] ?? 0) * (errors[i + 12] ?? 0)) / variance).toBeCloseTo(Math.exp(-1), 1)
    expect(foretoldOf(measured).values.map(tempC => tempC - 20)).toEqual(errors)
    expect(foretoldOf(measured, { sdK: 2, correlationHours: 6, seed: 2 }).values).not.toEqual(errors)
  })
})

describe('the command', () => {
  it.skipIf(sharedData === null)('the oil of ETTh1 alone, as one JSON document', async () => {
    const { code, said, complained } = await saying(
      accuracyForecastCommand,
      ['--only', 'etth1', '--json'],
      {}
    )
    expect([code, complained]).toEqual([0, ''])
    const { loads, oil, machine } = JSON.parse(said)
    expect([loads, oil.trainDays]).toEqual([[], 360])
    expect(machine).toContain('Node v')
    const [forecast, now] = oil.errors
    expect(forecast).toMatchObject({ method: 'oil', firstDay: 481, lastDay: 720, forecasts: 5737 })
    expect(forecast.meanK).toBeLessThan(now.meanK)
  })

  it.each([
    [['--only', 'mars'], 2, '--only mars is none of: victoria, south-australia, irish'],
    [['--refit', 'never'], 2, '--refit never is none of'],
    [['--data', '/no/such/folder'], 1, 'there is no folder /no/such/folder']
  ])('%j', async (args, code, expected) => {
    const said = await saying(accuracyForecastCommand, args, {})
    expect([said.code, said.said]).toEqual([code, ''])
    expect(said.complained).toContain(expected)
  })
})
