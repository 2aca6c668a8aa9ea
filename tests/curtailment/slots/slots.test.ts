import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MeterHistory, slotMeans } from '../../../server/curtailment/slots/slots.ts'

const MINUTE = 60_000
type Row = [minute: number, intervalS: number, kw: number | null]

const history = (rows: readonly Row[]): MeterHistory => ({
  t: rows.map(([minute]) => minute * MINUTE),
  intervalS: rows.map(([, intervalS]) => intervalS),
  kw: rows.map(([, , kw]) => kw)
})
/** Slots of so many minutes from 0 on. */
const slots = (minutes: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ start: i * minutes * MINUTE, end: (i + 1) * minutes * MINUTE }))
const every = (minutes: number, count: number, intervalS: number, kw: (i: number) => number): Row[] =>
  Array.from({ length: count }, (_, i) => [i * minutes, intervalS, kw(i)])

describe('interval readings', () => {
  it('act from their stamp on, so two quarter hours make the mean of a half hour', () => {
    expect(
      slotMeans(
        history([
          [0, 900, 10],
          [15, 900, 30]
        ]),
        slots(30, 1)
      )
    ).toEqual([20])
  })

  it('coarser than a slot are a step', () => {
    expect(slotMeans(history([[0, 3600, 8]]), slots(15, 5))).toEqual([8, 8, 8, 8, null])
  })

  it('that straddle a boundary count with their time on each side', () => {
    expect(
      slotMeans(
        history([
          [-5, 600, 60],
          [5, 1500, 0]
        ]),
        slots(30, 1)
      )
    ).toEqual([10])
  })

  it.each([
    [26, null],
    [27, 5],
    [30, 5]
  ])('%i minutes of a half hour known: %s', (minutes, kw) => {
    expect(slotMeans(history([[0, minutes * 60, 5]]), slots(30, 1))).toEqual([kw])
  })

  it('without a value leave their time unknown', () => {
    expect(
      slotMeans(
        history([
          [0, 900, 10],
          [15, 900, null]
        ]),
        slots(15, 2)
      )
    ).toEqual([10, null])
  })
})

describe('instantaneous samples', () => {
  it('hold until the next one, weighted by time', () => {
    const rows: Row[] = [
      [0, 0, 10],
      [10, 0, 40],
      [15, 0, 10],
      [25, 0, 10],
      [30, 0, 0]
    ]
    expect(slotMeans(history(rows), slots(30, 1))).toEqual([15])
  })

  it('hold at most twice the nominal spacing', () => {
    const rows = every(1, 11, 0, () => 6)
    // The last sample at minute 10 holds until 12: 2 of 15 minutes of the second slot of 5 are … too few.
    expect(slotMeans(history(rows), slots(5, 4))).toEqual([6, 6, null, null])
    expect(
      slotMeans(history([...rows, [15, 0, 6], [16, 0, 6], [17, 0, 6], [18, 0, 6], [19, 0, 6]]), slots(5, 4))
    ).toEqual([6, 6, null, 6])
  })

  it('of a change from 5 minutes to 15 seconds are no outage on either side', () => {
    const coarse = every(5, 24, 0, () => 7)
    const fine = every(0.25, 240, 0, () => 9).map(([minute, s, kw]): Row => [120 + minute, s, kw])
    const means = slotMeans(history([...coarse, ...fine]), slots(30, 6))
    expect(means).toEqual([7, 7, 7, 7, 9, 9])
  })

  it('alone in the world hold nothing', () => {
    expect(slotMeans(history([[0, 0, 5]]), slots(1, 2))).toEqual([null, null])
  })
})

describe('overlapping readings', () => {
  it('the finer one acts, whichever comes first', () => {
    const rows: Row[] = [
      [0, 3600, 10],
      [15, 900, 50]
    ]
    expect(slotMeans(history(rows), slots(15, 4))).toEqual([10, 50, 10, 10])
    expect(slotMeans(history(rows.toReversed()), slots(15, 4))).toEqual([10, 50, 10, 10])
  })

  it('of equally fine ones the later acts', () => {
    expect(
      slotMeans(
        history([
          [0, 1800, 10],
          [15, 1800, 20]
        ]),
        slots(15, 3)
      )
    ).toEqual([10, 20, 20])
  })

  it('live samples replace a coarser mean, which fills what they leave open', () => {
    const rows: Row[] = [[0, 3600, 10], ...every(1, 16, 0, () => 20)]
    expect(slotMeans(history(rows), slots(15, 4))).toEqual([20, 10 + 10 * (2 / 15), 10, 10])
  })
})

describe('slots with gaps between them', () => {
  it('are served by one pass', () => {
    const wanted = [slots(15, 2)[1], slots(15, 9)[8]].filter(slot => slot !== undefined)
    expect(slotMeans(history(every(15, 10, 900, i => i)), wanted)).toEqual([1, 8])
  })

  it('nothing known, nothing said', () => {
    expect(slotMeans(history([]), slots(15, 2))).toEqual([null, null])
    expect(slotMeans(history(every(15, 2, 900, () => 1)), [])).toEqual([])
  })
})

describe('laws', () => {
  const row = fc.tuple(
    fc.integer({ min: -20, max: 70 }),
    fc.constantFrom(0, 60, 300, 900, 1800),
    fc.option(fc.double({ min: -100, max: 100, noNaN: true }), { nil: null })
  )
  const rows = fc.array(row, { maxLength: 40 })

  it('order and repetition change nothing', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 10_000 }), (readings, seed) => {
        const shuffled = [...readings, ...readings]
          .map((reading, i) => ({ reading, rank: (i * 7919 + seed) % 104_729 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ reading }) => reading)
        expect(slotMeans(history(shuffled), slots(5, 12))).toEqual(slotMeans(history(readings), slots(5, 12)))
      }),
      { seed: 20_261 }
    )
  })

  it('a mean never leaves the range of the readings', () => {
    fc.assert(
      fc.property(rows, readings => {
        const values = readings.flatMap(([, , kw]) => (kw === null ? [] : [kw]))
        for (const kw of slotMeans(history(readings), slots(15, 4))) {
          if (kw === null) continue
          expect(kw).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9)
          expect(kw).toBeLessThanOrEqual(Math.max(...values) + 1e-9)
        }
      }),
      { seed: 20_262 }
    )
  })
})
