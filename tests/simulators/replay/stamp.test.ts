import { describe, expect, test } from 'vitest'
import { stampReader } from '../../../simulators/replay/stamp.ts'

describe('times', () => {
  test.each([
    ['iso', null, '2014-01-12T00:00:00Z', '2014-01-12T00:00:00Z'],
    ['iso', null, '2012-01-01T00:30:00+11:00', '2011-12-31T13:30:00Z'],
    ['iso', 'Asia/Seoul', '2018-01-01T00:15', '2017-12-31T15:15:00Z'],
    ['iso', '-07:00', '2013-08-01 01:00:00', '2013-08-01T08:00:00Z'],
    ['iso', 'Asia/Seoul', '2018-01-01', '2017-12-31T15:00:00Z'],
    ['iso', 'Z', '2018-12-31T24:00', '2019-01-01T00:00:00Z'],
    ['DD/MM/YYYY HH:mm', '+09:00', '1/2/2018 00:15', '2018-01-31T15:15:00Z'],
    ['YYYYMMDD-HHmmss', 'Z', '20180201-001530', '2018-02-01T00:15:30Z'],
    ['epoch-s', null, '1514764800', '2018-01-01T00:00:00Z'],
    ['epoch-ms', null, '1514764800000', '2018-01-01T00:00:00Z']
  ])('%s in %s: %s', (format, zone, text, expected) => {
    expect(stampReader(format, zone)(text)).toBe(Date.parse(expected))
  })

  test.each([
    ['iso', null, '2018-01-01T00:15', /give --zone/],
    ['iso', 'Z', '2018-02-30', /not a time/],
    ['iso', 'Z', '2018-01-01T25:00', /not a time/],
    ['iso', 'Z', '', /not a time/],
    ['iso', 'Australia/Melbourne', '2014-10-05T02:30', /does not exist in Australia\/Melbourne/],
    ['epoch-s', null, '', /not a number/],
    ['DD/MM/YYYY', 'Z', '31/04/2018', /not a time/]
  ])('%s in %s: %s cannot be read', (format, zone, text, reason) => {
    expect(stampReader(format, zone)(text)).toMatchObject({ reason: expect.stringMatching(reason) })
  })

  test('a pattern needs a date', () => {
    expect(() => stampReader('HH:mm', 'Z')).toThrow('--time-format HH:mm')
  })
})
