import { describe, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { dayFault, STEP_MS, spanOf } from '../../server/replay/span.ts'

const HOUR = 3_600_000
const usual = { longestReportS: 900, longestHoldS: 600 }
const hanoi = localTime('Asia/Ho_Chi_Minh')

describe('the span of a replay', () => {
  it('is the local day, after two hours of rules and two more of readings', () => {
    const { begin, rulesFrom, from, to } = spanOf('2026-05-20', hanoi, usual)
    expect(new Date(from).toISOString()).toBe('2026-05-19T17:00:00.000Z')
    expect([to - from, from - rulesFrom, rulesFrom - begin]).toEqual([24 * HOUR, 2 * HOUR, 2 * HOUR])
  })

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-07-01', 24]
  ])('%s in Berlin has %i hours', (day, hours) => {
    const { from, to } = spanOf(day, localTime('Europe/Berlin'), usual)
    expect(to - from).toBe(hours * HOUR)
  })

  it.each([
    ['values of meters that report every hour', { longestReportS: 3600, longestHoldS: 600 }, 4, 4],
    ['holds of three hours', { longestReportS: 900, longestHoldS: 3 * 3600 }, 2, 6],
    ['holds of a day, at most', { longestReportS: 900, longestHoldS: 86_400 }, 2, 25],
    ['values of meters that report once a day, at most', { longestReportS: 86_400, longestHoldS: 0 }, 25, 25]
  ])('begins early enough for %s', (_, sources, readingsH, rulesH) => {
    const { begin, rulesFrom, from } = spanOf('2026-05-20', hanoi, sources)
    expect([rulesFrom - begin, from - rulesFrom]).toEqual([readingsH * HOUR, rulesH * HOUR])
  })

  it('consists of whole steps', () => {
    const { begin, rulesFrom, from, to } = spanOf('2026-05-20', hanoi, {
      longestReportS: 61,
      longestHoldS: 7201
    })
    for (const t of [rulesFrom, from, to]) expect((t - begin) % STEP_MS).toBe(0)
  })
})

describe('a day that cannot be replayed', () => {
  it.each([
    ['2026-05-21', /lies ahead.*today is 2026-05-20/],
    ['2026-05-20', /is today.*from 2026-05-21 on/],
    ['2026-02-30', /no day of the calendar/]
  ])('%s is named with why', (day, words) => {
    expect(dayFault(day, '2026-05-20')).toMatch(words)
  })

  it('is none that is over', () => {
    expect(dayFault('2026-05-19', '2026-05-20')).toBeNull()
  })
})
