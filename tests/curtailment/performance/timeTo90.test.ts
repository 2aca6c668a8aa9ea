import { describe, expect, it } from 'vitest'
import { timeTo90 } from '../../../server/curtailment/performance/timeTo90.ts'
import { halfHours } from './columns.ts'

const MINUTE = 60_000
const slots = halfHours(4)
const part = { start: slots[1]?.start ?? NaN, end: slots[3]?.end ?? NaN }
const baseline = { slots, baselineKw: [1000, 1000, 1000, 1000] }

/** From half an hour before the part on; `intervalS` 0: samples. */
function readings(everyS: number, kw: (minute: number) => number | null, intervalS = everyS) {
  const t: number[] = []
  for (let at = part.start - 30 * MINUTE; at < part.end; at += everyS * 1000) t.push(at)
  return {
    t,
    intervalS: t.map(() => intervalS),
    kw: t.map(at => kw((at - part.start) / MINUTE))
  }
}
const stepAt = (minute: number, cutKw: number) => (at: number) => (at >= minute ? 1000 - cutKw : 1000)

describe('the time to 90 % of what was asked', () => {
  it.each([
    { name: 'means of a minute', meter: readings(60, stepAt(12, 90)), minutes: 12 },
    { name: 'samples of 15 s', meter: readings(15, stepAt(7, 95), 0), minutes: 7 },
    { name: 'down before the start', meter: readings(60, stepAt(-5, 100)), minutes: 0 },
    { name: 'just too little', meter: readings(60, stepAt(12, 89)), minutes: null },
    { name: 'means of five minutes', meter: readings(300, stepAt(10, 100)), minutes: 10 },
    { name: 'samples of five minutes', meter: readings(300, stepAt(10, 100), 0), minutes: 10 },
    { name: 'means of six minutes are too coarse', meter: readings(360, stepAt(12, 100)), minutes: null },
    { name: 'so are samples of six minutes', meter: readings(360, stepAt(12, 100), 0), minutes: null },
    { name: 'no readings', meter: readings(60, () => null), minutes: null }
  ])('$name', ({ meter, minutes }) => {
    expect(timeTo90([meter], part, baseline, 100)).toBe(minutes)
  })

  it('of two meters is that of their sum, and unknown when one is coarse or silent', () => {
    const first = readings(60, stepAt(5, 50))
    const second = readings(60, stepAt(20, 50))
    const both = { slots, baselineKw: [2000, 2000, 2000, 2000] }
    expect(timeTo90([first, second], part, both, 100)).toBe(20)
    expect(timeTo90([first, readings(900, stepAt(20, 50))], part, both, 100)).toBeNull()
    expect(timeTo90([first, readings(60, () => null)], part, both, 100)).toBeNull()
  })

  it('without a baseline is unknown', () => {
    const none = { slots, baselineKw: [null, null, null, null] }
    expect(timeTo90([readings(60, stepAt(0, 100))], part, none, 100)).toBeNull()
  })
})
