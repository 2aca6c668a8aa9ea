import { describe, expect, it } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import { dataHash } from '../../../server/curtailment/baseline/hash.ts'
import { multiplicative } from '../methods.ts'
import { type Case, historyOf, settled } from './site.ts'

describe('the hash of the data', () => {
  const of = (values: number[], parameters: unknown = {}) =>
    dataHash(parameters, [{ label: 'a', values: Float64Array.from(values) }])

  it('is SHA-256 over the parameters, then labels and little-endian doubles', () => {
    // printf '{}\na 1\n\0\0\0\0\0\0\360?' | sha256sum
    expect(of([1])).toBe('98fc60ce28e429320d03427d091b76d7b2b320fcf7d83d9a89866f6645546902')
  })

  it('knows one unknown and one zero', () => {
    expect(of([-0, Number.NaN])).toBe(of([0, 0 / 0]))
    expect(of([0])).not.toBe(of([Number.NaN]))
  })
})

describe('the same hash, the same digits', () => {
  const ZONE = 'Asia/Ho_Chi_Minh'
  const DAY = '2026-06-25'
  const start = localTime(ZONE).dayStart(DAY) + 14 * 3_600_000
  const hashOf = (kw: (hour: number, date: string) => number | null, other: Partial<Case> = {}) =>
    settled({
      ...{ start, end: start + 7_200_000, zone: ZONE, adjustment: multiplicative },
      history: historyOf(ZONE, DAY, kw, { days: 59 }),
      ...other
    }).explanation.dataHash
  const flat = () => 100
  const but = (date: string, from: number, to: number) => (hour: number, day: string) =>
    day === date && hour >= from && hour < to ? 101 : 100

  it('one other reading of a day that was looked at gives another', () => {
    expect(hashOf(flat)).toBe(hashOf(flat))
    for (const date of ['2026-06-24', '2026-06-11'])
      expect(hashOf(but(date, 14, 14.5)), date).not.toBe(hashOf(flat))
    expect(hashOf(but(DAY, 10, 10.5))).not.toBe(hashOf(flat))
  })

  it('readings that have no part in it change nothing', () => {
    expect(hashOf(but('2026-05-20', 0, 24))).toBe(hashOf(flat))
    expect(hashOf(but(DAY, 14, 16))).toBe(hashOf(flat))
    expect(hashOf(but('2026-06-20', 0, 24))).toBe(hashOf(flat))
  })

  it('other parameters give another', () => {
    const hashes = [
      hashOf(flat),
      hashOf(flat, { adjustment: null }),
      hashOf(flat, { adjustment: { ...multiplicative, cap: 0.3 } }),
      hashOf(flat, { method: 'mid8of10' }),
      hashOf(flat, { minutes: 15 }),
      hashOf(flat, { end: start + 3_600_000 }),
      hashOf(flat, { daysOff: ['2026-06-12'] })
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
