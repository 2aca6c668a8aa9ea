import { describe, expect, it } from 'vitest'
import { addDays, localTime, weekday } from '../../server/contract/localTime.ts'

const iso = (t: number) => new Date(t).toISOString()

describe('local dates', () => {
  it.each([
    ['+07:00', '2026-06-01T16:59:59.999Z', '2026-06-01'],
    ['+07:00', '2026-06-01T17:00:00Z', '2026-06-02'],
    ['-03:30', '2026-06-01T03:29:00Z', '2026-05-31'],
    ['Asia/Ho_Chi_Minh', '2026-06-01T17:00:00Z', '2026-06-02'],
    ['Australia/Melbourne', '2014-10-04T13:59:59Z', '2014-10-04'],
    ['Australia/Melbourne', '2014-10-05T13:00:00Z', '2014-10-06'],
    ['UTC', '1969-12-31T23:59:59Z', '1969-12-31']
  ])('%s at %s is %s', (zone, at, date) => {
    expect(localTime(zone).date(Date.parse(at))).toBe(date)
  })

  it.each([
    ['+07:00', '2026-06-02', '2026-06-01T17:00:00.000Z'],
    ['Asia/Ho_Chi_Minh', '2026-06-02', '2026-06-01T17:00:00.000Z'],
    ['Australia/Melbourne', '2014-10-05', '2014-10-04T14:00:00.000Z'],
    ['Australia/Melbourne', '2014-10-06', '2014-10-05T13:00:00.000Z'],
    ['Australia/Melbourne', '2014-04-06', '2014-04-05T13:00:00.000Z'],
    ['Australia/Melbourne', '2014-04-07', '2014-04-06T14:00:00.000Z'],
    // Clocks go from 00:00 to 01:00: the day starts at one o'clock.
    ['America/Santiago', '2024-09-08', '2024-09-08T04:00:00.000Z'],
    // Clocks go from 24:00 back to 23:00: the day starts after the second pass.
    ['America/Santiago', '2024-04-07', '2024-04-07T04:00:00.000Z'],
    // A day that never was starts with the next one.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z']
  ])('in %s the day %s starts at %s', (zone, date, start) => {
    const local = localTime(zone)
    expect(iso(local.dayStart(date))).toBe(start)
    expect(iso(local.dayStart(date))).toBe(start)
  })

  it('knows both offsets within the day of a clock change', () => {
    const { offsetMs } = localTime('Australia/Melbourne')
    expect(offsetMs(Date.parse('2014-10-04T15:59:59Z'))).toBe(10 * 3_600_000)
    expect(offsetMs(Date.parse('2014-10-04T16:00:00Z'))).toBe(11 * 3_600_000)
  })

  it('every day start is the first moment of its date, over two years of a zone with clock changes', () => {
    const local = localTime('America/Los_Angeles')
    for (let date = '2013-01-01'; date < '2015-01-01'; date = addDays(date, 1)) {
      const start = local.dayStart(date)
      expect([local.date(start), local.date(start - 1)]).toEqual([date, addDays(date, -1)])
    }
  })

  it('refuses a zone nobody knows', () => {
    expect(() => localTime('Asia/Hanoi_City')).toThrow(RangeError)
  })

  it('counts days and weekdays over the ends of months and years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(weekday('2026-06-07')).toBe(0)
    expect(weekday('2026-06-06')).toBe(6)
  })
})
