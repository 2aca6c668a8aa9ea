import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type QualityName, qualityBits, qualityNames } from '../../server/contract/quality.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { usualLimits } from '../../server/validation/limits.ts'
import { readThresholds } from '../../server/validation/readThresholds.ts'
import { defaultThresholds, type Thresholds } from '../../server/validation/thresholds.ts'
import { createValidator, type ValidatorNeeds } from '../../server/validation/validator.ts'
import { DAY, HOUR, MINUTE, MONDAY, node, reading } from './readings.ts'

const consumer = node({
  kind: 'meteringPoint',
  id: 'P1',
  meter: 'M1',
  capacityKw: 1000,
  reportIntervalS: 1800,
  customerId: 'C1'
})

/** What is found against each reading, each arriving just after its interval unless `arrivals` says otherwise. */
function verdicts(
  readings: readonly Reading[],
  {
    nodes = [consumer],
    arrivals,
    ...needs
  }: ValidatorNeeds & { nodes?: readonly GridNode[]; arrivals?: readonly number[] } = {}
): QualityName[][] {
  const validator = createValidator(needs)
  validator.setRegistry(nodes)
  return readings.map((one, i) => {
    const batch = batchOf([one])
    validator.validate(batch, arrivals?.[i] ?? one.ts + one.intervalS * 1000 + 1000)
    return qualityNames(batch.quality[0] ?? 0)
  })
}

const halfHours = (values: readonly Reading['values'][], from = MONDAY) =>
  values.map((value, i) => reading({ ts: from + i * 30 * MINUTE, intervalS: 1800, values: value }))

const kwOf = (...kw: number[]) => kw.map(value => ({ kw: value }))

describe('a reading alone', () => {
  const transformer = node({ kind: 'transformer', id: 'T1', ratingKva: 400 })
  const sub = (values: Reading['values'], changes: Partial<Reading> = {}) =>
    reading({ ts: MONDAY, values, ...changes })
  const ofTransformer = { kind: 'transformer', id: 'T1' } as const
  const nominal = readThresholds('{"classes":{"consumer":{"nominalV":220}}}')
  const thresholds = 'thresholds' in nominal ? nominal.thresholds : defaultThresholds

  it.each<[string, Reading, QualityName[]]>([
    ['no load', sub({ kw: 0 }), []],
    ['flat load', sub({ kw: 500, kvar: 100, pf: 0.98, v: 220, kwh: 12345 }), []],
    ['as much as the contract and a tenth', sub({ kw: 1100 }), []],
    ['more', sub({ kw: 1100.5 }), ['outOfRange']],
    ['1e12 kW', sub({ kw: 1e12 }), ['outOfRange']],
    ['1e12 kW of nobody', sub({ kw: 1e12 }, { id: 'stranger' }), ['outOfRange']],
    ['back into the grid', sub({ kw: -3 }), ['negative']],
    ['back into the grid, of nobody', sub({ kw: -3 }, { id: 'stranger' }), []],
    ['a negative register', sub({ kw: 1, kwh: -1 }), ['negative']],
    ['a power factor of 98', sub({ kw: 1, pf: 98 }), ['outOfRange']],
    ['leading', sub({ kw: 1, pf: -0.9 }), []],
    ['voltage low', sub({ kw: 1, v: 170 }), ['outOfRange']],
    ['voltage high', sub({ kw: 1, v: 270 }), ['outOfRange']],
    ['kvar', sub({ kw: 1, kvar: -2000 }), ['outOfRange']],
    ['a transformer overloaded in earnest', sub({ kva: 800, oil_c: 110 }, ofTransformer), []],
    ['beyond what it can carry', sub({ kva: 1200 }, ofTransformer), ['outOfRange']],
    ['oil at 250 °C', sub({ kva: 1, oil_c: 250 }, ofTransformer), ['outOfRange']],
    ['winding at 250 °C', sub({ kva: 1, winding_c: 250 }, ofTransformer), ['outOfRange']],
    ['ambient at −80 °C', sub({ kva: 1, ambient_c: -80 }, ofTransformer), ['outOfRange']],
    ['a hot day', sub({ temp_c: 44, humidity_pct: 30 }, { kind: 'weather', id: 'W' }), []],
    ['85 °C of air', sub({ temp_c: 85 }, { kind: 'weather', id: 'W' }), ['outOfRange']],
    ['humidity', sub({ temp_c: 30, humidity_pct: 101 }, { kind: 'weather', id: 'W' }), ['outOfRange']],
    [
      'a forecast is ahead',
      sub({ temp_c: 30 }, { kind: 'forecast', id: 'W', issued: MONDAY - DAY, ts: MONDAY + 9 * DAY }),
      []
    ]
  ])('%s', (_, one, expected) => {
    const arrivals = [Math.min(one.ts, MONDAY) + 1000]
    expect(verdicts([one], { nodes: [consumer, transformer], thresholds, arrivals })).toEqual([expected])
  })
})

describe('missing and repeated', () => {
  it.each<[string, Reading[], QualityName[][]]>([
    ['one after the other', halfHours(kwOf(1, 2, 3)), [[], [], []]],
    [
      'a slot is missing',
      [0, 2].flatMap(i => halfHours(kwOf(i + 1), MONDAY + i * 30 * MINUTE)),
      [[], ['gap']]
    ],
    ['the same again', [...halfHours(kwOf(1, 2)), ...halfHours(kwOf(2), MONDAY + 30 * MINUTE)], [[], [], []]],
    [
      'the same moment with another value',
      [...halfHours(kwOf(1, 2)), ...halfHours(kwOf(5), MONDAY + 30 * MINUTE)],
      [[], [], ['duplicate']]
    ],
    [
      'an earlier moment with another value',
      [...halfHours(kwOf(1, 2, 3)), ...halfHours(kwOf(5), MONDAY)],
      [[], [], [], ['duplicate']]
    ],
    [
      'late, and then on as if nothing had been',
      [
        ...halfHours(kwOf(1)),
        ...halfHours(kwOf(3), MONDAY + HOUR),
        ...halfHours(kwOf(2), MONDAY + 30 * MINUTE),
        ...halfHours(kwOf(4), MONDAY + 1.5 * HOUR)
      ],
      [[], ['gap'], [], []]
    ],
    [
      'another member of the same moment',
      [reading({ ts: MONDAY, values: { kw: 1 } }), reading({ ts: MONDAY, values: { v: 220, kwh: 7 } })],
      [[], []]
    ],
    [
      'the register of the same moment told twice',
      [reading({ ts: MONDAY, values: { kwh: 7 } }), reading({ ts: MONDAY, values: { kwh: 8 } })],
      [[], ['duplicate']]
    ]
  ])('%s', (_, readings, expected) => {
    expect(verdicts(readings)).toEqual(expected)
  })

  it.each([
    [1, []],
    [1.4, []],
    [2, []],
    [3, ['gap']],
    [400, ['gap']]
  ])('samples %d report intervals apart', (intervals, expected) => {
    const samples = [0, 1, 1 + intervals].map((i, n) =>
      reading({ ts: MONDAY + i * 30 * MINUTE, values: { kw: n + 1 } })
    )
    expect(verdicts(samples).at(-1)).toEqual(expected)
  })

  it('says nothing of the gaps between samples of nobody knows what interval', () => {
    const samples = [0, 1, 9].map(i => reading({ id: 'stranger', ts: MONDAY + i * HOUR, values: { kw: i } }))
    expect(verdicts(samples)).toEqual([[], [], []])
  })
})

describe('runs', () => {
  it('takes six equal values for frozen, but not five, nor zeros', () => {
    expect(verdicts(halfHours(kwOf(3, 7, 7, 7, 7, 7, 8)))).toEqual(Array(7).fill([]))
    expect(verdicts(halfHours(kwOf(3, 7, 7, 7, 7, 7, 7, 7, 8)))).toEqual([
      ...Array(6).fill([]),
      ['frozen'],
      ['frozen'],
      []
    ])
    expect(verdicts(halfHours(kwOf(0, 0, 0, 0, 0, 0, 0, 0)))).toEqual(Array(8).fill([]))
  })

  it('takes more than a day of zeros after use for a fault, and no use at all for none', () => {
    const zeros = Array<number>(52).fill(0)
    const found = verdicts(halfHours(kwOf(5, ...zeros, 5)))
    expect(found.findIndex(names => names.includes('zeroRun'))).toBe(49)
    expect(found.filter(names => names.includes('zeroRun'))).toHaveLength(4)
    expect(found.at(-1)).toEqual([])
    expect(verdicts(halfHours(kwOf(...zeros)))).toEqual(zeros.map(() => []))
  })

  it('gives whole degrees of oil more time', () => {
    const samples = Array.from({ length: 30 }, (_, i) =>
      reading({ kind: 'transformer', id: 'T1', ts: MONDAY + i * 15 * MINUTE, values: { oil_c: 34, kva: i } })
    )
    const found = verdicts(samples)
    expect(found.findIndex(names => names.includes('frozen'))).toBe(24)
  })
})

describe('registers', () => {
  const reads = (...kwh: number[]) => halfHours(kwh.map(value => ({ kw: 10, kwh: value })))
  it.each<[string, Reading[], QualityName[]]>([
    ['counts what was used', reads(100, 105), []],
    ['counts something else', reads(100, 190), ['registerMismatch']],
    ['stands still though power flows', reads(100.25, 100.25), ['registerMismatch']],
    [
      'stands still, but shows only whole kWh: one is allowed',
      halfHours([
        { kw: 1, kwh: 8 },
        { kw: 1, kwh: 8 }
      ]),
      []
    ],
    ['rolls over', reads(99_998, 3), ['registerRollover']],
    ['reset', reads(51_200, 0), ['registerDecrease']],
    ['counts back', reads(51_200, 51_199), ['registerDecrease', 'negative']],
    ['small and reset', reads(700, 2), ['registerDecrease']]
  ])('%s', (_, readings, expected) => {
    expect(verdicts(readings).at(-1)?.toSorted()).toEqual(expected.toSorted())
  })

  it('read at the end of its interval or at the start', () => {
    const kw = [10, 20, 40, 80]
    const atStart = [0, 5, 15, 35]
    const atEnd = [5, 15, 35, 75]
    for (const kwh of [atStart, atEnd]) {
      const readings = halfHours(kw.map((value, i) => ({ kw: value, kwh: kwh[i] ?? 0 })))
      expect(verdicts(readings)).toEqual([[], [], [], []])
    }
  })

  it('knows the digits of a register where they are set', () => {
    const read = readThresholds('{"all":{"registerDigits":4}}')
    const thresholds = 'thresholds' in read ? read.thresholds : defaultThresholds
    expect(verdicts(reads(9800, 20), { thresholds })).toEqual([[], ['registerRollover']])
    expect(verdicts(reads(5000, 20), { thresholds })).toEqual([[], ['registerDecrease']])
  })
})

describe('clocks', () => {
  const samples = (...minutes: number[]) =>
    minutes.map((at, i) => reading({ ts: MONDAY + at * MINUTE, values: { kw: i + 1 } }))
  const nodes = [{ ...consumer, reportIntervalS: 60 }]
  const at = (...minutes: number[]) => minutes.map(minute => MONDAY + minute * MINUTE)

  it.each<[string, Reading[], number[], QualityName[][]]>([
    ['in time', samples(0, 1, 2), at(0, 1, 2), [[], [], []]],
    ['two minutes ahead', samples(2), at(0), [[]]],
    ['four minutes ahead', samples(4), at(0), [['clockSkew']]],
    ['an hour behind, always', samples(0, 1, 2), at(60, 61, 62), [[], ['clockSkew'], ['clockSkew']]],
    ['a backlog all at once', samples(0, 1, 2, 3), at(60, 60, 60.01, 60.01), [[], [], [], []]],
    ['after a backlog in time again', samples(58, 59, 60), at(60, 60, 60), [[], [], []]]
  ])('%s', (_, readings, arrivals, expected) => {
    expect(verdicts(readings, { nodes, arrivals })).toEqual(expected)
  })

  it('takes means of last year for late, and means of the hour to come for a clock that is off', () => {
    const past = halfHours(kwOf(1, 2, 3))
    expect(verdicts(past, { arrivals: past.map(() => MONDAY + 365 * DAY) })).toEqual([[], [], []])
    expect(verdicts(halfHours(kwOf(1)), { arrivals: [MONDAY] })).toEqual([['clockSkew']])
  })
})

describe('who is remembered', () => {
  it('tells sources apart, and looks only at values where there is no room', () => {
    const validator = createValidator({ mostSources: 2 })
    const ids = ['A', 'B', 'C']
    const times = [0, 1, 2].map(i => MONDAY + i * HOUR)
    const gaps = times.map(ts => {
      const batch = batchOf(
        ids.map(id => reading({ id, ts, intervalS: 1800, values: { kw: id === 'C' ? 1e12 : 1 } }))
      )
      validator.validate(batch, ts + HOUR)
      return batch.readings().map(({ quality }) => quality)
    })
    const { gap, outOfRange } = qualityBits
    expect(gaps).toEqual([
      [0, 0, outOfRange],
      [gap, gap, outOfRange],
      [gap, gap, outOfRange]
    ])
    expect(validator.status()).toMatchObject({ sources: 2, mostSources: 2, unremembered: 3 })
  })

  it('remembers many', () => {
    const validator = createValidator({ mostSources: 50_000 })
    const many = Array.from({ length: 20_000 }, (_, i) => `PB0501${i}`)
    const batch = (ts: number) =>
      batchOf(many.map((id, i) => reading({ id, ts, intervalS: 1800, values: { kw: i } })))
    validator.validate(batch(MONDAY), MONDAY + HOUR)
    const next = batch(MONDAY + 30 * MINUTE)
    validator.validate(next, MONDAY + HOUR)
    expect(validator.status().sources).toBe(many.length)
    expect(next.quality.subarray(0, next.count).every(bits => bits === 0)).toBe(true)
    expect(validator.status().bytes / many.length).toBeLessThan(140)
  })

  it('follows the registry', () => {
    const validator = createValidator()
    const bits = (ts: number) => {
      const batch = batchOf([reading({ ts, values: { kw: -1 } })])
      validator.validate(batch, ts)
      return batch.quality[0]
    }
    expect(bits(MONDAY)).toBe(0)
    validator.setRegistry([consumer])
    expect(bits(MONDAY + HOUR / 2)).toBe(qualityBits.negative)
    validator.setRegistry([{ ...consumer, customerId: null, capacityKw: 0.5 }])
    expect(bits(MONDAY + HOUR)).toBe(qualityBits.negative | qualityBits.outOfRange)
  })
})

/** A day or so of a meter that does everything now and then. */
const trouble = fc
  .array(
    fc.record({
      id: fc.constantFrom('M1', 'M2', 'stranger'),
      slot: fc.integer({ min: 0, max: 60 }),
      intervalS: fc.constantFrom(0, 1800),
      kw: fc.constantFrom(0, 1, 1, 1, 5, -2, 1e12),
      kwh: fc.option(fc.integer({ min: 0, max: 200 }), { nil: null })
    }),
    { minLength: 1, maxLength: 80 }
  )
  .map(rows =>
    rows.map(({ id, slot, intervalS, kw, kwh }) =>
      reading({
        id,
        ts: MONDAY + slot * 30 * MINUTE,
        intervalS,
        values: { kw, ...(kwh === null ? {} : { kwh }) }
      })
    )
  )

describe('whatever comes', () => {
  const run = (readings: readonly Reading[], cut: number | null): number[] => {
    let validator = createValidator({ mostSources: 9 })
    validator.setRegistry([consumer])
    return readings.map((one, i) => {
      if (i === cut) {
        const saved = validator.save({ segment: 3, offset: i })
        validator = createValidator({ mostSources: 9 })
        expect(validator.load(saved)).toEqual({ segment: 3, offset: i })
        validator.setRegistry([consumer])
      }
      const batch = batchOf([one])
      const before = batch.readings().map(({ values }) => values)
      validator.validate(batch, one.ts + HOUR)
      expect(batch.readings().map(({ values }) => values)).toEqual(before)
      return batch.quality[0] ?? 0
    })
  }

  it('changes no value, and finds the same when it was stopped and started in between', () => {
    fc.assert(
      fc.property(trouble, fc.nat(79), (readings, cut) => {
        expect(run(readings, cut % readings.length)).toEqual(run(readings, null))
      }),
      { numRuns: 60, seed: 7 }
    )
  })

  it('finds the same in one batch as one by one', () => {
    fc.assert(
      fc.property(trouble, readings => {
        const validator = createValidator({ mostSources: 9 })
        validator.setRegistry([consumer])
        const batch = batchOf(readings)
        validator.validate(batch, MONDAY + 40 * HOUR)
        const other = createValidator({ mostSources: 9 })
        other.setRegistry([consumer])
        const alone = readings.map(one => {
          const single = batchOf([one])
          other.validate(single, MONDAY + 40 * HOUR)
          return single.quality[0]
        })
        expect([...batch.quality.subarray(0, batch.count)]).toEqual(alone)
      }),
      { numRuns: 60, seed: 8 }
    )
  })
})

describe('what was saved', () => {
  const validator = createValidator()
  validator.validate(batchOf(halfHours(kwOf(1, 2))), MONDAY + HOUR)
  const saved = validator.save({ segment: 1, offset: 99 })

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('{"version":1}'.repeat(20))],
    ['a torn one', saved.subarray(0, saved.length - 1)],
    ['one with a flipped bit', flipped(saved, 60)],
    ['another version', flipped(saved, 4)]
  ])('%s is not used', (_, damaged) => {
    expect(createValidator().load(damaged)).toBeNull()
  })

  it('is not used where there is no room for it', () => {
    expect(createValidator({ mostSources: 0 }).load(saved)).toBeNull()
    expect(createValidator({ mostSources: 1 }).load(saved)).toEqual({ segment: 1, offset: 99 })
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

describe('limits', () => {
  it('are those of the class, then of all, then of the class in the file, then of the longest prefix', () => {
    const text = JSON.stringify({
      all: { zeroRunS: 7200 },
      classes: { consumer: { zeroRunS: 5400 } },
      idPrefixes: { M: { zeroRunS: 1e6 }, M1: { zeroRunS: 3600 } }
    })
    const read = readThresholds(text)
    const thresholds: Thresholds =
      'thresholds' in read ? read.thresholds : { classes: usualLimits, idPrefixes: [] }
    expect(thresholds.classes.household.zeroRunS).toBe(7200)
    expect(thresholds.classes.consumer.zeroRunS).toBe(5400)
    const found = verdicts(halfHours(kwOf(5, 0, 0, 0)), { thresholds })
    expect(found).toEqual([[], [], [], ['zeroRun']])
  })
})
