import { expect, it } from 'vitest'
import {
  cutOld,
  emptyHistory,
  endOf,
  forgetBefore,
  HALF_HOUR_MS,
  type History,
  lengthOf,
  putInto
} from '../../../server/forecast/history/history.ts'
import { isAnotherLoad } from '../../../server/forecast/history/levelChange.ts'
import { spansToRead } from '../../../server/forecast/history/readingSpans.ts'

const DAY = 86_400_000
const start = Date.parse('2026-06-01T00:00:00Z')
const at = (i: number): number => start + i * HALF_HOUR_MS
const filled = (count: number, kw: (i: number) => number): History => {
  const history = emptyHistory(1)
  const places = Array.from({ length: count }, (_, i) => i)
  putInto(history, places.map(at), [places.map(kw)])
  return { ...history, readUntil: at(count) }
}
const values = (history: History) => [...(history.columns[0] ?? [])]

it('grows at both ends, with unknown half-hours between', () => {
  const history = emptyHistory(1)
  expect(putInto(history, [at(4), at(5)], [[4, 5]])).toBe(at(4))
  expect(putInto(history, [at(8)], [[8]])).toBe(at(8))
  expect(putInto(history, [at(2)], [[2]])).toBe(at(2))
  expect(history.startMs).toBe(at(2))
  expect(values(history)).toEqual([2, NaN, 4, 5, NaN, NaN, 8])
})

it('what is said again replaces, an unknown one too; what is not named stays; what is off the half-hour is left out', () => {
  const history = filled(4, i => i)
  expect(putInto(history, [at(1), at(2), at(3), at(3) + 60_000], [[1, 20, null, 7]])).toBe(at(2))
  expect(values(history)).toEqual([0, 1, 20, NaN])
  expect(putInto(history, [at(2)], [[20]])).toBe(Infinity)
})

it('unknown half-hours alone make nothing longer', () => {
  const history = filled(2, () => 1)
  putInto(history, [at(50)], [[null]])
  expect(lengthOf(history)).toBe(2)
})

it('is cut to three years only beyond four', () => {
  const threeAndHalf = filled(48 * 1300, () => 1)
  cutOld(threeAndHalf)
  expect(lengthOf(threeAndHalf)).toBe(48 * 1300)
  const more = filled(48 * 1500, i => i)
  const end = endOf(more)
  cutOld(more)
  expect(lengthOf(more)).toBe(48 * 1098)
  expect(endOf(more)).toBe(end)
  forgetBefore(more, end + DAY)
  expect(lengthOf(more)).toBe(0)
})

const now = at(48 * 40) + 7 * 60_000
const isDaily = true
const isChanged = false

it('nothing kept: three years; in between: a day; daily: a week, and a part of the past in turn', () => {
  const floor = at(48 * 40)
  const all = [{ from: floor - 3 * 366 * DAY, to: floor }]
  expect(spansToRead(null, now, { isDaily, isChanged })).toEqual(all)
  const history = filled(48 * 40, () => 1)
  expect(spansToRead(history, now, { isDaily: false, isChanged })).toEqual([{ from: floor - DAY, to: floor }])
  const [older, newest] = spansToRead(history, now, { isDaily, isChanged })
  expect(newest).toEqual({ from: floor - 7 * DAY, to: floor })
  expect((older?.to ?? 0) - (older?.from ?? 0)).toBeLessThanOrEqual(40 * DAY)
})

it('in 28 days every half-hour of three years is looked at again', () => {
  const history = filled(48 * 40, () => 1)
  const spans = Array.from({ length: 28 }, (_, day) =>
    spansToRead({ ...history, readUntil: now + day * DAY }, now + day * DAY, { isDaily, isChanged })
  ).flat()
  let reached = now - 3 * 366 * DAY + 28 * DAY
  for (const { from, to } of spans.sort((a, b) => a.from - b.from)) {
    expect(from).toBeLessThanOrEqual(reached)
    reached = Math.max(reached, to)
  }
  expect(reached).toBeGreaterThan(now + 26 * DAY)
})

it('a server that was down for days leaves no hole; a changed registry is followed 46 days back', () => {
  const history = filled(48 * 30, () => 1)
  expect(spansToRead(history, now, { isDaily: false, isChanged })[0]?.from).toBe(at(48 * 29))
  const changed = spansToRead(
    filled(48 * 40, () => 1),
    now,
    { isDaily, isChanged: true }
  ).at(-1)
  expect(changed?.from).toBe(at(48 * 40) - 46 * DAY)
})

it('a node that sums other meters is another load from a tenth of it on', () => {
  const before = Float32Array.from({ length: 200 }, () => 100)
  expect(
    isAnotherLoad(
      before,
      filled(200, () => 105),
      start
    )
  ).toBe(false)
  expect(
    isAnotherLoad(
      before,
      filled(200, () => 115),
      start
    )
  ).toBe(true)
  expect(
    isAnotherLoad(
      before.subarray(0, 50),
      filled(200, () => 500),
      start
    )
  ).toBe(false)
})
