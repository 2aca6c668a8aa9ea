import { describe, expect, test } from 'vitest'
import { joinNegativeValues } from '../../simulators/arguments.ts'
import { wallTimeToEpoch, zoneOffsetMs } from '../../simulators/zone.ts'

const HOUR = 3_600_000
const summer = Date.parse('2014-01-15T00:00:00Z')

describe('zoneOffsetMs', () => {
  test.each([
    ['+09:00', 9],
    ['-03:30', -3.5],
    ['Z', 0],
    ['UTC', 0],
    ['Asia/Ho_Chi_Minh', 7],
    ['Australia/Melbourne', 11]
  ])('%s is %d h ahead of UTC', (zone, hours) => {
    expect(zoneOffsetMs(zone, summer)).toBe(hours * HOUR)
  })

  test.each(['Mars', '+25:00', '+09:75', ''])('%s is not a zone', zone => {
    expect(() => zoneOffsetMs(zone, summer)).toThrow(RangeError)
  })
})

describe('wallTimeToEpoch', () => {
  test.each([
    ['Asia/Seoul', '2018-01-01T00:15:00Z', '2017-12-31T15:15:00Z'],
    ['+05:30', '2019-06-25T13:06:00Z', '2019-06-25T07:36:00Z'],
    // The clock goes back at 3:00: 2:30 comes twice, the first is meant.
    ['Australia/Melbourne', '2014-04-06T02:30:00Z', '2014-04-05T15:30:00Z'],
    ['Australia/Melbourne', '2014-04-06T03:00:00Z', '2014-04-05T17:00:00Z']
  ])('%s %s', (zone, wall, utc) => {
    expect(wallTimeToEpoch(zone, Date.parse(wall))).toBe(Date.parse(utc))
  })

  test('an hour that the clock skips does not exist', () => {
    expect(wallTimeToEpoch('Australia/Melbourne', Date.parse('2014-10-05T02:30:00Z'))).toBeNull()
  })
})

test('a negative offset after an option belongs to it', () => {
  expect(joinNegativeValues(['--zone', '-03:00', '--speed', '-1', 'file', '--as', 'meter:A'])).toEqual([
    '--zone=-03:00',
    '--speed=-1',
    'file',
    '--as',
    'meter:A'
  ])
})
