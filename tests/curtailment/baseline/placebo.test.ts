import { describe, expect, it } from 'vitest'
import { addDays, localTime } from '../../../server/contract/localTime.ts'
import {
  accuracyOf,
  type PlaceboInput,
  placeboAccuracy
} from '../../../server/curtailment/baseline/placebo.ts'
import { siteCalendar } from '../../../server/curtailment/calendar/dayTypes.ts'
import { dayLoads, daySpan } from '../../../server/curtailment/slots/dayLoads.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'
import { multiplicative } from '../methods.ts'
import { historyOf } from './site.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const grid = slotGrid(localTime(ZONE), 30)
/** A Friday. */
const LAST = '2026-06-26'

function site(kw: (hour: number, date: string) => number | null, other: Partial<PlaceboInput> = {}) {
  return {
    rules: [{ method: '10of10' as const, adjustment: null }],
    grid,
    load: dayLoads(historyOf(ZONE, LAST, kw, { days: 80 }), daySpan(grid, addDays(LAST, -80), LAST)),
    calendar: siteCalendar({ workDays: [1, 2, 3, 4, 5] }),
    calls: [],
    dates: { from: '2026-06-15', to: LAST },
    hours: { fromMinute: 13 * 60, toMinute: 15 * 60 },
    ...other
  }
}

describe('placebo accuracy', () => {
  it('of a load that repeats itself is perfect, over the working days', () => {
    const [run] = placeboAccuracy(site(hour => 100 + hour))
    expect(run?.accuracy).toEqual({
      ...{ method: '10of10', adjustment: null, days: 10 },
      ...{ rrmseShare: expect.closeTo(0, 9), biasShare: expect.closeTo(0, 9) }
    })
    expect(run?.days.map(({ date }) => date.slice(8))).toEqual([
      '15',
      '16',
      '17',
      '18',
      '19',
      '22',
      '23',
      '24',
      '25',
      '26'
    ])
  })

  it('is √mean(e²) ÷ mean(A) and Σe ÷ ΣA', () => {
    // 100 kW on every day but the last, which draws 80: e = 20 in its four slots, 0 in the others.
    const [run] = placeboAccuracy(site((_, date) => (date === LAST ? 80 : 100)))
    expect(run?.accuracy.rrmseShare).toBeCloseTo(Math.sqrt(400 / 10) / 98, 9)
    expect(run?.accuracy.biasShare).toBeCloseTo(20 / 980, 9)
    expect(run?.days.at(-1)).toMatchObject({ date: LAST, baselineKw: 100, actualKw: 80 })
    expect([...(run?.days.at(-1)?.errorsKw ?? [])]).toEqual([20, 20, 20, 20])
  })

  it('of a sum of sites comes from the errors by day', () => {
    const up = placeboAccuracy(site((_, date) => (date === LAST ? 80 : 100)))[0]
    const down = placeboAccuracy(site((_, date) => (date === LAST ? 120 : 100)))[0]
    const summed = (up?.days ?? []).map(({ actualKw, errorsKw }, i) => ({
      actualKw: actualKw + (down?.days[i]?.actualKw ?? NaN),
      errorsKw: errorsKw.map((error, slot) => error + (down?.days[i]?.errorsKw[slot] ?? NaN))
    }))
    expect(accuracyOf({ method: '10of10', adjustment: null }, summed).rrmseShare).toBe(0)
  })

  it('tries every rule, adjusted ones too, and leaves out days that cannot be tested', () => {
    const rules = [
      { method: '10of10' as const, adjustment: null },
      { method: '10of10' as const, adjustment: multiplicative },
      { method: 'weather' as const, adjustment: null }
    ]
    const hot = (_: number, date: string) =>
      date === '2026-06-17' ? null : 100 * (Number(date.slice(-2)) % 2 === 0 ? 1.1 : 1)
    const [plain, adjusted, weather] = placeboAccuracy(site(hot, { rules }))
    expect(plain?.accuracy.days).toBe(9)
    expect(adjusted?.accuracy.rrmseShare).toBeLessThan((plain?.accuracy.rrmseShare ?? 0) / 5)
    expect(weather?.accuracy).toMatchObject({ days: 0, rrmseShare: null, biasShare: null })
  })

  it('leaves out called and excluded days, also from the look-back', () => {
    const called = grid.local.dayStart('2026-06-18') + 36_000_000
    const { dates, ...input } = site((_, date) => (['2026-06-18', '2026-06-19'].includes(date) ? 10 : 100))
    const [run] = placeboAccuracy({
      ...{ ...input, dates },
      calls: [{ start: called, end: called + 1 }],
      excludedDays: new Map([['2026-06-19', 'outage']])
    })
    expect(run?.accuracy).toMatchObject({ days: 8, rrmseShare: 0 })
  })

  it('runs over midnight where the hours do', () => {
    const late = { fromMinute: 22 * 60, toMinute: 60 }
    const [run] = placeboAccuracy(site(hour => hour, { hours: late, dates: { from: LAST, to: LAST } }))
    expect(run?.days).toEqual([])
    const whole = placeboAccuracy(
      site(hour => hour, { hours: late, dates: { from: '2026-06-25', to: LAST } })
    )
    expect(whole[0]?.days.map(({ errorsKw }) => errorsKw.length)).toEqual([6])
  })
})
