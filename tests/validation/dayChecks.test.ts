import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { ESTIMATED, type QualityName, qualityBits, qualityNames } from '../../server/contract/quality.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { type DayCheckNeeds, type DayChecks, startDayChecks } from '../../server/validation/dayChecks.ts'
import { until } from '../helpers/until.ts'
import { type MemoryStore, memoryStore } from './memoryStore.ts'
import { DAY, HOUR, MINUTE, MONDAY, node, reading } from './readings.ts'

const HALF = 30 * MINUTE
const WEEK = 7 * DAY
const consumer = node({ kind: 'meteringPoint', id: 'P1', meter: 'M1', customerId: 'C1' })

let running: DayChecks[] = []
afterEach(async () => {
  await Promise.all(running.map(checks => checks.stop()))
  running = []
})

/** Day checks that stand at a moment after midnight of the day after MONDAY, unless moved. */
function checksOf(
  store: MemoryStore,
  changes: Partial<DayCheckNeeds> & { nodes?: readonly GridNode[] } = {}
) {
  const clock = { now: MONDAY + DAY + HOUR }
  const { nodes = [consumer], ...needs } = changes
  const checks = startDayChecks({ store, localTime: localTime('+07:00'), now: () => clock.now, ...needs })
  running.push(checks)
  checks.setRegistry(nodes)
  return { checks, clock }
}

/** Means of half an hour; null is missing. */
function halfHours(from: number, kw: readonly (number | null)[], id = 'M1'): Reading[] {
  return kw.flatMap((value, i) =>
    value === null ? [] : [reading({ id, ts: from + i * HALF, intervalS: 1800, values: { kw: value } })]
  )
}

const flat = (kw: number) => Array<number>(48).fill(kw)
/** A day with a hump, the same every time. */
const shape = Array.from({ length: 48 }, (_, i) => 10 + Math.round(10 * Math.sin((i / 48) * Math.PI)))
const without = (kw: readonly number[], from: number, to: number) =>
  kw.map((value, i) => (i >= from && i < to ? null : value))

const namesAt = (store: MemoryStore, id = 'M1', from = MONDAY) =>
  new Map(
    store
      .of(id)
      .filter(({ ts, quality }) => ts >= from && quality !== 0)
      .map(({ ts, quality }): [number, QualityName[]] => [(ts - MONDAY) / HALF, qualityNames(quality)])
  )

describe('verdicts on a day', () => {
  it('say nothing of a day like all others', async () => {
    const store = memoryStore()
    for (const weeks of [0, 1, 2, 3, 4]) store.put(halfHours(MONDAY - weeks * WEEK, shape))
    const { checks } = checksOf(store)
    checks.mark(batchOf(halfHours(MONDAY, shape)))
    await checks.run()
    expect(namesAt(store)).toEqual(new Map())
    expect(checks.status()).toMatchObject({ waitingDays: 0, verdictsChanged: 0, estimated: 0 })
  })

  it.each<[string, number, QualityName[] | undefined]>([
    ['high use', 21, ['highUse']],
    ['low use', 3.9, ['lowUse']],
    ['neither', 12, undefined]
  ])('%s stands on the first reading of the day', async (_, kw, expected) => {
    const store = memoryStore()
    for (const weeks of [1, 2, 3]) store.put(halfHours(MONDAY - weeks * WEEK, flat(10)))
    store.put(halfHours(MONDAY, flat(kw)))
    const { checks } = checksOf(store)
    checks.mark(batchOf(halfHours(MONDAY, [kw])))
    await checks.run()
    expect(namesAt(store).get(0)).toEqual(expected)
    expect(namesAt(store).size).toBe(expected === undefined ? 0 : 1)
  })

  it('are added to what streaming found, and taken back when late data proves them wrong', async () => {
    const store = memoryStore()
    const day = halfHours(MONDAY, [10, 11, 90, 12, 10])
    store.put(day.map(one => ({ ...one, quality: qualityBits.gap })))
    const { checks } = checksOf(store)
    checks.mark(batchOf(day))
    await checks.run()
    expect(namesAt(store).get(2)).toEqual(['gap', 'spike'])
    expect(namesAt(store).get(1)).toEqual(['gap'])
    const late = halfHours(MONDAY + 5 * HALF, [88, 91])
    store.put(late)
    checks.mark(batchOf(late))
    await checks.run()
    expect(namesAt(store).get(2)).toEqual(['gap'])
    expect(store.of('M1').map(({ values }) => values.kw)).toEqual([10, 11, 90, 12, 10, 88, 91])
  })

  it('hold the register against the energy of the day', async () => {
    const store = memoryStore()
    const day = halfHours(MONDAY, flat(10)).map((one, i) => ({
      ...one,
      values: { kw: 10, kwh: 100 + i * 5.5 }
    }))
    store.put(day)
    const { checks } = checksOf(store)
    checks.mark(batchOf(day))
    await checks.run()
    expect(namesAt(store)).toEqual(new Map([[0, ['registerMismatch']]]))
  })

  it.each<[string, number, number, QualityName[] | undefined]>([
    ['all arrives', 4, 6, undefined],
    ['a tenth is lost', 4, 5, undefined],
    ['a half is lost', 2, 3, ['sumCheck']],
    ['more arrives than went in', 8, 6, ['sumCheck']]
  ])('%s of what goes into a transformer', async (_, one, other, expected) => {
    const store = memoryStore()
    store.put(halfHours(MONDAY, flat(10), 'T1').map(each => ({ ...each, kind: 'transformer' })))
    store.put([...halfHours(MONDAY, flat(one), 'H1'), ...halfHours(MONDAY, flat(other), 'H2')])
    const house = (id: string) => node({ kind: 'meteringPoint', id, parent: 'T1' })
    const { checks } = checksOf(store, {
      nodes: [node({ kind: 'transformer', id: 'T1' }), house('H1'), house('H2')]
    })
    checks.mark(batchOf(halfHours(MONDAY, [1], 'H2')))
    await checks.run()
    expect(namesAt(store, 'T1').get(0)).toEqual(expected)
    expect(namesAt(store, 'T1').size).toBe(expected === undefined ? 0 : 1)
  })

  it('say nothing of a sum in which one is missing', async () => {
    const store = memoryStore()
    store.put(halfHours(MONDAY, flat(10), 'T1').map(each => ({ ...each, kind: 'transformer' })))
    store.put([...halfHours(MONDAY, flat(2), 'H1'), ...halfHours(MONDAY, without(flat(2), 0, 20), 'H2')])
    const house = (id: string) => node({ kind: 'meteringPoint', id, parent: 'T1' })
    const { checks } = checksOf(store, {
      nodes: [node({ kind: 'transformer', id: 'T1' }), house('H1'), house('H2')]
    })
    checks.mark(batchOf(halfHours(MONDAY, [1], 'H2')))
    await checks.run()
    expect(namesAt(store, 'T1')).toEqual(new Map())
  })
})

describe('estimates', () => {
  const estimated = (store: MemoryStore) =>
    store
      .of('M1')
      .flatMap(({ ts, quality, values }) =>
        (quality & ESTIMATED) === 0 ? [] : [[(ts - MONDAY) / HALF, values.kw, ...qualityNames(quality)]]
      )

  const run = async (store: MemoryStore, readings: readonly Reading[]) => {
    store.put(readings)
    const { checks } = checksOf(store)
    checks.mark(batchOf(readings))
    await checks.run()
    return checks
  }

  it.each<[string, (number | null)[], unknown[][]]>([
    ['none where nothing is missing', [1, 2, 3], []],
    ['one slot', [1, null, 3], [[1, 2, 'estimatedLinear']]],
    ['no load', [0, null, 0], [[1, 0, 'estimatedLinear']]],
    [
      'two hours',
      [5, null, null, null, null, 10],
      [1, 2, 3, 4].map(slot => [slot, 5 + slot, 'estimatedLinear'])
    ],
    ['longer, with nothing like it', [5, null, null, null, null, null, 10], []],
    ['not over yet', [5, 6, null, null], []]
  ])('%s', async (_, kw, expected) => {
    const store = memoryStore()
    await run(store, halfHours(MONDAY, kw))
    expect(estimated(store)).toEqual(expected)
  })

  it('are none for samples, for strangers, and where they are switched off', async () => {
    const store = memoryStore()
    const samples = halfHours(MONDAY, [1, null, 3]).map(one => ({ ...one, intervalS: 0 }))
    const strangers = halfHours(MONDAY, [1, null, 3], 'X')
    await run(store, [...samples, ...strangers])
    expect(store.rows).toHaveLength(4)
  })

  it('are like the last three days of the same name', async () => {
    const store = memoryStore()
    for (const weeks of [1, 2, 3])
      store.put(
        halfHours(
          MONDAY - weeks * WEEK,
          shape.map(kw => kw + weeks)
        )
      )
    store.put(halfHours(MONDAY - DAY, flat(99)))
    await run(store, halfHours(MONDAY, without(shape, 10, 20)))
    expect(estimated(store)).toEqual(
      shape.slice(10, 20).map((kw, i) => [10 + i, kw + 2, 'estimatedLikeDays'])
    )
  })

  it('are scaled to the register where both ends of the gap are known', async () => {
    const store = memoryStore()
    for (const weeks of [1, 2, 3]) store.put(halfHours(MONDAY - weeks * WEEK, shape))
    let kwh = 1000
    const day = halfHours(
      MONDAY,
      shape.map(kw => kw * 1.5)
    ).map(one => {
      const at = kwh
      kwh += (one.values.kw ?? 0) / 2
      return { ...one, values: { ...one.values, kwh: at } }
    })
    await run(
      store,
      day.filter((_, i) => i < 10 || i >= 20)
    )
    for (const [slot, kw] of estimated(store)) expect(kw).toBeCloseTo((shape[Number(slot)] ?? 0) * 1.5, 5)
    expect(estimated(store)).toHaveLength(10)
  })

  it('fill a gap over several days when it ends, up to a week', async () => {
    const store = memoryStore()
    for (const weeks of [1, 2, 3]) {
      for (const days of [0, 1, 2, 3]) store.put(halfHours(MONDAY - weeks * WEEK - days * DAY, shape))
    }
    store.put(halfHours(MONDAY - 3 * DAY, shape))
    await run(store, halfHours(MONDAY, shape))
    expect(estimated(store)).toHaveLength(96)
    expect(estimated(store).at(0)?.[0]).toBe(-96)
    const other = memoryStore()
    other.put(halfHours(MONDAY - 9 * DAY, shape))
    await run(other, halfHours(MONDAY, shape))
    expect(estimated(other)).toEqual([])
  })

  it('count neither for later estimates nor for the use of later days', async () => {
    const store = memoryStore()
    for (const weeks of [1, 2, 3]) {
      const before = halfHours(MONDAY - weeks * WEEK, flat(10))
      store.put(before.map(one => ({ ...one, quality: qualityBits.estimatedLikeDays })))
    }
    await run(store, halfHours(MONDAY, without(flat(50), 10, 20)))
    expect(estimated(store).filter(([slot]) => Number(slot) >= 0)).toEqual([])
    expect(namesAt(store)).toEqual(new Map())
  })

  it('are the same when looked at again, and give way to what was measured', async () => {
    const store = memoryStore()
    const day = halfHours(MONDAY, [1, null, 3, null, 5])
    const checks = await run(store, day)
    const before = store.of('M1')
    checks.mark(batchOf(day))
    await checks.run()
    expect(store.of('M1')).toEqual(before)
    expect(checks.status().estimated).toBe(2)
    const late = halfHours(MONDAY + HALF, [7])
    store.put(late)
    checks.mark(batchOf(late))
    await checks.run()
    expect(store.of('M1').map(({ values, quality }) => [values.kw, quality & ESTIMATED])).toEqual([
      [1, 0],
      [7, 0],
      [3, 0],
      [4, qualityBits.estimatedLinear],
      [5, 0]
    ])
  })

  it('a measured reading that a slow store took meanwhile stands in the end', async () => {
    const store = memoryStore()
    const day = halfHours(MONDAY, [1, null, 3])
    const late = halfHours(MONDAY + HALF, [7])
    store.put(day)
    const { checks } = checksOf(store)
    checks.mark(batchOf(day))
    // It arrives between the look and the write.
    store.beforeWrite = () => {
      store.beforeWrite = () => {}
      store.put(late)
    }
    await checks.run()
    expect(store.of('M1')[1]?.values.kw).toBe(2)
    checks.mark(batchOf(late))
    await until(() => store.of('M1')[1]?.values.kw === 7, { what: 'the measured value' })
    expect(store.of('M1')[1]?.quality).toBe(0)
  })

  it('whatever is missing: what was measured stays as it was, and nothing is estimated outside a gap', async () => {
    const kw = fc.array(fc.option(fc.integer({ min: 0, max: 40 }), { nil: null, freq: 3 }), {
      minLength: 48,
      maxLength: 48
    })
    await fc.assert(
      fc.asyncProperty(kw, async values => {
        const store = memoryStore()
        for (const weeks of [1, 2, 3]) store.put(halfHours(MONDAY - weeks * WEEK, shape))
        const day = halfHours(MONDAY, values)
        if (day.length === 0) return
        const checks = await run(store, day)
        const first = values.findIndex(value => value !== null)
        const last = values.findLastIndex(value => value !== null)
        const stored = store.of('M1').filter(({ ts }) => ts >= MONDAY)
        const real = stored.filter(({ quality }) => (quality & ESTIMATED) === 0)
        expect(real.map(({ ts, values: { kw: value } }) => [ts, value])).toEqual(
          day.map(({ ts, values: { kw: value } }) => [ts, value])
        )
        // Everything between the ends is known now; what lies before the first belongs to a gap of almost a week.
        const inside = stored.filter(({ ts }) => ts >= MONDAY + first * HALF)
        expect(inside).toHaveLength(last - first + 1)
        const before = store.rows
        checks.mark(batchOf(day))
        await checks.run()
        expect(store.rows).toEqual(before)
      }),
      { numRuns: 40, seed: 5 }
    )
  })
})

describe('when', () => {
  it('a day is looked at some minutes after it is over, by itself', async () => {
    const store = memoryStore()
    const day = halfHours(MONDAY, [1, null, 3])
    store.put(day)
    const { checks, clock } = checksOf(store, { cycleMs: 5 })
    clock.now = MONDAY + 10 * HOUR
    checks.mark(batchOf(day))
    await checks.run()
    expect(store.rows.length).toBe(2)
    expect(checks.status().waitingDays).toBeGreaterThan(0)
    clock.now = MONDAY + DAY + 11 * MINUTE
    await until(() => store.rows.length === 3, { what: 'the estimate' })
  })

  it('yesterday is looked at again after a start', async () => {
    const store = memoryStore()
    store.put(halfHours(MONDAY, [1, null, 3]))
    const { checks } = checksOf(store)
    await checks.run()
    expect(store.rows.length).toBe(3)
  })

  it('nothing marked is lost while the store is down', async () => {
    const store = memoryStore()
    const old = MONDAY - 3 * WEEK
    store.put(halfHours(old, [1, null, 3]))
    const { checks } = checksOf(store)
    checks.mark(batchOf(halfHours(old, [1])))
    store.isDown = true
    await expect(checks.run()).rejects.toThrow('the store is down')
    store.isDown = false
    await checks.run()
    expect(store.rows.length).toBe(3)
  })

  it('a failure is told once, and it goes on by itself', async () => {
    const store = memoryStore()
    store.put(halfHours(MONDAY, [1, null, 3]))
    store.isDown = true
    const warnings: string[] = []
    const { checks, clock } = checksOf(store, { cycleMs: 5, warn: text => warnings.push(text) })
    clock.now += HOUR
    // Each turn tries again, and says so until one succeeds.
    await until(() => store.failures >= 3, { what: 'three turns' })
    expect(checks.status().dayCheckError).toBe('the store is down')
    store.isDown = false
    await until(() => store.rows.length === 3, { what: 'the estimate' })
    await until(() => checks.status().dayCheckError === null, { what: 'the end of the turn' })
    expect(warnings).toEqual(['day checks: the store is down; tried again every 0.005 s'])
  })

  it('a day that always fails keeps no other waiting', async () => {
    const store = memoryStore()
    const days = [MONDAY - DAY, MONDAY - 2 * DAY, MONDAY - 3 * WEEK]
    const [newest, next, old = NaN] = days
    for (const day of days) store.put(halfHours(day, [1, null, 3]))
    const { queryMany } = store
    store.queryMany = async query => {
      if ([newest, next].some(day => query.from === (day ?? NaN) - 2 * HOUR)) throw new Error('unreadable')
      return await queryMany(query)
    }
    const { checks, clock } = checksOf(store, { cycleMs: 5, warn: () => undefined })
    for (const day of days) checks.mark(batchOf(halfHours(day, [1])))
    clock.now += HOUR
    await until(() => store.of('M1').some(({ ts }) => ts === old + HALF), { what: 'the estimate' })
    expect(checks.status().dayCheckError).toBe('unreadable')
    await until(() => checks.status().waitingDays === 2, { what: 'only those that fail' })
  })

  it('marks are bounded, and what finds no room is counted', () => {
    const { checks } = checksOf(memoryStore(), { mostDays: 2, mostSources: 2, nodes: [] })
    for (const days of [0, 1, 2, 3]) checks.mark(batchOf(halfHours(MONDAY - days * DAY, [1])))
    checks.mark(batchOf(['A', 'B', 'C'].map(id => reading({ id, ts: MONDAY }))))
    // Two days beyond two, two sources beyond two.
    expect(checks.status()).toMatchObject({ droppedMarks: 4 })
  })
})
