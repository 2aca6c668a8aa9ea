import { expect, test } from 'vitest'
import { coincidentPeaks } from '../../server/recognition/coincident.ts'
import { at, event, minutes, noon, participant, performance } from '../records/samples.ts'

/** A result of customers `a`, `b`, … with the kW of each in slots of so many minutes from `start` on. */
function result(id: string, start: number, intervalMinutes: number, kw: Record<string, (number | null)[]>) {
  const participants = Object.keys(kw).map(one => participant(one))
  const one = performance(event(id, ['draft'], { participants, start: at(start) }))
  const slots = Math.max(...Object.values(kw).map(({ length }) => length))
  return {
    ...one,
    intervalMinutes,
    t: Array.from({ length: slots }, (_, i) => start + minutes(i * intervalMinutes)),
    participants: one.participants.map(each => ({ ...each, deliveredKw: kw[each.customerId] ?? [] }))
  }
}
const all = () => ['all']

test('nothing known: no peak', () => {
  const peaks = coincidentPeaks()
  peaks.add(result('CE-1', noon, 30, { a: [null, null] }), all)
  expect(peaks.peak('all')).toBeNull()
})

test('the same slot is summed, not the largest of each', () => {
  const peaks = coincidentPeaks()
  peaks.add(result('CE-1', noon, 30, { a: [100, 10], b: [10, 95] }), all)
  expect(peaks.peak('all')).toEqual({ kw: 110, at: noon })
})

test('events that overlap add up, whatever the length of their slots', () => {
  const peaks = coincidentPeaks()
  peaks.add(result('CE-1', noon, 30, { a: [100, 100] }), all)
  peaks.add(result('CE-2', noon + minutes(45), 15, { b: [50, 70] }), all)
  expect(peaks.peak('all')).toEqual({ kw: 150, at: noon + minutes(45) })
})

test('events one after the other do not, and what lies behind is let go without loss', () => {
  const peaks = coincidentPeaks()
  peaks.add(result('CE-1', noon, 30, { a: [100, 130] }), all)
  peaks.add(result('CE-2', noon + minutes(60), 30, { b: [120] }), all)
  expect(peaks.peak('all')).toEqual({ kw: 130, at: noon + minutes(30) })
})

test('each group has its own', () => {
  const peaks = coincidentPeaks()
  peaks.add(result('CE-1', noon, 30, { a: [100, 10], b: [10, 95] }), customer => ['all', customer])
  expect(peaks.peak('b')).toEqual({ kw: 95, at: noon + minutes(30) })
  expect(peaks.peak('nobody')).toBeNull()
})

test('a load that only rose is a negative peak, not an unknown one', () => {
  const peaks = coincidentPeaks()
  peaks.add(result('CE-1', noon, 30, { a: [-20, -5] }), all)
  expect(peaks.peak('all')).toEqual({ kw: -5, at: noon + minutes(30) })
})

test('an earlier event after a later one would be lost: it is refused', () => {
  const peaks = coincidentPeaks()
  peaks.add(result('CE-2', noon, 30, { a: [1] }), all)
  expect(() => peaks.add(result('CE-1', noon - 1, 30, { a: [1] }), all)).toThrow('CE-1')
})
