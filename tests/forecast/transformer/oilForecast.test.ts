import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { oilAccuracy } from '../../../server/forecast/transformer/oilAccuracy.ts'
import { fitOil, forecastOil, HOURS_AHEAD } from '../../../server/forecast/transformer/oilForecast.ts'
import { needs } from '../../helpers/needs.ts'
import { seeded } from './simulated.ts'

const sharedData = needs('shared-data')

describe('oil temperature of the next day', () => {
  const hours = 100 * 24
  const random = seeded(5)
  const oilC = Float64Array.from({ length: hours + 48 }, (_, i) => {
    return 50 + 10 * Math.sin((i / 12) * Math.PI) + 0.2 * (random() - 0.5)
  })

  it('a day that repeats is foretold; nothing that comes after the origin counts', () => {
    const model = fitOil(oilC, hours)
    const foretold = forecastOil(model, oilC, hours - 1)
    for (let k = 0; k < HOURS_AHEAD; k++)
      expect(Math.abs((foretold[k] ?? 0) - (oilC[hours + k] ?? 0))).toBeLessThan(0.5)
    const known = oilC.map((value, i) => (i < hours ? value : 999))
    expect(forecastOil(fitOil(known, hours), known, hours - 1)).toEqual(foretold)
  })

  it('a winter is no stranger: colder by 20 K is foretold colder by 20 K', () => {
    const model = fitOil(oilC, hours)
    const cold = forecastOil(
      model,
      oilC.map(value => value - 20),
      hours - 1
    )
    for (const [k, value] of forecastOil(model, oilC, hours - 1).entries())
      expect(cold[k]).toBeCloseTo(value - 20, 8)
  })

  it('too little history is refused', () => {
    expect(() => fitOil(oilC, 59 * 24)).toThrow('60 days are needed')
  })
})

describe.skipIf(sharedData === null)('ETTh1, fitted on 360 days', () => {
  it('24 h ahead: under 1.45 K on the four months of the usual split, under 1.58 K on days 481 to 720', () => {
    const text = gunzipSync(readFileSync(join(sharedData ?? '', 'ETTh1.csv.gz'))).toString()
    const [, ...rows] = text.trimEnd().split('\n')
    const oilC = Float64Array.from(rows, row => Number(row.split(',')[7]))
    const errors = oilAccuracy(oilC, [
      [481, 600],
      [481, 720]
    ])
    const [usual, , , all, last, yesterday] = errors
    expect(usual).toMatchObject({ method: 'oil', lastDay: 600, forecasts: 2857 })
    expect(usual?.meanK).toBeLessThan(1.45)
    expect(all).toMatchObject({ method: 'oil', lastDay: 720, forecasts: 5737 })
    expect(all?.meanK).toBeLessThan(1.58)
    expect(last?.meanK).toBeGreaterThan(1.8)
    expect(yesterday?.meanK).toBeGreaterThan(2.1)
    expect(all?.byHourK).toHaveLength(24)
  }, 60_000)
})
