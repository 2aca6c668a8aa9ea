import { describe, expect, it } from 'vitest'
import { siteCalendar, withDaysInPlace } from '../../../server/curtailment/calendar/dayTypes.ts'
import { vietnamHolidays } from '../../../server/curtailment/calendar/vietnamHolidays.ts'

const MON_FRI = [1, 2, 3, 4, 5]
const MON_SAT = [1, 2, 3, 4, 5, 6]
const dates = (year: number) => vietnamHolidays(year).map(({ date }) => date)
const short = (year: number) =>
  dates(year)
    .map(date => date.slice(5))
    .join(' ')

describe('the public holidays of Vietnam', () => {
  it.each([
    [2006, '01-01 01-28 01-29 01-30 01-31 04-30 05-01 09-02', "8 days, no Hùng Kings' Day"],
    [2007, '01-01 02-16 02-17 02-18 02-19 04-26 04-30 05-01 09-02', "Hùng Kings' Day from 2007 on"],
    [2013, '01-01 02-09 02-10 02-11 02-12 04-19 04-30 05-01 09-02', 'the fifth day of Tết from May 2013 on'],
    [2014, '01-01 01-30 01-31 02-01 02-02 02-03 04-09 04-30 05-01 09-02', '10 days'],
    [2020, '01-01 01-24 01-25 01-26 01-27 01-28 04-02 04-30 05-01 09-02', '10 days'],
    [2021, '01-01 02-10 02-11 02-12 02-13 02-14 04-21 04-30 05-01 09-02 09-03', '11 days'],
    [2022, '01-01 01-31 02-01 02-02 02-03 02-04 04-10 04-30 05-01 09-01 09-02', 'as announced'],
    [2023, '01-01 01-20 01-21 01-22 01-23 01-24 04-29 04-30 05-01 09-01 09-02', 'as announced'],
    [2024, '01-01 02-08 02-09 02-10 02-11 02-12 04-18 04-30 05-01 09-02 09-03', 'as announced'],
    [2025, '01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 09-01 09-02', 'as announced'],
    [1994, '', 'before the Labour Code']
  ])('%i: %s (%s)', (year, expected) => {
    expect(short(year)).toBe(expected)
  })

  it('names each day, in Vietnamese', () => {
    expect(vietnamHolidays(2026).find(({ date }) => date === '2026-04-26')?.name).toBe('Giỗ Tổ Hùng Vương')
  })
})

describe('days off in place of those on a rest day', () => {
  const inPlace = (year: number, workDays: readonly number[]) => {
    const law = dates(year)
    return withDaysInPlace(law, workDays)
      .filter(date => !law.includes(date))
      .map(date => date.slice(5))
      .join(' ')
  }

  it.each([
    [2022, '01-03 04-11 05-02 05-03'],
    [2023, '01-02 01-25 01-26 05-02 05-03 09-04'],
    [2024, '02-13 02-14']
  ])('%i, Monday to Friday: %s', (year, expected) => {
    expect(inPlace(year, MON_FRI)).toBe(expected)
  })

  it('a site that works on Saturdays has those of the Sundays only; one that works every day has none', () => {
    expect(inPlace(2023, MON_SAT)).toBe('01-02 01-25 05-02')
    expect(inPlace(2023, [...MON_SAT, 7])).toBe('')
    expect(inPlace(2023, [])).toBe('')
  })

  it('make the day types of a site', () => {
    const calendar = siteCalendar({
      ...{ workDays: MON_SAT, publicHolidays: dates(2023), daysOff: ['2023-06-01', '2023-06-04'] }
    })
    const working = (date: string) => calendar.dayType(date) === 'working'
    expect(['2023-05-05', '2023-05-06', '2023-05-07'].map(working)).toEqual([true, true, false])
    expect(['2023-05-01', '2023-05-02', '2023-05-03'].map(working)).toEqual([false, false, true])
    // An entered day off on a Sunday gives no other.
    expect(['2023-06-01', '2023-06-05'].map(working)).toEqual([false, true])
    expect(['2023-05-02', '2023-06-01', '2023-06-05'].map(calendar.isHoliday)).toEqual([true, true, false])
  })
})
