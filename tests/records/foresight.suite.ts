import { expect, test } from 'vitest'
import type { Forecast } from '../../server/contract/forecasts.ts'
import { packForecast } from '../../server/records/forecastRow.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { at, minutes, node, noon } from './samples.ts'

const HALF_HOUR = minutes(30)
const DAY = minutes(24 * 60)

/** An issue of two days of half-hours around `kw`. */
function issue(nodeId: string, issuedAt: number, rest: Partial<Forecast> & { kw?: number } = {}): Forecast {
  const { kw = 1000, ...given } = rest
  const t = Array.from({ length: 96 }, (_, i) => noon + i * HALF_HOUR)
  const p50Kw = t.map((_, i) => kw + i / 4)
  return {
    nodeId,
    issuedAt: at(issuedAt),
    kind: 'intraday',
    basis: 'full',
    stepS: 1800,
    t,
    p10Kw: p50Kw.map(value => value - 100),
    p50Kw,
    p90Kw: p50Kw.map(value => value + 120.5),
    temperatureC: t.map((_, i) => (i % 10 === 3 ? null : 30 + i / 20)),
    weather: { station: 'W1', issuedAt: at(issuedAt - minutes(20)) },
    peaks: [
      {
        day: '2026-05-20',
        at: at(noon + HALF_HOUR),
        p10Kw: 900.25,
        p50Kw: 1011.875,
        p90Kw: 1132,
        probabilityAboveCapacity: 0.4,
        maxTemperatureC: 38.9,
        maxHeatIndexC: null
      }
    ],
    capacityKw: 1100,
    highestEverKw: null,
    flags: ['saturated'],
    trainedDays: 731,
    trainedUntil: at(noon - DAY),
    ...given
  }
}

/** Load forecasts as issued, and what transformers lived through. */
export function foresightSuite(open: () => Promise<Records>): void {
  async function withNodes(): Promise<Records> {
    const records = await open()
    const nodes = ['F1', 'F2', 'F3'].map(id => node(id, 'feeder'))
    await records.registry.apply({ nodes, customers: [], enrolments: [] }, noon)
    return records
  }

  test('an issue comes back as it was put; the same issue again replaces it', async () => {
    const { forecasts } = await withNodes()
    await forecasts.put([issue('F1', noon, { kw: 1 }), issue('F1', noon)].map(packForecast))
    expect((await forecasts.newest()).get('F1')).toEqual(issue('F1', noon))
    await forecasts.put([issue('F1', noon, { kw: 2000 })].map(packForecast))
    const all = await forecasts.ofNode('F1', { from: 0, to: noon + 1 })
    expect(all).toEqual([issue('F1', noon, { kw: 2000 })])
    await expect(forecasts.put([issue('F9', noon)].map(packForecast))).rejects.toThrow()
  })

  test('powers are kept to six digits of the largest, whatever their size, below zero too', async () => {
    const { forecasts } = await withNodes()
    const kw = [0.123456, -512.3456789, 45_678_901.23]
    for (const [i, value] of kw.entries())
      await forecasts.put([issue('F1', noon + i, { kw: value })].map(packForecast))
    for (const [i, one] of (await forecasts.ofNode('F1', { from: 0, to: noon + DAY })).entries()) {
      const expected = issue('F1', noon + i, { kw: kw[i] ?? 0 })
      const largest = Math.max(...expected.p90Kw.map(Math.abs))
      for (const [step, value] of one.p50Kw.entries()) {
        expect(Math.abs(value - (expected.p50Kw[step] ?? 0))).toBeLessThanOrEqual(largest * 1e-5)
      }
    }
  })

  test('the newest of each node, by kind and by when it was issued', async () => {
    const { forecasts } = await withNodes()
    const dayAhead = issue('F1', noon - minutes(60), { kind: 'day-ahead' })
    const [early, late] = [issue('F1', noon - minutes(90)), issue('F1', noon)]
    const other = issue('F2', noon - minutes(30))
    await forecasts.put([late, dayAhead, early, other].map(packForecast))
    const newest = async (...asked: Parameters<typeof forecasts.newest>) =>
      [...(await forecasts.newest(...asked))].sort(([a], [b]) => (a < b ? -1 : 1))
    expect(await newest()).toEqual([
      ['F1', late],
      ['F2', other]
    ])
    expect(await newest(['F1', 'F3'])).toEqual([['F1', late]])
    expect(await newest([])).toEqual([])
    expect(await newest(undefined, 'day-ahead')).toEqual([['F1', dayAhead]])
    expect(await newest(['F1'], undefined, noon - 1)).toEqual([['F1', dayAhead]])
    expect(await newest(['F1'], 'intraday', noon - 1)).toEqual([['F1', early]])
    expect(await newest(['F1'], 'intraday', noon - minutes(90) - 1)).toEqual([])
    expect(await forecasts.ofNode('F1', { from: noon - minutes(90), to: noon })).toEqual([early, dayAhead])
    expect(await forecasts.ofNode('F1', { kind: 'intraday', from: 0, to: noon + 1 })).toEqual([early, late])
  })

  test('issues of every age are thinned out and end, and are counted', async () => {
    const { forecasts } = await withNodes()
    const kept = [
      issue('F1', noon - minutes(1)),
      issue('F1', noon - minutes(2)),
      // The last of its hour, a day and more ago.
      issue('F1', noon - 2 * DAY - minutes(1)),
      issue('F2', noon - 2 * DAY - minutes(40)),
      issue('F1', noon - 13 * DAY, { kind: 'intraday' }),
      issue('F1', noon - 1000 * DAY, { kind: 'day-ahead' })
    ]
    const gone = [
      issue('F1', noon - 2 * DAY - minutes(31)),
      issue('F1', noon - 2 * DAY - minutes(60)),
      issue('F1', noon - 15 * DAY),
      issue('F3', noon - 1100 * DAY, { kind: 'day-ahead' })
    ]
    await forecasts.put([...kept, ...gone].map(packForecast))
    expect(await forecasts.prune(noon)).toBe(gone.length)
    const left: Forecast[] = []
    for (const id of ['F1', 'F2', 'F3']) left.push(...(await forecasts.ofNode(id, { from: 0, to: noon + 1 })))
    const order = (a: Forecast, b: Forecast) => (a.issuedAt + a.nodeId < b.issuedAt + b.nodeId ? -1 : 1)
    expect(left.sort(order)).toEqual(kept.sort(order))
    expect(await forecasts.prune(noon)).toBe(0)
  })

  test("a transformer's days, their sums by year, and what its oil taught", async () => {
    const { transformers } = await withNodes()
    const day = (nodeId: string, date: string, lifeUsedDays: number) => ({
      ...{ nodeId, day: date, lifeUsedDays, knownHours: 23.5, maxHotSpotC: 101.25, maxTopOilC: null }
    })
    const days = [day('F1', '2025-12-31', 9), day('F1', '2026-01-01', 0.5), day('F1', '2026-12-31', 1.5)]
    await transformers.putDays([...days, day('F2', '2026-05-01', 4), day('F1', '2026-01-01', 0.25)])
    await transformers.putDays([day('F1', '2026-12-31', 2)])
    await transformers.putDays([])
    expect(await transformers.days('F1', '2026-01-01', '2026-12-31')).toEqual([
      day('F1', '2026-12-31', 2),
      day('F1', '2026-01-01', 0.25)
    ])
    expect(await transformers.lifeOfYear(['F1', 'F3'], 2026)).toEqual(
      new Map([['F1', { lifeUsedDays: 2.25, knownHours: 47 }]])
    )
    await transformers.putOil([{ nodeId: 'F1', state: { meanK: 1.5 }, at: noon }])
    await transformers.putOil([{ nodeId: 'F1', state: { meanK: 2, since: null }, at: noon + 1 }])
    expect(await transformers.oil(['F1', 'F2'])).toEqual(
      new Map([['F1', { state: { meanK: 2, since: null }, at: noon + 1 }]])
    )
    await expect(transformers.putDays([day('F9', '2026-05-01', 4)])).rejects.toThrow()
  })
}
