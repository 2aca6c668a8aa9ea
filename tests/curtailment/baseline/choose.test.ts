import { describe, expect, it } from 'vitest'
import { chooseDays, meanOfDays } from '../../../server/curtailment/baseline/choose.ts'
import { type DayMatching, dayMatching } from '../../../server/curtailment/baseline/methods.ts'

const EVENT = { from: 0, to: 2 }
const tenOfTen = dayMatching('10of10', 'working')
const midSixOfTen = dayMatching('mid6of10', 'working')
/** So many days back from 30 June, of constant load. */
const day = (back: number, kw: number) => ({
  date: `2026-06-${String(30 - back).padStart(2, '0')}`,
  kw: Float64Array.of(kw, kw, kw)
})
const days = (...loads: number[]) => loads.map((kw, i) => day(i + 1, kw))
const dates = (found: readonly { date: string }[]) => found.map(({ date }) => Number(date.slice(-2)))

describe('the choice of days', () => {
  it('takes the ten most recent valid days and passes over those with gaps', () => {
    const loads = [5, NaN, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]
    const choice = chooseDays(tenOfTen, days(...loads), EVENT, null)
    expect(dates(choice.picked)).toEqual([29, 27, 26, 25, 24, 23, 22, 21, 20, 19])
    expect(choice.rejected).toEqual([
      { day: '2026-06-28', cause: 'gaps', reason: 'less than 90 % of its slots are known' }
    ])
    expect(choice.isComplete).toBe(true)
  })

  it('rejects a day with a gap in the adjustment window only', () => {
    const gap = { date: '2026-06-29', kw: Float64Array.of(5, 5, NaN) }
    expect(chooseDays(tenOfTen, [gap], EVENT, { from: 2, to: 3 }).picked).toEqual([])
    expect(chooseDays(tenOfTen, [gap], EVENT, null).picked).toEqual([gap])
  })

  it('screens against the mean of the first ten, refilled days too, without computing it again', () => {
    // Mean of the first ten: (8·100 + 2·10)/10 = 82, limit 20.5; days 11 and 12 refill, but 20 fails the same test.
    const loads = [100, 100, 10, 100, 100, 100, 100, 100, 10, 100, 20, 21, 100]
    const choice = chooseDays(tenOfTen, days(...loads), EVENT, null)
    expect(dates(choice.passed)).toEqual([29, 28, 26, 25, 24, 23, 22, 20, 18, 17])
    expect(choice.rejected.map(({ cause }) => cause)).toEqual(['low-usage', 'low-usage', 'low-usage'])
  })

  it('keeps a day at exactly the limit', () => {
    // Mean 40, a quarter of it is 10.
    const choice = chooseDays(tenOfTen, days(70, 10), EVENT, null)
    expect(dates(choice.passed)).toEqual([29, 28])
  })

  it('does not screen a site that feeds in', () => {
    expect(chooseDays(tenOfTen, days(-10, -50, -1), EVENT, null).passed).toHaveLength(3)
  })

  const highTwoOfThree: DayMatching = { ...midSixOfTen, days: 3, pick: { kind: 'highest', days: 2 } }

  it('of equal days drops the older one first, also where only the last digit tells them apart', () => {
    expect(dates(chooseDays(highTwoOfThree, days(5, 5, 5), EVENT, null).picked)).toEqual([29, 28])
    const rounding = chooseDays(highTwoOfThree, days(0.3, 0.3, 0.1 + 0.2), EVENT, null)
    expect(dates(rounding.picked)).toEqual([29, 28])
  })

  it('says of the days that are not picked what they had', () => {
    expect(chooseDays(highTwoOfThree, days(5, 4, 6), EVENT, null).rejected).toEqual([
      { day: '2026-06-28', cause: 'not-picked', reason: 'not one of the highest 2 of 3: 4.0 kW' }
    ])
  })

  it.each([
    [10, 6],
    [8, 4],
    [7, 5],
    [5, 3],
    [3, 1]
  ])('the middle of %i days, the same part left out at each end: %i', (found, kept) => {
    const loads = Array.from({ length: found }, (_, i) => 100 + i)
    const choice = chooseDays(midSixOfTen, days(...loads), EVENT, null)
    const sum = choice.picked.reduce((total, { kw }) => total + (kw[0] ?? NaN), 0)
    expect(choice.picked).toHaveLength(kept)
    expect(sum / kept).toBeCloseTo(100 + (found - 1) / 2, 9)
  })

  it('says nothing of a slot that no day knows', () => {
    const found = [
      { date: '2026-06-29', kw: Float64Array.of(1, NaN) },
      { date: '2026-06-28', kw: Float64Array.of(NaN, NaN) }
    ]
    expect([...meanOfDays(found, 2)]).toEqual([1, NaN])
  })
})
