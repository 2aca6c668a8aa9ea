import { describe, expect, it } from 'vitest'
import { newMoon, sunLongitude, winterSolstice } from '../../../server/curtailment/calendar/astronomy.ts'
import { dateOfLunar, lunarOfDate, tet } from '../../../server/curtailment/calendar/lunarCalendar.ts'

/** Tết by the calendar in force in Vietnam; it is not China's first day in 1968, 1969, 1985, 2007, 2030 and 2053. */
const tetDays = `
  1968-01-29 1969-02-16 1970-02-06 1971-01-27 1972-02-15 1973-02-03 1974-01-23 1975-02-11 1976-01-31 1977-02-18
  1978-02-07 1979-01-28 1980-02-16 1981-02-05 1982-01-25 1983-02-13 1984-02-02 1985-01-21 1986-02-09 1987-01-29
  1988-02-17 1989-02-06 1990-01-27 1991-02-15 1992-02-04 1993-01-23 1994-02-10 1995-01-31 1996-02-19 1997-02-07
  1998-01-28 1999-02-16 2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-17
  2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28
  2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06
  2028-01-26 2029-02-13 2030-02-02 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15
  2038-02-04 2039-01-24 2040-02-12 2041-02-01 2042-01-22 2043-02-10 2044-01-30 2045-02-17 2046-02-06 2047-01-26
  2048-02-14 2049-02-02 2050-01-23 2053-02-18`
  .trim()
  .split(/\s+/)

/** The 10th of the 3rd month. */
const hungKingsDays = `
  2007-04-26 2008-04-15 2009-04-04 2010-04-23 2011-04-12 2012-03-31 2013-04-19 2014-04-09 2015-04-28 2016-04-16
  2017-04-06 2018-04-25 2019-04-14 2020-04-02 2021-04-21 2022-04-10 2023-04-29 2024-04-18 2025-04-07 2026-04-26`
  .trim()
  .split(/\s+/)

describe('the lunar calendar at UTC+7', () => {
  it.each(tetDays)('Tết is %s', date => {
    expect(tet(Number(date.slice(0, 4)))).toBe(date)
    expect(lunarOfDate(date)).toEqual({ year: Number(date.slice(0, 4)), month: 1, day: 1, isLeap: false })
  })

  it("is not China's, which Intl knows: its new moons fall between the two midnights", () => {
    const chinese = new Intl.DateTimeFormat('en-u-ca-chinese', {
      ...{ timeZone: 'UTC', month: 'numeric', day: 'numeric' }
    })
    const isNewYear = (date: string) => chinese.format(new Date(date)) === '1/1'
    expect(['2007-02-17', '2007-02-18'].map(isNewYear)).toEqual([false, true])
    expect(['1985-01-21', '1985-02-20'].map(isNewYear)).toEqual([false, true])
  })

  it.each(hungKingsDays)("Hùng Kings' Day is %s", date => {
    const year = Number(date.slice(0, 4))
    expect(dateOfLunar({ year, month: 3, day: 10, isLeap: false })).toBe(date)
  })

  it.each([
    [1985, 2],
    [1987, 7],
    [2004, 2],
    [2006, 7],
    [2009, 5],
    [2012, 4],
    [2014, 9],
    [2017, 6],
    [2020, 4],
    [2023, 2],
    [2025, 6],
    [2028, 5],
    [2031, 3],
    [2033, 11]
  ])('%i has a leap month %i and no other', (year, month) => {
    const leap = Array.from({ length: 12 }, (_, i) => i + 1).filter(
      one => dateOfLunar({ year, month: one, day: 1, isLeap: true }) !== null
    )
    expect(leap).toEqual([month])
  })

  it('goes there and back on every day of 60 years, months of 29 and 30 days', () => {
    let previous = lunarOfDate('1999-12-31')
    for (let day = Date.UTC(2000, 0, 1); day < Date.UTC(2060, 0, 1); day += 86_400_000) {
      const date = new Date(day).toISOString().slice(0, 10)
      const lunar = lunarOfDate(date)
      if (dateOfLunar(lunar) !== date) expect.fail(`${date} became ${dateOfLunar(lunar)}`)
      if (lunar.day !== 1) expect(lunar.day).toBe(previous.day + 1)
      else expect(previous.day === 29 || previous.day === 30).toBe(true)
      previous = lunar
    }
  })

  it('knows no 31st, no 13th month, no leap month in a plain year', () => {
    expect(dateOfLunar({ year: 2026, month: 1, day: 31, isLeap: false })).toBeNull()
    expect(dateOfLunar({ year: 2026, month: 13, day: 1, isLeap: false })).toBeNull()
    expect(dateOfLunar({ year: 2026, month: 1, day: 0, isLeap: false })).toBeNull()
    expect(dateOfLunar({ year: 2026, month: 6, day: 1, isLeap: true })).toBeNull()
  })
})

describe('new moons and solstices', () => {
  it("is Meeus's example 49.a to a second: 18 February 1977, 3:37:42 TD, 48 s before UT", () => {
    expect(Math.abs(newMoon(-283) - Date.UTC(1977, 1, 18, 3, 36, 54))).toBeLessThan(2000)
  })

  it("is Meeus's example 25.a: 13 October 1992, 0h TD, 199.909°", () => {
    expect(sunLongitude(Date.UTC(1992, 9, 13) - 59_000)).toBeCloseTo(199.909, 2)
  })

  it.each([['2007-12-22T06:08Z'], ['2020-12-21T10:02Z'], ['2023-12-22T03:27Z'], ['2024-12-21T09:21Z']])(
    'the winter solstice of %s, to a quarter of an hour',
    at => {
      expect(Math.abs(winterSolstice(Number(at.slice(0, 4))) - Date.parse(at))).toBeLessThan(15 * 60_000)
    }
  )
})
