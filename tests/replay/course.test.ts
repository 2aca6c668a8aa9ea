import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../server/contract/findings.ts'
import { addDays, localTime } from '../../server/contract/localTime.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { createLiveGrid } from '../../server/grid/live.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { openSqliteStore } from '../../server/readings/sqlite/sqliteStore.ts'
import type { ReadingsStore } from '../../server/readings/store.ts'
import { spanOf } from '../../server/replay/span.ts'
import { evaluate } from '../../server/rules/evaluate.ts'
import { defaultLimits } from '../../server/rules/limits.ts'
import { memoryFrom } from '../../server/rules/memory.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { hotDay, hotNodes, hotReadings, midnight, timeZone } from './hotDay.ts'
import { enrolled, type Replayed, replayed, told } from './replayed.ts'

const HOUR = 3_600_000
const OFFSET = 7 * HOUR
const local = localTime(timeZone)

let directory: Awaited<ReturnType<typeof tempDir>>
let store: ReadingsStore
const readings = hotReadings()

async function write(some: readonly Reading[]): Promise<void> {
  for (let i = 0; i < some.length; i += 2000) await store.write(batchOf(some.slice(i, i + 2000)))
}

beforeAll(async () => {
  directory = await tempDir()
  store = await openSqliteStore(directory.path)
  await write(readings)
})
afterAll(async () => {
  await store?.stop()
  await directory?.remove()
})

const play = (change: Partial<Parameters<typeof replayed>[0]> = {}): Replayed =>
  replayed({ reads: store, nodes: hotNodes, day: hotDay, timeZone, ...change })

async function whole(change: Parameters<typeof play>[0] = {}): Promise<Replayed> {
  const one = play(change)
  await one.ended
  expect(one.run.progress()).toMatchObject({ state: 'done', trouble: null })
  return one
}

/** The live rules, once a second, over readings that come when their interval ends. */
function live(): Finding[] {
  const { begin, rulesFrom, from, to } = spanOf(hotDay, local, { longestReportS: 900, longestHoldS: 600 })
  const arriving = Map.groupBy(readings, ({ ts, intervalS, issued }) => issued ?? ts + intervalS * 1000)
  const grid = createLiveGrid({ localDate: local.date })
  grid.setRegistry(hotNodes)
  for (const [t, some] of [...arriving].sort(([a], [b]) => a - b)) if (t < begin) grid.apply(batchOf(some), t)
  let memory = memoryFrom([], begin)
  const found = new Map<string, Finding>()
  for (let t = begin; t <= to; t += 1000) {
    const some = arriving.get(t)
    if (some !== undefined) grid.apply(batchOf(some), t)
    if (t < rulesFrom) continue
    const snapshot = { ...grid.snapshot(t), enrolled, forecasts: [], transformers: [], today: local.date(t) }
    const outcome = evaluate(snapshot, memory, defaultLimits, t)
    memory = outcome.memory
    for (const one of outcome.changed) found.set(one.id, one)
  }
  return [...found.values()].filter(({ clearedAt }) => clearedAt === null || Date.parse(clearedAt) > from)
}

describe('a hot day, replayed', () => {
  it('raises and clears at the moments at which the live rules would have', async () => {
    const { course } = await whole()
    const shown = course.findings().map(one => told(one, OFFSET))
    expect(shown).toMatchInlineSnapshot(`
      [
        "heat-peak F1 11:05:00–19:40:00",
        "overload TX 11:35:00–17:50:00",
        "silent-meter MP2 17:15:00–18:05:00",
      ]
    `)
    const expected = live().sort((a, b) => (a.raisedAt < b.raisedAt ? -1 : 1))
    const found = course.findings()
    expect(found.map(one => `${one.kind} ${one.nodeId} ${one.priority}`)).toEqual(
      expected.map(one => `${one.kind} ${one.nodeId} ${one.priority}`)
    )
    for (const [i, one] of found.entries()) {
      const then = expected[i] as Finding
      const late = (a: string | null, b: string | null) =>
        a === null || b === null ? Number(a !== b) : Date.parse(a) - Date.parse(b)
      expect(late(one.raisedAt, then.raisedAt)).toBeGreaterThanOrEqual(0)
      expect(late(one.raisedAt, then.raisedAt)).toBeLessThanOrEqual(10_000)
      expect(late(one.clearedAt, then.clearedAt)).toBeGreaterThanOrEqual(0)
      // A value falls stale within the minute.
      expect(late(one.clearedAt, then.clearedAt)).toBeLessThanOrEqual(60_000)
    }
  })

  it('names whom to call', async () => {
    const { course } = await whole()
    const peak = course.findings().find(({ kind, nodeId }) => kind === 'heat-peak' && nodeId === 'F1')
    expect(peak?.flagged.map(({ customerId }) => customerId)).toEqual(['C1', 'C2'])
  })

  it('knows the heat of the day only as it was foretold by then', async () => {
    const { course } = await whole()
    const peak = course.findings().find(({ kind }) => kind === 'heat-peak')
    // The load passes 90 % before eleven; until then 34 °C are foretold, and no more than 32 °C measured.
    expect(peak && told(peak, OFFSET)).toMatch(/^heat-peak F1 11:05:00/)
    expect(peak?.facts).toMatchObject({
      temperatureIsForecast: expect.any(Number),
      grade: expect.any(Number)
    })
  })

  it('shows each minute as it was known then', async () => {
    const { course } = await whole()
    const { t, kw } = course.loads.of('F1', midnight + 24 * HOUR)
    expect([t.length, t[0], t.at(-1)]).toEqual([1441, midnight, midnight + 24 * HOUR])
    expect(kw.every(value => value !== null)).toBe(true)
    const noon = readings.filter(
      ({ id, ts }) => ['M1', 'M2', 'H1'].includes(id) && ts === midnight + 11.75 * HOUR
    )
    const sum = noon.reduce((total, { values }) => total + (values.kw ?? 0), 0)
    // The five minutes from 11:45 on were known at 11:50.
    expect(kw[11 * 60 + 50]).toBeCloseTo(sum, 2)
    expect(kw[11 * 60 + 49]).not.toBeCloseTo(sum, 2)
  })
})

describe('the same day once more', () => {
  const stories: Record<string, (one: Replayed) => Promise<void> | void> = {
    'at the same speed': () => {},
    'after a pause': async ({ run, course }) => {
      await until(() => course.clock > midnight + HOUR, { what: 'the clock at one' })
      run.change({ paused: true })
      const { clock, state } = run.progress()
      expect(state).toBe('paused')
      await new Promise(resolve => setImmediate(resolve))
      expect(run.progress().clock).toBe(clock)
      run.change({ paused: false, speed: 0 })
    },
    'sent ahead, then on': async ({ run, course }) => {
      await until(() => course.clock > midnight, { what: 'the clock in the day' })
      run.change({ paused: true })
      run.change({ runTo: midnight + 13 * HOUR - 1 })
      await until(() => run.progress().state === 'paused', { what: 'it stands where it was sent' })
      expect(run.progress().clock).toBe(midnight + 13 * HOUR)
      run.change({ paused: false, speed: 0 })
    },
    'while readings of other days are written': async ({ course }) => {
      for (let i = 0; !course.isOver && i < 20; i++) {
        const other = readings.slice(0, 500).map(one => ({ ...one, ts: one.ts + (40 + i) * 24 * HOUR }))
        await write(other.filter(({ kind }) => kind !== 'forecast'))
        await new Promise(resolve => setImmediate(resolve))
      }
    },
    'held while somebody asks for a plan': async ({ run, course }) => {
      await until(() => course.clock > midnight + HOUR, { what: 'the clock at one' })
      await run.held(async () => {
        const { clock } = course
        await new Promise(resolve => setImmediate(resolve))
        expect(course.clock).toBe(clock)
      })
    }
  }

  it.each([
    ['at the same speed', 0],
    ['at the same speed', 3600],
    ['after a pause', 3600],
    ['after a pause', 0],
    ['sent ahead, then on', 60],
    ['while readings of other days are written', 0],
    ['held while somebody asks for a plan', 3600]
  ])('%s, speed %i: the same digest', async (story, speed) => {
    const first = await whole()
    const one = play({ speed })
    await stories[story]?.(one)
    await one.ended
    expect(one.run.progress()).toMatchObject({ state: 'done', trouble: null })
    expect(one.course.digest()).toBe(first.course.digest())
    expect(one.course.findings()).toEqual(first.course.findings())
  })

  it('by other limits gives other findings and another digest', async () => {
    const first = await whole()
    const other = await whole({ limits: { ...defaultLimits, heatRaiseShare: 0.93, heatClearShare: 0.9 } })
    expect(other.course.digest()).not.toBe(first.course.digest())
    const peakOf = ({ course }: Replayed) =>
      course.findings().find(({ nodeId }) => nodeId === 'F1')?.raisedAt ?? ''
    expect(peakOf(other) > peakOf(first)).toBe(true)
  })
})

describe('what was foretold on that day', () => {
  const tomorrow = addDays(hotDay, 1)
  const ahead = (hour: number, probability: number, maxTemperatureC: number) => ({
    at: midnight + hour * HOUR,
    ahead: [
      {
        ...{ nodeId: 'F1', nodeName: 'feeder F1', issuedAt: midnight + hour * HOUR, capacityKw: 1000 },
        peaks: [
          {
            ...{
              day: tomorrow,
              at: new Date(midnight + 38 * HOUR).toISOString(),
              p10Kw: 900,
              p50Kw: 990,
              p90Kw: 1080
            },
            ...{ probabilityAboveCapacity: probability, maxTemperatureC, maxHeatIndexC: null }
          }
        ]
      }
    ]
  })

  it('raises a warning when it is issued, and withdraws it when the weather turns', async () => {
    const issued = [ahead(1, 0.1, 36), ahead(6, 0.6, 39), ahead(12, 0.01, 32), ahead(12.5, 0.01, 32)]
    const { course } = await whole({ issued })
    const warnings = course.findings().filter(({ kind }) => kind === 'heat-peak-ahead')
    expect(warnings.map(one => told(one, OFFSET))).toEqual([
      expect.stringMatching(/^heat-peak-ahead F1 06:00:10–12:30:10/)
    ])
    expect(warnings[0]?.facts.withdrawn).toBe(1)
  })
})

it('readings over longer intervals than the registry says hold by their own', async () => {
  const nodes = hotNodes.map(one => ({ ...one, reportIntervalS: one.reportIntervalS === null ? null : 60 }))
  const { course } = await whole({ nodes })
  const { kw } = course.loads.of('F1', midnight + 24 * HOUR)
  expect(kw.filter(value => value === null)).toEqual([])
  expect(
    course
      .findings()
      .filter(({ kind }) => kind === 'silent-meter')
      .map(({ nodeId }) => nodeId)
  ).toEqual(['MP2'])
})

it('a store that fails ends it, saying why', async () => {
  const reads = {
    ...store,
    async queryMany(): Promise<never> {
      throw new Error('the disk is gone')
    }
  }
  const { run, ended } = play({ reads })
  await ended
  expect(run.progress()).toMatchObject({ state: 'failed', trouble: 'the disk is gone' })
})
