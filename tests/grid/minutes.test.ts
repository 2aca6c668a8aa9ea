import { describe, expect, it } from 'vitest'
import {
  addChild,
  emptySums,
  fillMinutes,
  finishSums,
  type LoadMinutes,
  layOwnOver,
  minuteAt
} from '../../server/grid/minutes.ts'
import { Steps } from '../../server/grid/steps.ts'

const MINUTE = 60_000
/** A value from a minute on; held for three of its intervals after its end. */
interface Said {
  minute: number
  kw: number | null
  holdMinutes: number
}
const step = (minute: number, kw: number | null, untilMinute: number): Said => ({
  minute,
  kw,
  holdMinutes: untilMinute - minute
})

/** Steps whose values are held as long as they are said to: an interval of a quarter, and three more of them. */
function stepsOf(said: Said[]): Steps {
  const steps = new Steps({ registryS: null, defaultS: 300 })
  for (const { minute, kw, holdMinutes } of said)
    steps.put(minute * MINUTE, (holdMinutes * 60) / 4, kw ?? NaN, NaN, NaN)
  return steps
}

/** The minutes 0 … count as numbers, unknown as null. */
function minutesOf(said: Said[], count: number, to = count): (number | null)[] {
  const filled = new Float64Array(count).fill(NaN)
  fillMinutes(filled, 0, stepsOf(said), 0, to * MINUTE)
  return Array.from(filled, kw => (Number.isNaN(kw) ? null : kw))
}

describe('the minutes of one measuring point', () => {
  it.each([
    {
      what: 'constant load is the same constant',
      steps: [step(0, 0.1, 9)],
      count: 3,
      expected: [0.1, 0.1, 0.1]
    },
    { what: 'zero load is zero, not unknown', steps: [step(0, 0, 9)], count: 2, expected: [0, 0] },
    { what: 'nobody spoke', steps: [], count: 2, expected: [null, null] },
    { what: 'unknown before the first value', steps: [step(1, 5, 9)], count: 3, expected: [null, 5, 5] },
    { what: 'stale after its hold', steps: [step(0, 5, 2)], count: 4, expected: [5, 5, null, null] },
    {
      what: 'a value from before the window still acts',
      steps: [step(-9, 5, 1)],
      count: 2,
      expected: [5, null]
    },
    {
      what: 'the next value takes over',
      steps: [step(0, 40, 9), step(1.5, 60, 9)],
      count: 3,
      expected: [40, 50, 60]
    },
    {
      what: 'the mean is over the known part of a minute',
      steps: [step(0, 40, 0.25), step(0.5, 60, 0.75)],
      count: 1,
      expected: [50]
    },
    {
      what: 'an unknown value ends the one before',
      steps: [step(0, 40, 9), step(1, null, 9), step(2, 10, 9)],
      count: 3,
      expected: [40, null, 10]
    },
    { what: 'negative load is export', steps: [step(0, -7, 9)], count: 1, expected: [-7] },
    {
      what: 'the running minute counts up to now',
      steps: [step(0, 30, 9)],
      count: 2,
      to: 1.5,
      expected: [30, 30]
    },
    { what: 'nothing beyond now', steps: [step(0, 30, 9)], count: 3, to: 1, expected: [30, null, null] }
  ])('$what', ({ steps, count, to, expected }) => {
    expect(minutesOf(steps, count, to)).toEqual(expected)
  })

  it('keeps the energy of irregular steps', () => {
    const steps = [step(0, 10, 99), step(0.3, 70, 99), step(2.9, 20, 99), step(4.05, 90, 99)]
    const energy = minutesOf(steps, 6).reduce<number>((sum, kw) => sum + (kw ?? 0), 0)
    expect(energy).toBeCloseTo(10 * 0.3 + 70 * 2.6 + 20 * 1.15 + 90 * 1.95, 9)
  })

  it('fills part of a window anew and leaves the rest', () => {
    const filled = new Float64Array(3)
    fillMinutes(filled, 0, stepsOf([step(0, 5, 9)]), 0, 3 * MINUTE)
    fillMinutes(filled, 1, stepsOf([step(0, 7, 2)]), MINUTE, 3 * MINUTE)
    expect([...filled]).toEqual([5, 7, NaN])
  })
})

const point = (...values: (number | null)[]): LoadMinutes => ({
  kw: Float64Array.from(values, kw => kw ?? NaN),
  counts: null
})
const load = (kw: (number | null)[], reported: number[], expected: number[]): LoadMinutes => ({
  kw: Float64Array.from(kw, value => value ?? NaN),
  counts: { reported: Uint32Array.from(reported), expected: Uint32Array.from(expected) }
})
function sumMinutes(own: LoadMinutes[], children: LoadMinutes[], count: number): LoadMinutes {
  const sums = emptySums(count)
  if (children.length === 0) sums.expected.fill(1)
  for (const child of children) addChild(sums, child, 0, count)
  finishSums(sums, 0, count)
  layOwnOver(sums, own, 0, count)
  return { kw: sums.kw, counts: sums }
}
function plain(minutes: LoadMinutes, count: number) {
  const rows = Array.from({ length: count }, (_, i) => minuteAt(minutes, i))
  return {
    kw: rows.map(row => row.kw),
    reported: rows.map(row => row.reported),
    expected: rows.map(row => row.expected)
  }
}

describe('the minutes of a node', () => {
  it('are its own meter where that is known, else the sum of the children', () => {
    const children = [load([1, 2, null], [1, 1, 0], [1, 1, 1]), load([10, 20, null], [2, 2, 0], [3, 3, 3])]
    expect(plain(sumMinutes([point(50, null, null)], children, 3), 3)).toEqual({
      kw: [50, 22, null],
      reported: [1, 3, 0],
      expected: [1, 4, 4]
    })
  })

  it('come from the first of its own points that is known', () => {
    const own = [point(1, null, null), point(2, 2, null)]
    expect(plain(sumMinutes(own, [], 3), 3)).toEqual({
      kw: [1, 2, null],
      reported: [1, 1, 0],
      expected: [1, 1, 1]
    })
  })

  it('count one that did not report where there is neither meter nor child', () => {
    expect(plain(sumMinutes([], [], 1), 1)).toEqual({ kw: [null], reported: [0], expected: [1] })
  })

  it('sum to the parent exactly as the children', () => {
    const children = [point(1.5, 2), point(3, null)]
    expect(plain(sumMinutes([], children, 2), 2)).toEqual({
      kw: [4.5, 2],
      reported: [2, 1],
      expected: [2, 2]
    })
  })
})
