import { describe, expect, it } from 'vitest'
import {
  adjusted,
  adjustmentOf,
  chooseDays,
  meanOfDays,
  tooFewDays
} from '../../../server/curtailment/baseline/baseline.ts'
import { tenOfTen } from '../../../server/curtailment/baseline/baselineMethods.ts'
import { additive, midSixOfTen, multiplicative } from '../methods.ts'

const EVENT = { from: 0, to: 2 }
/** So many days back from 30 June, of constant load. */
const day = (back: number, kw: number | null) => ({
  date: `2026-06-${String(30 - back).padStart(2, '0')}`,
  kw: [kw, kw, kw]
})
const days = (...loads: (number | null)[]) => loads.map((kw, i) => day(i + 1, kw))
const dates = (found: readonly { date: string }[]) => found.map(({ date }) => Number(date.slice(-2)))

describe('the choice of days', () => {
  it('takes the ten most recent valid days and passes over those with gaps', () => {
    const loads = [5, null, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]
    const choice = chooseDays(tenOfTen, days(...loads), EVENT, null)
    expect(dates(choice.picked)).toEqual([29, 27, 26, 25, 24, 23, 22, 21, 20, 19])
    expect(choice.rejected).toEqual([
      { day: '2026-06-28', cause: 'gaps', reason: 'less than 90 % of its slots are known' }
    ])
    expect(choice.isComplete).toBe(true)
  })

  it('rejects a day with a gap in the adjustment window only', () => {
    const gap = { date: '2026-06-29', kw: [5, 5, null] }
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

  it('of equal days drops the older one first', () => {
    const choice = chooseDays(
      { ...midSixOfTen, days: 3, pick: { kind: 'highest', days: 2 } },
      days(5, 5, 5),
      EVENT,
      null
    )
    expect(dates(choice.picked)).toEqual([29, 28])
  })

  it.each([
    ['working', 4, 'only 4 usable working days in the last 45, at least 5 are needed'],
    ['working', 5, null],
    ['non-working', 3, 'only 3 usable non-working days in the last 45, at least 4 are needed'],
    ['non-working', 4, null]
  ] as const)('%s: %i days', (type, count, problem) => {
    const choice = chooseDays(tenOfTen, days(...Array<number>(count).fill(5)), EVENT, null)
    expect(tooFewDays(tenOfTen, type, choice)).toBe(problem)
  })

  it('says nothing of a slot that no day knows', () => {
    expect(
      meanOfDays(
        [
          { date: '2026-06-29', kw: [1, null] },
          { date: '2026-06-28', kw: [null, null] }
        ],
        2
      )
    ).toEqual([1, null])
  })
})

describe('the same-day adjustment', () => {
  const window = { from: 0, to: 5 }
  const flat = (kw: number) => Array<number>(5).fill(kw)

  it.each([
    [130, 1.2, 1.3, true],
    [120, 1.2, 1.2, false],
    [100, 1, 1, false],
    [50, 0.8, 0.5, true]
  ])('morning at %i of 100: factor %d, uncapped %d', (actual, factor, uncapped, isCapped) => {
    expect(adjustmentOf(multiplicative, flat(100), flat(actual), window)).toEqual({
      kind: 'multiplicative',
      factor,
      uncapped,
      isCapped
    })
  })

  it('needs four fifths of the window', () => {
    expect(adjustmentOf(multiplicative, flat(100), [110, 110, 110, 110, null], window).kind).toBe(
      'multiplicative'
    )
    expect(adjustmentOf(multiplicative, flat(100), [110, 110, 110, null, null], window)).toEqual({
      kind: 'none',
      note: 'not adjusted: less than 80 % of the adjustment window is known'
    })
  })

  it('compares the same slots only', () => {
    const found = adjustmentOf(multiplicative, [100, 100, 100, 100, 900], [110, 110, 110, 110, null], window)
    expect(found).toMatchObject({ factor: 1.1 })
  })

  it('is none where the days before have no load', () => {
    const found = adjustmentOf(multiplicative, flat(0), flat(50), window)
    expect(found).toEqual({
      kind: 'none',
      note: 'not adjusted: the earlier days have no load in the adjustment window'
    })
    expect(adjusted([7, null], found)).toEqual([7, null])
  })

  it('never makes a baseline negative, and an additive cap follows each slot', () => {
    const offset = adjustmentOf(additive, flat(100), flat(40), window)
    expect(adjusted([100, 50, null], offset)).toEqual([40, 0, null])
    const capped = adjustmentOf({ ...additive, cap: 0.2 }, flat(100), flat(40), window)
    expect(adjusted([100, 50], capped)).toEqual([80, 40])
  })
})
