import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { termsFaults } from '../../server/api/termsFaults.ts'
import { afternoonZone } from '../../server/cli/demo.ts'
import { demoProgrammes, demoSeason } from '../../server/cli/demoProgrammes.ts'
import { NewProgramme } from '../../server/contract/programmes.ts'

describe('the zone in which the demo starts at about 13:00', () => {
  it.each([
    ['2026-11-22T06:00:00Z', '+07:00'],
    ['2026-11-22T13:00:00Z', '+00:00'],
    ['2026-11-22T16:18:00Z', '-03:00'],
    ['2026-11-22T23:50:00Z', '-11:00'],
    ['2026-11-22T00:00:00Z', '+13:00'],
    ['2026-11-22T01:10:00Z', '+12:00']
  ])('at %s it is %s', (now, zone) => {
    expect(afternoonZone(new Date(now))).toBe(zone)
  })

  it('is within half an hour of 13:00 at every minute of the day, in a zone that Intl knows', () => {
    for (let minute = 0; minute < 1440; minute++) {
      const now = new Date(Date.UTC(2026, 10, 22, 0, minute))
      const format = new Intl.DateTimeFormat('en-GB', {
        timeZone: afternoonZone(now),
        hour: '2-digit',
        minute: '2-digit'
      })
      const [hour = 0, rest = 0] = format.format(now).split(':').map(Number)
      expect(Math.abs(hour * 60 + rest - 13 * 60)).toBeLessThanOrEqual(30)
    }
  })
})

describe('the programmes of the demo', () => {
  it.each([
    [6, '05-01', '08-31'],
    [2, '02-01', '08-31'],
    [11, '05-01', '11-30']
  ])('in month %i its season is the hot one and that month', (month, from, to) => {
    expect(demoSeason(month)).toEqual({ from, to })
  })

  it('are programmes the server takes in every month, and pay for the planned kind only', () => {
    for (let month = 1; month <= 12; month++) {
      const programmes = demoProgrammes(month)
      expect(programmes.map(({ kind }) => kind)).toEqual(['emergency', 'planned'])
      for (const programme of programmes) {
        expect(Check(NewProgramme, programme)).toBe(true)
        expect(termsFaults(programme.terms ?? [])).toEqual([])
        const paid = programme.terms?.some(({ incentive }) => incentive.vndPerKwh !== null)
        expect(paid).toBe(programme.kind === 'planned')
      }
    }
  })
})
