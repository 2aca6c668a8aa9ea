import { describe, expect, it } from 'vitest'
import { afternoonZone } from '../../server/cli/demo.ts'

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
