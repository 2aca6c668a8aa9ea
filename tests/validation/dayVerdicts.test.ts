import { describe, expect, it } from 'vitest'
import { qualityBits } from '../../server/contract/quality.ts'
import { energyKwh, type Measured } from '../../server/validation/daySeries.ts'
import { agreesWithRegister, spikes, sumAgrees, useVerdict } from '../../server/validation/dayVerdicts.ts'
import { usualLimits } from '../../server/validation/limits.ts'
import { DAY, HOUR, MINUTE, MONDAY } from './readings.ts'

const limits = usualLimits.consumer

function means(values: readonly number[], from = MONDAY, intervalMs = 30 * MINUTE): Measured[] {
  return values.map((value, i) => ({ t: from + i * intervalMs, intervalMs, quality: 0, value }))
}

function samples(values: readonly [atMs: number, value: number][]): Measured[] {
  return values.map(([at, value]) => ({ t: MONDAY + at, intervalMs: 0, quality: 0, value }))
}

describe('energy', () => {
  it.each<[string, Measured[], number, number, number | null]>([
    ['no load', means([0, 0]), 0, HOUR, 0],
    ['flat load', means([10, 10]), 0, HOUR, 10],
    ['a part of an interval', means([10, 20]), 15 * MINUTE, 45 * MINUTE, 7.5],
    ['nothing known', [], 0, HOUR, null],
    ['half of it unknown', means([10]), 0, HOUR, null],
    [
      'samples hold until the next',
      samples([
        [0, 10],
        [30 * MINUTE, 20],
        [HOUR, 0]
      ]),
      0,
      HOUR,
      15
    ],
    [
      'samples unevenly',
      samples([
        [0, 10],
        [36 * MINUTE, 30],
        [HOUR, 0]
      ]),
      0,
      HOUR,
      18
    ],
    [
      'a sample holds at most twice the usual spacing',
      samples([
        [0, 10],
        [MINUTE, 10],
        [2 * MINUTE, 10],
        [30 * MINUTE, 10],
        [31 * MINUTE, 10]
      ]),
      0,
      31 * MINUTE,
      null
    ],
    [
      'a finer reading takes over from a coarser one',
      [...means([10], MONDAY, HOUR), ...means([30], MONDAY + 30 * MINUTE)],
      0,
      HOUR,
      20
    ]
  ])('%s', (_, readings, from, to, expected) => {
    const kwh = energyKwh(readings, MONDAY + from, MONDAY + to)
    if (expected === null) expect(kwh).toBeNull()
    else expect(kwh).toBeCloseTo(expected, 9)
  })
})

describe('spikes', () => {
  it.each<[string, number[], number[]]>([
    ['no load', [0, 0, 0, 0], []],
    ['flat load', [50, 50, 50, 50], []],
    ['one far above', [10, 11, 80, 12], [2]],
    ['two far above', [10, 70, 80, 12, 9], [1, 2]],
    ['three of a kind are a load', [10, 70, 80, 75, 9], []],
    ['180 % above the third is allowed', [10, 10, 28], []],
    ['more is not', [10, 10, 28.1], [2]],
    ['below the floor', [0.1, 0.1, 1.9], []],
    ['too few to tell', [1, 100], []]
  ])('%s', (_, values, expected) => {
    expect(spikes(means(values), limits).map(t => (t - MONDAY) / (30 * MINUTE))).toEqual(expected)
  })
})

describe('use of a day', () => {
  it.each<[string, number | null, (number | null)[], number | null]>([
    ['as always', 100, [100, 110, 90, 100], 0],
    ['twice', 200, [100, 100, 100], 0],
    ['more than twice', 201, [100, 100, 100], qualityBits.highUse],
    ['less than 40 %', 39, [100, 100, 100], qualityBits.lowUse],
    ['no use at all', 0, [100, 100, 100], qualityBits.lowUse],
    ['two days are not enough', 500, [100, 100, null, null], null],
    ['unknown', null, [100, 100, 100], null],
    ['there was hardly any', 500, [0.1, 0.1, 0.1], null]
  ])('%s', (_, day, usual, expected) => {
    expect(useVerdict(day, usual, limits)).toBe(expected)
  })
})

describe('the register of a day', () => {
  const power = means([10, 20, 40, 80])
  it.each<[string, Measured[], Measured[], boolean | null]>([
    ['read at the start', power, means([100, 105, 115, 135]), true],
    ['read at the end', power, means([105, 115, 135, 175]), true],
    ['counted more', power, means([100, 105, 115, 160]), false],
    ['went down', power, means([100, 105, 2, 22]), null],
    ['one reading', power, means([100]), null],
    ['none', power, [], null],
    ['power not known all the time', power.filter((_, i) => i !== 1), means([100, 105, 115, 135]), null]
  ])('%s', (_, kw, kwh, expected) => {
    expect(agreesWithRegister(kw, kwh, limits)).toBe(expected)
  })
})

describe('what goes in comes out', () => {
  it.each<[string, number | null, (number | null)[], boolean | null]>([
    ['all of it', 100, [60, 40], true],
    ['with losses', 100, [50, 36], true],
    ['with more than can be lost', 100, [50, 30], false],
    ['more comes out than goes in', 100, [70, 40], false],
    ['one did not report', 100, [60, null], null],
    ['the parent did not', null, [60, 40], null],
    ['nobody uses anything', 0, [0, 0], null],
    ['no children', 100, [], null]
  ])('%s', (_, parent, children, expected) => {
    expect(sumAgrees(parent, children, usualLimits.transformer)).toBe(expected)
  })
})

it('a day has as many hours as the clock says', () => {
  expect(energyKwh(means(Array(48).fill(2)), MONDAY, MONDAY + DAY)).toBeCloseTo(48, 9)
})
