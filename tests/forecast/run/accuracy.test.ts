import { expect, it } from 'vitest'
import type { Forecast } from '../../../server/contract/forecasts.ts'
import { localTime } from '../../../server/contract/localTime.ts'
import { accuracyOf } from '../../../server/forecast/run/accuracy.ts'

const HALF_HOUR = 1_800_000
const DAY = 48 * HALF_HOUR

/** Each step its own value; two days of steps. */
function issue(origin: number, p50: (t: number) => number, issuedAt = origin + 300_000): Forecast {
  const t = Array.from({ length: 96 }, (_, i) => origin + i * HALF_HOUR)
  const p50Kw = t.map(p50)
  return {
    ...{ t, p50Kw, p10Kw: p50Kw.map(kw => kw - 10), p90Kw: p50Kw.map(kw => kw + 10) },
    issuedAt: new Date(issuedAt).toISOString()
  } as Forecast
}

const time = localTime('Asia/Ho_Chi_Minh')
const midnight = time.dayStart('2026-06-20')
const needs = { nodeId: 'F1', time, from: '2026-06-20', to: '2026-06-21' }

it('compares the first issue of each day with the load of that day, beside the day and the week before', () => {
  const loadAt = (t: number) => (t < midnight - 2 * DAY ? 50 : t < midnight ? 80 : 100)
  const issues = [issue(midnight, () => 105), issue(midnight, () => 500, midnight + 3_600_000)]
  const found = accuracyOf({ ...needs, issues, loadAt })
  expect(found.days).toEqual([
    {
      ...{ day: '2026-06-20', issuedAt: new Date(midnight + 300_000).toISOString(), steps: 48 },
      ...{ mape: expect.closeTo(0.05), peakError: expect.closeTo(0.05), coverage: 1 },
      ...{ yesterdayMape: expect.closeTo(0.2), lastWeekMape: expect.closeTo(0.5) }
    }
  ])
  expect(found).toMatchObject({ mape: expect.closeTo(0.05), peakMape: expect.closeTo(0.05), coverage: 1 })
})

it('a running day has errors so far, and no peak yet', () => {
  const noon = midnight + 12 * 3_600_000
  const loadAt = (t: number) => (t < noon ? (t < midnight + 6 * 3_600_000 ? 100 : 120) : null)
  const found = accuracyOf({ ...needs, issues: [issue(midnight, () => 100)], loadAt })
  expect(found.days[0]).toMatchObject({ steps: 24, peakError: null, coverage: 0.5 })
  expect(found.days[0]?.mape).toBeCloseTo((0 + 20 / 120) / 2)
})

it('a load of nothing has no share, an unknown one no error', () => {
  const issues = [issue(midnight, () => 100)]
  expect(accuracyOf({ ...needs, issues, loadAt: t => (t === midnight ? 0 : 100) }).days[0]?.mape).toBeNull()
  const unknown = accuracyOf({ ...needs, issues, loadAt: () => null })
  expect(unknown).toMatchObject({ mape: null, peakMape: null, coverage: null })
  expect(unknown.days[0]).toMatchObject({ steps: 0, mape: null, coverage: null, yesterdayMape: null })
})

it('the day a clock is put back has its 50 half-hours, and compares by the clock', () => {
  const melbourne = localTime('Australia/Melbourne')
  const start = melbourne.dayStart('2014-04-06')
  // Between ten and eleven in the morning more.
  const loadAt = (t: number) => (Math.floor((t + melbourne.offsetMs(t)) / 3_600_000) % 24 === 10 ? 200 : 100)
  const [from, to] = ['2014-04-06', '2014-04-06']
  const { days } = accuracyOf({
    nodeId: 'F1',
    issues: [issue(start, loadAt)],
    loadAt,
    time: melbourne,
    from,
    to
  })
  expect(days[0]).toMatchObject({ steps: 50, mape: 0, yesterdayMape: 0, lastWeekMape: 0, peakError: 0 })
})
