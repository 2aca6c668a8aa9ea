import { describe, expect, test } from 'vitest'
import { fromLocalInput, startOfDay, toLocalInput, zoneLabel, zoneOffsetMs } from '../../web/src/zone.ts'

const HOUR = 3_600_000
const at = (text: string) => Date.parse(text)

describe('offset of a zone', () => {
  test.each([
    ['Asia/Ho_Chi_Minh', '2026-06-12T06:00:00Z', 7, '+07:00'],
    ['+09:00', '2026-06-12T06:00:00Z', 9, '+09:00'],
    ['-03:30', '2026-06-12T06:00:00Z', -3.5, '−03:30'],
    ['UTC', '2026-06-12T06:00:00Z', 0, '+00:00'],
    ['Europe/Paris', '2026-01-12T06:00:00Z', 1, '+01:00'],
    ['Europe/Paris', '2026-07-12T06:00:00Z', 2, '+02:00']
  ])('%s at %s', (zone, moment, hours, label) => {
    expect(zoneOffsetMs(at(moment), zone)).toBe(hours * HOUR)
    expect(zoneLabel(at(moment), zone)).toBe(label)
  })
})

describe('midnight', () => {
  test.each([
    ['Asia/Ho_Chi_Minh', '2026-06-12T16:59:59Z', '2026-06-11T17:00:00Z'],
    ['Asia/Ho_Chi_Minh', '2026-06-12T17:00:00Z', '2026-06-12T17:00:00Z'],
    ['+09:00', '2026-06-12T15:30:00Z', '2026-06-12T15:00:00Z'],
    // the clock went forward that night, so the day has 23 hours
    ['Europe/Paris', '2026-03-29T20:00:00Z', '2026-03-28T23:00:00Z']
  ])('%s: the day of %s began %s', (zone, moment, midnight) => {
    expect(startOfDay(at(moment), zone)).toBe(at(midnight))
  })
})

describe('datetime-local fields', () => {
  test('show the clock of the zone', () => {
    expect(toLocalInput(at('2026-06-12T06:00:00Z'), 'Asia/Ho_Chi_Minh')).toBe('2026-06-12T13:00')
  })
  test.each(['Asia/Ho_Chi_Minh', '+09:00', 'UTC', 'Europe/Paris'])('come back as they went, in %s', zone => {
    for (let hour = 0; hour < 48; hour++) {
      const moment = at('2026-11-22T00:00:00Z') + hour * HOUR
      expect(fromLocalInput(toLocalInput(moment, zone), zone)).toBe(moment)
    }
  })
  test.each(['', '2026-06-12', '2026-13-12T10:00', 'noon'])('%j is not a moment', text => {
    expect(fromLocalInput(text, 'UTC')).toBeNull()
  })
})
