import { describe, expect, it, test } from 'vitest'
import type { Finding } from '../../server/contract/findings.ts'
import {
  asksForLess,
  isOfNow,
  toldToCustomers,
  windowAhead,
  wishOf,
  wishOfPeaks
} from '../../web/src/orderWish.ts'

const finding = (
  kind: Finding['kind'],
  facts: Finding['facts'],
  clearedAt: string | null = null
): Finding => ({
  ...{ id: 'F', kind, nodeId: 'E01', nodeName: 'E01', priority: 2, raisedAt: '2026-05-20T06:00:00Z' },
  ...{ clearedAt, acknowledged: null, summary: '', facts, flagged: [] }
})
const at = (time: string) => Date.parse(`2026-05-21T${time}:00Z`)

describe('the order that answers a finding', () => {
  it.each([
    {
      what: 'a peak ahead: what is above capacity, around the highest half-hour',
      of: finding('heat-peak-ahead', { peakAt: at('07:30'), excessKw: 899.2 }),
      wish: { targetKw: 900, start: at('07:00'), minutes: 90 }
    },
    {
      what: 'a peak ahead that hardly passes it',
      of: finding('heat-peak-ahead', { peakAt: at('07:30'), excessKw: 0 }),
      wish: { targetKw: null, start: at('07:00'), minutes: 90 }
    },
    {
      what: 'a transformer: its relief, in its window',
      of: finding('transformer-limit', { reliefKw: 212, reliefFrom: at('06:30'), reliefTo: at('09:00') }),
      wish: { targetKw: 212, start: at('06:30'), minutes: 150 }
    },
    {
      what: 'a transformer whose relief is unknown',
      of: finding('transformer-limit', { reliefKw: null, reliefFrom: null, reliefTo: null }),
      wish: { targetKw: null, start: null, minutes: null }
    },
    { what: 'a heat peak: as usual', of: finding('heat-peak', { loadKw: 9 }), wish: null }
  ])('$what', ({ of, wish }) => {
    expect(wishOf(of)).toEqual(wish)
  })
})

test('the order that answers a forecast: the next peak that is likely to pass the capacity', () => {
  const peak = (time: string, p90Kw: number, probabilityAboveCapacity: number | null) => ({
    ...{ at: new Date(at(time)).toISOString(), p90Kw, probabilityAboveCapacity }
  })
  const peaks = [peak('05:00', 990, 0.29), peak('07:30', 1049.2, 0.3), peak('11:00', 1200, 0.9)]
  expect(wishOfPeaks(peaks, 1000, at('04:00'))).toEqual({ targetKw: 50, start: at('07:00'), minutes: 90 })
  expect(wishOfPeaks(peaks, 1000, at('08:00'))).toMatchObject({ targetKw: 200, start: at('10:30') })
  expect(wishOfPeaks(peaks.slice(0, 1), 1000, at('04:00'))).toBeNull()
  expect(wishOfPeaks([peak('07:30', 1049, null)], null, at('04:00'))).toBeNull()
})

test.each([
  ['wholly ahead', '07:00', '06:00', { start: at('07:00'), minutes: 90 }],
  ['begun: what is left, from the next slot on', '07:00', '07:30', { start: null, minutes: 60 }],
  ['over: as usual', '07:00', '09:00', { start: null, minutes: null }]
])('a window %s', (_what, start, nextSlot, left) => {
  expect(windowAhead({ targetKw: 1, start: at(start), minutes: 90 }, at(nextSlot))).toEqual(left)
})

test('less load answers peaks, now or ahead, and hot transformers, while they stand', () => {
  const kinds: Finding['kind'][] = [
    'heat-peak',
    'heat-peak-ahead',
    'transformer-limit',
    'overload',
    'oil-sensor'
  ]
  expect(kinds.filter(kind => asksForLess(finding(kind, {})))).toEqual(kinds.slice(0, 3))
  expect(asksForLess(finding('heat-peak-ahead', { withdrawn: 1 }, '2026-05-20T07:00:00Z'))).toBe(false)
})

test('what is foretold is not of now', () => {
  expect(isOfNow(finding('heat-peak', {}))).toBe(true)
  expect(isOfNow(finding('heat-peak-ahead', {}))).toBe(false)
  expect(isOfNow(finding('transformer-limit', { isForecast: 1 }))).toBe(false)
  expect(isOfNow(finding('transformer-limit', { isForecast: 0 }))).toBe(true)
})

test('customers read neither what is missing nor how long it may last', () => {
  const facts = { peakKw: 10_250, excessKw: 900, reliefKw: 212, minutesLeft: 47 }
  expect(toldToCustomers(finding('heat-peak-ahead', facts)).facts).toEqual({
    ...{ peakKw: 10_250, excessKw: null, reliefKw: null, minutesLeft: null }
  })
})
