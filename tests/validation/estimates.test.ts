import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { qualityBits } from '../../server/contract/quality.ts'
import type { Measured } from '../../server/validation/daySeries.ts'
import { countedInGapKwh, likeDays, onALine, registerReadAt } from '../../server/validation/estimates.ts'
import { type Gap, gapsIn, intervalMsOf } from '../../server/validation/gaps.ts'
import { weeksBefore } from '../../server/validation/similarDays.ts'
import { DAY, HOUR, MINUTE, MONDAY } from './readings.ts'

const HALF = 30 * MINUTE
const { estimatedLinear } = qualityBits
const day = { from: MONDAY, to: MONDAY + DAY }

/** One letter a slot: a digit was measured, `e` estimated, `·` is missing. */
function meter(pattern: string): Measured[] {
  return [...pattern].flatMap((letter, i) => {
    if (letter === '·') return []
    const isEstimate = letter === 'e'
    const quality = isEstimate ? estimatedLinear : 0
    return [{ t: MONDAY + i * HALF, intervalMs: HALF, quality, value: isEstimate ? 5 : Number(letter) }]
  })
}

const slotOf = (t: number) => (t - MONDAY) / HALF

function gap(slots: number, before: number, after: number): Gap {
  const [found] = gapsIn(meter(`${before}${'·'.repeat(slots)}${after}`), day, HALF)
  if (found === undefined) throw new Error('no gap')
  return found
}

describe('gaps', () => {
  it.each<[string, string, { slots: number[]; missing: number[] }[]]>([
    ['none', '123', []],
    ['one slot', '1·3', [{ slots: [1], missing: [1] }]],
    [
      'two gaps',
      '1·3··6',
      [
        { slots: [1], missing: [1] },
        { slots: [3, 4], missing: [3, 4] }
      ]
    ],
    ['partly estimated', '1·e·5', [{ slots: [1, 2, 3], missing: [1, 3] }]],
    ['all estimated already', '1ee4', []],
    ['its end has not come yet', '12··', []],
    ['nothing before it', '··34', []],
    ['nothing at all', '', []]
  ])('%s', (_, pattern, expected) => {
    const found = gapsIn(meter(pattern), day, HALF)
    expect(
      found.map(({ slots, missing }) => ({ slots: slots.map(slotOf), missing: missing.map(slotOf) }))
    ).toEqual(expected)
  })

  it('only where they touch the day', () => {
    const readings = meter('1··4')
    expect(gapsIn(readings, { from: MONDAY + DAY, to: MONDAY + 2 * DAY }, HALF)).toEqual([])
    expect(gapsIn(readings, { from: MONDAY - DAY, to: MONDAY }, HALF)).toHaveLength(1)
  })

  it('none between readings on different grids', () => {
    const [first, , , last] = meter('1234')
    const shifted = [first, { ...last, t: (last?.t ?? 0) + MINUTE }].flatMap(one =>
      one?.t ? [one as Measured] : []
    )
    expect(gapsIn(shifted, day, HALF)).toEqual([])
  })

  it('a meter that sends samples has no intervals', () => {
    expect(intervalMsOf(meter('123'))).toBe(HALF)
    expect(
      intervalMsOf([...meter('12'), { t: MONDAY + 2 * HALF, intervalMs: 0, quality: 0, value: 1 }])
    ).toBeNull()
    expect(intervalMsOf([])).toBeNull()
  })
})

describe('a line', () => {
  it.each([
    ['no load', 1, 0, 0, [0]],
    ['flat load', 3, 7, 7, [7, 7, 7]],
    ['one slot', 1, 2, 4, [3]],
    ['three slots, rising', 3, 0, 4, [1, 2, 3]],
    ['falling', 1, 9, 0, [4.5]]
  ])('%s', (_, slots, before, after, expected) => {
    expect(onALine(gap(slots, before, after))).toEqual(expected)
  })

  it('stays between its ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 48 }), fc.nat(9), fc.nat(9), (slots, before, after) => {
        const values = onALine(gap(slots, before, after))
        expect(values).toHaveLength(slots)
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(Math.min(before, after) - 1e-9)
          expect(value).toBeLessThanOrEqual(Math.max(before, after) + 1e-9)
        }
      }),
      { seed: 3 }
    )
  })
})

describe('like days', () => {
  it.each<[string, number[][], number | null, number[] | null]>([
    [
      'no load',
      [
        [0, 0, 0],
        [0, 0, 0]
      ],
      null,
      [0, 0]
    ],
    [
      'their mean',
      [
        [1, 2, 3],
        [4, 4, 4]
      ],
      null,
      [2, 4]
    ],
    [
      'the last three of more',
      [
        [1, 2, 3, 90],
        [4, 4, 4, 90]
      ],
      null,
      [2, 4]
    ],
    [
      'a slot with too few',
      [
        [1, 2, 3],
        [4, 4]
      ],
      null,
      null
    ],
    [
      'scaled to the energy',
      [
        [1, 2, 3],
        [4, 4, 4]
      ],
      6,
      [4, 8]
    ],
    [
      'no energy',
      [
        [1, 2, 3],
        [4, 4, 4]
      ],
      0,
      [0, 0]
    ],
    [
      'energy where like days used none',
      [
        [0, 0, 0],
        [0, 0, 0]
      ],
      6,
      [6, 6]
    ]
  ])('%s', (_, likes, energyKwh, expected) => {
    expect(likeDays(gap(2, 1, 1), likes, 3, energyKwh)).toEqual(expected)
  })

  it('adds up to the energy of the register', () => {
    const kw = fc.float({ min: 0, max: 1000, noNaN: true })
    const likes = fc.array(fc.array(kw, { minLength: 3, maxLength: 3 }), { minLength: 5, maxLength: 48 })
    fc.assert(
      fc.property(likes, fc.float({ min: 0, max: 10_000, noNaN: true }), (some, energyKwh) => {
        const values = likeDays(gap(some.length, 1, 1), some, 3, energyKwh) ?? []
        const sum = values.reduce((kwh, value) => kwh + value / 2, 0)
        expect(Math.abs(sum - energyKwh)).toBeLessThanOrEqual(1e-9 * Math.max(1, energyKwh))
        expect(values.every(value => value >= 0)).toBe(true)
      }),
      { seed: 4 }
    )
  })
})

describe('the register over a gap', () => {
  // 2 kW, then an hour of which nobody knows, then 8 kW.
  const one = gap(2, 2, 8)
  const at = (before: number, after: number) =>
    new Map([
      [one.before.t, before],
      [one.after.t, after]
    ])

  it.each<[string, ReadonlyMap<number, number>, 'start' | 'end' | null, number | null]>([
    ['at the start: without the interval before', at(100, 111), 'start', 10],
    ['at the end: without the interval after', at(100, 111), 'end', 7],
    ['nobody knows when it is read', at(100, 111), null, null],
    ['went down', at(100, 3), 'start', null],
    ['less than the interval beside it', at(100, 100.5), 'start', null],
    ['one end is not known', new Map([[one.before.t, 100]]), 'start', null]
  ])('%s', (_, register, readAt, expected) => {
    expect(countedInGapKwh(one, register, readAt)).toBe(expected)
  })

  it('does not matter when it is read where the load is flat', () => {
    const flat = gap(2, 4, 4)
    expect(
      countedInGapKwh(
        flat,
        new Map([
          [flat.before.t, 100],
          [flat.after.t, 106]
        ]),
        null
      )
    ).toBe(4)
  })

  it('tells from its own intervals when it is read', () => {
    const readings = meter('1248')
    const register = (...kwh: number[]) => new Map(kwh.map((value, i) => [MONDAY + i * HALF, value]))
    expect(registerReadAt(readings, register(0, 0.5, 1.5, 3.5))).toBe('start')
    expect(registerReadAt(readings, register(0.5, 1.5, 3.5, 7.5))).toBe('end')
    expect(registerReadAt(meter('2222'), register(0, 1, 2, 3))).toBeNull()
    expect(registerReadAt(readings, new Map())).toBeNull()
  })
})

describe('the same time some weeks before', () => {
  it('is by the local clock', () => {
    const vietnam = localTime('Asia/Ho_Chi_Minh')
    expect(weeksBefore(MONDAY, 1, vietnam)).toBe(MONDAY - 7 * DAY)
    const berlin = localTime('Europe/Berlin')
    const summer = Date.parse('2026-03-30T12:00:00+02:00')
    expect(weeksBefore(summer, 1, berlin)).toBe(Date.parse('2026-03-23T12:00:00+01:00'))
    expect(weeksBefore(summer, 1, berlin)).toBe(summer - 7 * DAY + HOUR)
  })
})
