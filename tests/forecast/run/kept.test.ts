import { expect, it } from 'vitest'
import type { Forecast } from '../../../server/contract/forecasts.ts'
import { createKeptForecasts, keptForecast } from '../../../server/forecast/run/kept.ts'

const from = Date.parse('2026-06-20T00:00:00+07:00')
const forecast = (nodeId: string, issuedAt: string, steps = 336): Forecast => ({
  ...{ nodeId, issuedAt, kind: 'intraday', basis: 'full', stepS: 1800 },
  t: Array.from({ length: steps }, (_, i) => from + i * 1_800_000),
  p10Kw: Array.from({ length: steps }, (_, i) => i),
  p50Kw: Array.from({ length: steps }, (_, i) => i + 0.5),
  p90Kw: Array.from({ length: steps }, (_, i) => i + 1),
  temperatureC: Array.from({ length: steps }, (_, i) => (i === 3 ? null : 30)),
  weather: { station: 'W1', issuedAt: null },
  ...{ peaks: [], capacityKw: null, highestEverKw: 5, flags: [], trainedDays: 20, trainedUntil: issuedAt }
})

it('gives back what was put, whole, and never an older one', () => {
  const kept = createKeptForecasts()
  kept.keepOnly(new Set(['F1', 'F2']))
  const one = forecast('F1', '2026-06-20T03:00:00.000Z')
  kept.put(keptForecast(one))
  kept.put(keptForecast(forecast('F1', '2026-06-20T02:30:00.000Z', 10)))
  expect(kept.get('F1')).toEqual(one)
  expect(kept.get('F2')).toBeNull()
})

it('of 20,000 nodes the first thirty hours stay of each, in 40 MB; nodes that are gone are let go', () => {
  const kept = createKeptForecasts()
  const ids = Array.from({ length: 20_000 }, (_, i) => `F${i}`)
  kept.keepOnly(new Set(ids))
  kept.put(keptForecast(forecast('F1', '2026-06-20T03:00:00.000Z')))
  expect(kept.get('F1')?.t.length).toBe(60)
  expect(kept.get('F1')?.p90Kw.length).toBe(60)
  kept.keepOnly(new Set(['F2']))
  expect(kept.size).toBe(0)
})
