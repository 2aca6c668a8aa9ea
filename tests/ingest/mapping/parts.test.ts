import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileClockPattern } from '../../../server/ingest/mapping/clockPattern.ts'
import { compileScale, readNumber, timesPowerOfTen } from '../../../server/ingest/mapping/numbers.ts'
import { isPowerOrEnergy, parseObis } from '../../../server/ingest/mapping/obisCode.ts'
import { compilePointer } from '../../../server/ingest/mapping/pointer.ts'
import { compileTime } from '../../../server/ingest/mapping/times.ts'
import { ahead } from '../../../server/ingest/timestamps.ts'

const now = Date.parse('2026-11-22T05:00:00Z')

describe('numbers', () => {
  it.each<[unknown, '.' | ',', number | null]>([
    [5, '.', 5],
    ['5', '.', 5],
    [' -5.25 ', '.', -5.25],
    ['+.5', '.', 0.5],
    ['5.', '.', NaN],
    ['1e3', '.', 1000],
    ['1E-3', '.', 0.001],
    ['1,5', ',', 1.5],
    ['00012.40', '.', 12.4],
    [null, '.', null],
    [undefined, '.', null],
    ['  ', '.', null],
    ['1,5', '.', NaN],
    ['1.5', ',', NaN],
    ['1.234,5', ',', NaN],
    ['0x10', '.', NaN],
    ['Infinity', '.', NaN],
    ['1e', '.', NaN],
    ['-', '.', NaN],
    ['.', '.', NaN],
    ['1 2', '.', NaN],
    ['5kW', '.', NaN],
    [true, '.', NaN],
    [[5], '.', NaN],
    [Infinity, '.', NaN]
  ])('%j with %s is %s', (value, mark, expected) => {
    expect(readNumber(value, mark)).toBe(expected)
  })

  it('reads every number back from its text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        expect(readNumber(String(value), '.')).toBe(Number(String(value)))
      }),
      { seed: 7 }
    )
  })

  it('scales by tenths without stray digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -6, max: 6 }), (value, exponent) => {
        const nearest = Number(`${value}e${exponent}`) + 0
        expect(compileScale(10 ** exponent, 0)(value) + 0).toBe(nearest)
        expect(timesPowerOfTen(value, exponent) + 0).toBe(nearest)
      }),
      { seed: 8 }
    )
  })

  it('scale and add: 98.6 °F are 37 °C', () => {
    expect(compileScale(5 / 9, -160 / 9)(98.6)).toBeCloseTo(37, 12)
    expect(compileScale(-1, 0)(4)).toBe(-4)
  })
})

describe('OBIS codes', () => {
  it.each([
    ['1.8.0'],
    ['1-0:1.8.0'],
    ['1-0:1.8.0*255'],
    ['1.0.1.8.0.255'],
    ['1-0:1.8.0.255'],
    ['0100010800FF'],
    ['0100010800ff'],
    ['1_8_0']
  ])('%s is the same', text => {
    expect(parseObis(text)).toBe(0x01_00_01_08_00_ff)
  })

  it.each([
    ['1-0:1.8.0*01', 0x01_00_01_08_00_01],
    ['1.8.0*1', 0x01_00_01_08_00_01],
    ['1-1:1.8.0', 0x01_01_01_08_00_ff],
    ['0-0:96.1.0', 0x00_00_60_01_00_ff]
  ])('%s is another', (text, code) => {
    expect(parseObis(text)).toBe(code)
  })

  it.each([
    [''],
    ['1.8'],
    ['1.8.0.0'],
    ['256.8.0'],
    ['1..0'],
    ['.1.8.0'],
    ['1.8.0 '],
    ['P.1.0'],
    ['0100010800FG'],
    ['1-0:1.8.0*255*1'],
    ['Total_in'],
    ['1.8.00000']
  ])('%s is none', text => {
    expect(parseObis(text)).toBeNull()
  })

  it.each([
    ['1.7.0', true],
    ['9.7.0', true],
    ['16.7.0', true],
    ['21.7.0', true],
    ['76.7.0', true],
    ['31.7.0', false],
    ['32.7.0', false],
    ['53.7.0', false],
    ['14.7.0', false],
    ['91.7.0', false],
    ['0-0:1.8.0', false]
  ])('%s is of power or energy: %s', (text, expected) => {
    expect(isPowerOrEnergy(parseObis(text) ?? 0)).toBe(expected)
  })
})

describe('pointers', () => {
  const scopes = [{ a: { 'b/c': [{ '~d': 1 }] }, length: 2 }, ['x', ['y']], 'item']

  it.each<[string, unknown]>([
    ['', 'item'],
    ['^', scopes[1]],
    ['^/1/0', 'y'],
    ['^/length', undefined],
    ['^/-1', undefined],
    ['^^/length', 2],
    ['^^/a/b~1c/0/~0d', 1],
    ['^^/constructor', undefined],
    ['^^/__proto__', undefined],
    ['/0', undefined],
    ['/a/b', undefined]
  ])('%s', (text, expected) => {
    const follow = compilePointer(text, 2)
    expect(typeof follow === 'string' ? follow : follow(scopes)).toBe(expected)
  })
})

describe('clocks', () => {
  it.each([
    ['dd/MM/yyyy HH:mm:ss', '22/11/2026 12:30:01', '2026-11-22T12:30:01Z'],
    ['yyyy-MM-dd HH:mm:ss', '2024-02-29 00:00:00', '2024-02-29T00:00:00Z'],
    ['yyyy-MM-ddTHH:mm:ss.SSS', '2026-11-22T01:02:03.045', '2026-11-22T01:02:03.045Z'],
    ['d/M/yyyy H:mm', '1/6/2026 7:05', '2026-06-01T07:05:00Z'],
    ['d/M/yyyy H:mm', '11/12/2026 17:05', '2026-12-11T17:05:00Z'],
    ['yyyyMMddHHmm', '202611221230', '2026-11-22T12:30:00Z'],
    ['dd/MM/yyyy HH:mm:ss', '22/11/2026 12:30', null],
    ['dd/MM/yyyy HH:mm:ss', '22/11/2026 12:30:01 ', null],
    ['dd/MM/yyyy HH:mm:ss', '11/22/2026 12:30:01', null],
    ['dd/MM/yyyy HH:mm:ss', '31/11/2026 12:30:01', null],
    ['dd/MM/yyyy HH:mm:ss', '2/11/2026 12:30:01', null],
    ['dd/MM/yyyy HH:mm:ss', '22/11/2026 24:00:00', null],
    ['dd/MM/yyyy HH:mm:ss', '22-11-2026 12:30:01', null]
  ])('%s of %s', (pattern, text, expected) => {
    const read = compileClockPattern(pattern)
    expect(typeof read === 'string' ? read : read(text)).toBe(expected === null ? null : Date.parse(expected))
  })

  it.each([
    ['Asia/Ho_Chi_Minh', '2026-11-22 12:00:00', '2026-11-22T05:00:00Z'],
    ['+07:00', '2026-11-22 12:00:00', '2026-11-22T05:00:00Z'],
    ['-05:30', '2026-11-21 23:30:00', '2026-11-22T05:00:00Z'],
    // Berlin: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00.
    ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29T00:59:59Z'],
    ['Europe/Berlin', '2026-03-29 02:30:00', '/t does not exist in Europe/Berlin'],
    ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25 01:59:59', '2026-10-24T23:59:59Z'],
    ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25T00:30:00Z'],
    ['Europe/Berlin', '2026-10-25 03:00:00', '2026-10-25T02:00:00Z']
  ])('in %s %s', (zone, text, expected) => {
    const read = compileTime({ pointer: '/t', format: 'yyyy-MM-dd HH:mm:ss', zone }, 0, ahead.hour)
    const moment = typeof read === 'string' ? read : read([{ t: text }], now)
    expect(typeof moment === 'number' ? new Date(moment).toISOString().replace('.000Z', 'Z') : moment).toBe(
      expected
    )
  })

  it.each<[string, unknown, number | string]>([
    ['epoch-s', now / 1000, now],
    ['epoch-s', String(now / 1000), now],
    ['epoch-s', now / 1000 + 0.25, now + 250],
    ['epoch-s', now, '/t is more than an hour ahead'],
    ['epoch-ms', now / 1000, '/t is before 2000'],
    ['epoch-ms', 'x', '/t is not a number'],
    ['epoch-ms', null, '/t is missing'],
    ['rfc3339', '2026-11-22T12:00:00+07:00', now],
    ['rfc3339', '2026-11-22T12:00:00', '/t has no offset from UTC'],
    ['rfc3339', now, '/t is not RFC 3339 text']
  ])('%s of %j', (format, value, expected) => {
    const read = compileTime({ pointer: '/t', format }, 0, ahead.hour)
    expect(typeof read === 'string' ? read : read([{ t: value }], now)).toBe(expected)
  })
})
