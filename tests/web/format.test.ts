import { describe, expect, test } from 'vitest'
import { createFormat, powerUnit, UNKNOWN } from '../../web/src/format.ts'

const vi = createFormat('vi', 'Asia/Ho_Chi_Minh')
const en = createFormat('en', '+09:00')
const NBSP = '\u00a0'
const at = (text: string) => Date.parse(text)

describe('power', () => {
  test.each([
    [1_284_000, '1.284', 'MW'],
    [137_000, '137', 'MW'],
    [64_120, '64,1', 'MW'],
    [10_000, '10,0', 'MW'],
    [9_999, '9.999', 'kW'],
    [4_820, '4.820', 'kW'],
    [99.96, '100', 'kW'],
    [12.34, '12,3', 'kW'],
    [0.415, '0,42', 'kW'],
    [0, '0', 'kW'],
    [-250, '−250', 'kW']
  ])('%d kW', (kw, value, unit) => {
    expect(vi.power(kw)).toEqual({ value, unit })
  })
  test('English groups by commas', () => {
    expect(en.powerText(1_284_000)).toBe(`1,284${NBSP}MW`)
  })
  test('unknown is never a zero', () => {
    expect(vi.power(null).value).toBe(UNKNOWN)
    expect(vi.percent(null)).toBe(UNKNOWN)
    expect(vi.energy(null).value).toBe(UNKNOWN)
    expect(vi.age(null, 0)).toBe(UNKNOWN)
    expect(vi.measured(null, 'V')).toBe(UNKNOWN)
    expect(vi.kw(null)).toBe(UNKNOWN)
  })
  test('a table takes the unit of its largest', () => {
    expect(powerUnit(25_000)).toBe('MW')
    expect(powerUnit(-12_000)).toBe('MW')
    expect(powerUnit(900)).toBe('kW')
    expect(powerUnit(null)).toBe('kW')
    expect(vi.power(9_800, 'MW').value).toBe('9,80')
  })
  test('what rounds to zero has no minus', () => {
    expect(vi.kw(-0.01)).toBe('0,0')
    expect(vi.kw(-23.6)).toBe('−24')
  })
})

test('energy, shares, temperature, sizes', () => {
  expect(vi.energyText(2_868)).toBe(`2.868${NBSP}kWh`)
  expect(vi.energyText(17_400)).toBe(`17,4${NBSP}MWh`)
  expect(vi.percent(0.956, 1)).toBe(`95,6${NBSP}%`)
  expect(en.temperatureText(38.4)).toBe(`38.4${NBSP}°C`)
  expect(vi.bytesText(52_400_000)).toBe(`52,4${NBSP}MB`)
  expect(vi.bytesText(12)).toBe(`12${NBSP}B`)
})

test('a measured value is no more exact than it can be read', () => {
  expect(vi.measured(231.27, 'V')).toBe(`231${NBSP}V`)
  expect(vi.measured(49.98, '')).toBe('50')
  expect(vi.measured(0.9731, '')).toBe('0,973')
  expect(vi.measured(5, '')).toBe('5')
})

test('a published value stands as it was published, to six decimals', () => {
  expect(en.exact(231.274)).toBe('231.274')
  expect(vi.exact(12.345678)).toBe('12,345678')
  expect(vi.exact(-0.5)).toBe('−0,5')
  expect(vi.exact(0)).toBe('0')
  expect(vi.exact(null)).toBe(UNKNOWN)
})

test('a table of kWh is as exact as one alone', () => {
  expect(en.kwh(15.4)).toBe('15.4')
  expect(en.energyText(15.4)).toBe(`15.4${NBSP}kWh`)
  expect(en.kwh(null)).toBe(UNKNOWN)
})

describe('times', () => {
  const noon = at('2026-06-12T05:04:03Z')
  test('by the clock of the zone, 24 hours, slashes in dates', () => {
    expect(vi.clock(noon)).toBe('12:04:03')
    expect(en.clock(noon)).toBe('14:04:03')
    expect(vi.date(noon)).toBe('12/06/2026')
    expect(vi.dayMonth(noon)).toBe('12/06')
    expect(en.dayMonth(noon)).toBe('12/06')
    expect(vi.zone(noon)).toBe('+07:00')
    expect(vi.time(at('2026-06-12T17:00:00Z'))).toBe('00:00')
  })
  test('the date stands only where it is not today', () => {
    expect(vi.moment(noon, noon + 3_600_000)).toBe('12:04')
    expect(vi.moment(noon, noon + 86_400_000)).toBe('12/06 12:04')
    expect(vi.window(noon, noon + 5_400_000, noon)).toBe('12:04 – 13:34')
  })
  test('a value of a window longer than a minute is of the whole window', () => {
    expect(vi.within(noon, 60_000, noon)).toBe('12:04')
    expect(vi.within(noon, 600_000, noon)).toBe('12:04 – 12:14')
    expect(vi.within(noon, 600_000, noon + 86_400_000)).toBe('12/06 12:04 – 12:14')
  })
  test.each([
    [4_000, `4${NBSP}s`],
    [119_000, `119${NBSP}s`],
    [720_000, `12${NBSP}min`],
    [3 * 3_600_000, `3${NBSP}h`],
    [50 * 3_600_000, `2${NBSP}d`],
    [-5, `0${NBSP}s`]
  ])('%d ms last', (ms, text) => {
    expect(en.duration(ms)).toBe(text)
  })
  test.each([
    [15, `15${NBSP}s`],
    [60, `1${NBSP}min`],
    [90, `90${NBSP}s`],
    [1800, `30${NBSP}min`],
    [3600, `1${NBSP}h`],
    [0, `0${NBSP}s`]
  ])('an interval of %d s', (seconds, text) => {
    expect(en.interval(seconds)).toBe(text)
  })
  test('ages and countdowns', () => {
    expect(vi.age(noon - 4_000, noon)).toBe(`4${NBSP}s trước`)
    expect(en.age(noon - 4_000, noon)).toBe(`4${NBSP}s ago`)
    expect(vi.countdown(47 * 60_000 + 53_000)).toBe('47:53')
    expect(vi.countdown(3_725_000)).toBe('1:02:05')
    expect(vi.countdown(-1)).toBe('00:00')
  })
})

test('a probability is never told as certain', () => {
  const { probability } = createFormat('en', 'UTC')
  expect([null, 0, 0.004, 0.01, 0.5, 0.99, 0.999, 1].map(probability)).toEqual(
    ['–', '< 1 %', '< 1 %', '1 %', '50 %', '99 %', '> 99 %', '> 99 %'].map(text => text.replaceAll(' ', NBSP))
  )
})
