import { describe, expect, it } from 'vitest'
import { fitLoad, forecastLoad } from '../../../server/forecast/load/model.ts'
import { probabilityAbove } from '../../../server/forecast/load/types.ts'
import { changedFrom, DAY_MS, HOUR_MS, type Invented, invent } from './synthetic.ts'

function dayAhead(node: Invented, origin: number, change: Partial<Invented> = {}, days = 1) {
  const { load, temperature, calendar } = { ...node, ...change }
  const model = fitLoad({ load, temperature, calendar, knownUntil: origin })
  const ahead = forecastLoad(model, { load, temperature, origin, until: origin + days * DAY_MS })
  if (ahead === null) throw new Error(model.reason ?? 'nothing')
  return ahead
}

const office = ({
  hour,
  weekday,
  celsius,
  noise
}: {
  hour: number
  weekday: number
  celsius: number
  noise: number
}) =>
  500 +
  (weekday % 6 === 0 ? 0 : 200) * Math.sin((hour * Math.PI) / 24) +
  12 * Math.max(0, celsius - 20) +
  8 * noise

describe('physics first', () => {
  it('a constant load has a constant forecast without doubt', () => {
    const node = invent({ days: 120 }, () => 321.5)
    const ahead = dayAhead(node, node.end - DAY_MS, {}, 1)
    for (const column of [ahead.p10Kw, ahead.p50Kw, ahead.p90Kw]) {
      for (const kw of column) expect(kw).toBeCloseTo(321.5, 6)
    }
    expect(ahead.peaks[0]?.p90Kw).toBeCloseTo(321.5, 6)
  })

  it('a load of zero stays zero', () => {
    const node = invent({ days: 40 }, () => 0)
    expect(Math.max(...dayAhead(node, node.end - DAY_MS).p90Kw.map(Math.abs))).toBeLessThan(1e-9)
  })

  it('a load that does not answer to temperature is foretold flat in temperature', () => {
    const node = invent(
      { days: 200 },
      ({ hour, noise }) => 400 + 100 * Math.sin((hour * Math.PI) / 12) + 4 * noise
    )
    const origin = node.end - DAY_MS
    const warmer = changedFrom(node.temperature, origin, celsius => celsius + 6)
    const usual = dayAhead(node, origin)
    const warm = dayAhead(node, origin, { temperature: warmer })
    usual.p50Kw.forEach((kw, i) => {
      expect(Math.abs((warm.p50Kw[i] ?? 0) / kw - 1)).toBeLessThan(0.02)
    })
  })

  it('a load that answers to heat is foretold higher on a hotter day', () => {
    const node = invent({ days: 200 }, office)
    const origin = node.end - DAY_MS
    const hotter = changedFrom(node.temperature, origin, () => 30)
    const mild = changedFrom(node.temperature, origin, () => 20)
    const rise =
      mean(dayAhead(node, origin, { temperature: hotter }).p50Kw) -
      mean(dayAhead(node, origin, { temperature: mild }).p50Kw)
    expect(rise).toBeGreaterThan(60)
    expect(rise).toBeLessThan(180)
  })

  it('heat beyond all that was seen saturates, is flagged, and does not explode', () => {
    const node = invent({ days: 200 }, office)
    const origin = node.end - DAY_MS
    const [hot, absurd] = [60, 90].map(celsius =>
      dayAhead(node, origin, { temperature: changedFrom(node.temperature, origin, () => celsius) })
    )
    expect(absurd?.p50Kw).toEqual(hot?.p50Kw)
    expect(Math.max(...(hot?.p50Kw ?? []))).toBeLessThan(1.3 * Math.max(...node.load.values))
    expect([...(hot?.saturated ?? [])]).toEqual(Array(24).fill(1))
    expect([...dayAhead(node, origin).saturated]).toEqual(Array(24).fill(0))
  })

  it('a holiday is foretold as holidays were, each day of a long one too', () => {
    const holidays = ['2022-05-02', '2022-06-15', '2022-09-02', '2022-09-23', '2022-10-21']
    const isOff = (date: string, weekday: number) => weekday === 0 || holidays.includes(date)
    const node = invent(
      { days: 235, holidays },
      ({ date, weekday, noise }) => (isOff(date, weekday) ? 200 : 600) + 5 * noise
    )
    const origin = Date.parse('2022-10-21')
    expect(mean(dayAhead(node, origin).p50Kw)).toBeLessThan(300)
    const asWorkday = { calendar: { ...node.calendar, holidays: new Set(holidays.slice(0, 4)) } }
    expect(mean(dayAhead(node, origin, asWorkday).p50Kw)).toBeGreaterThan(500)
  })

  it('net export is foretold negative, a plant at rest at zero', () => {
    const node = invent(
      { days: 60 },
      ({ hour, noise }) => 100 - 300 * Math.max(0, Math.sin(((hour - 6) * Math.PI) / 12)) + noise
    )
    expect(Math.min(...dayAhead(node, node.end - DAY_MS).p50Kw)).toBeLessThan(-150)
    const plant = invent({ days: 60 }, ({ hour, weekday }) =>
      weekday % 6 === 0 || hour < 8 || hour >= 17 ? 0 : 900
    )
    const weekend = dayAhead(plant, Date.parse('2022-04-24'))
    expect(Math.max(...weekend.p50Kw)).toBeLessThan(40)
    expect(Math.min(...weekend.p10Kw)).toBeGreaterThanOrEqual(0)
  })

  it('what is over 1.3 times the highest load ever seen is flagged', () => {
    const node = invent({ days: 60 }, office)
    const midnight = node.end - DAY_MS
    const model = fitLoad({ ...node, knownUntil: midnight })
    const load = changedFrom(node.load, midnight, kw => 2.5 * kw)
    const ahead = forecastLoad(model, {
      ...node,
      load,
      origin: midnight + 12 * HOUR_MS,
      until: midnight + DAY_MS
    })
    expect(ahead?.aboveEverSeen[0]).toBe(1)
    expect(Math.max(...dayAhead(node, midnight).aboveEverSeen)).toBe(0)
  })

  it('the probability of a peak falls with its height and agrees with its quantiles', () => {
    const node = invent({ days: 120 }, office)
    const [peak] = dayAhead(node, node.end - DAY_MS).peaks
    if (peak === undefined) throw new Error('no peak')
    expect(probabilityAbove(peak, 0)).toBe(1)
    expect(probabilityAbove(peak, 10 * peak.p90Kw)).toBe(0)
    expect(probabilityAbove(peak, peak.p90Kw)).toBeCloseTo(0.1, 1)
    expect(probabilityAbove(peak, peak.p10Kw)).toBeCloseTo(0.9, 1)
    expect(peak.date).toBe('2022-06-28')
  })
})

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
