import { afterEach, beforeEach, expect, it } from 'vitest'
import { endOf, type History } from '../../server/forecast/history/history.ts'
import type { LoadQuery, LoadRow } from '../../server/readings/store.ts'
import { readLoads } from '../../server/workers/forecastLoads.ts'
import { DAY, HOUR, halfHours } from '../forecastDesk.ts'
import { tempDir } from '../helpers/tempDir.ts'

const midnight = Date.parse('2026-06-20T00:00:00+07:00')
const now = midnight + 6 * 60_000

let folder: Awaited<ReturnType<typeof tempDir>>
let rows: Map<number, LoadRow>
let asked: LoadQuery[]
beforeEach(async () => {
  folder = await tempDir()
  rows = new Map()
  asked = []
})
afterEach(() => folder.remove())

function write(written: LoadRow[]): void {
  for (const row of written) rows.set(row.t, row)
}
function stored({ from, to }: LoadQuery) {
  const found = [...rows.values()].filter(({ t }) => t >= from && t < to).sort((a, b) => a.t - b.t)
  return {
    t: found.map(({ t }) => t),
    kw: found.map(({ kw }) => kw),
    ...{ kwMin: [], kwMax: [], known: found.map(({ known }) => known ?? 0) },
    ...{ reported: found.map(() => 1), expected: found.map(() => 1) }
  }
}
async function read(at = now, composition = 'a', isDaily = true): Promise<History> {
  asked = []
  const node = { id: 'F1', capacityKw: null, station: null, composition, keepsModel: true, calls: [] }
  const [load] = await readLoads([node], {
    reader: {
      queryLoad: async query => {
        asked.push(query)
        return stored(query)
      }
    },
    ...{ directory: folder.path, now: at, isDaily },
    breathe: async () => undefined,
    onUnwritten: error => {
      throw error
    }
  })
  if (load === undefined) throw new Error('nothing came')
  return load.history
}
const kwAt = (history: History, t: number) => history.columns[0]?.[(t - history.startMs) / (HOUR / 2)]

it('is built once, and then read on from where it ended', async () => {
  write(halfHours('F1', midnight - 100 * DAY, midnight, () => 50))
  const built = await read()
  expect([built.startMs, endOf(built)]).toEqual([midnight - 100 * DAY, midnight])
  expect(Math.min(...asked.map(({ from }) => from))).toBeLessThan(midnight - 3 * 365 * DAY)
  write(halfHours('F1', midnight, midnight + 3 * HOUR, () => 60))
  const soon = await read(now + 3 * HOUR, 'a', false)
  expect(asked.every(({ from }) => from >= midnight - 2 * DAY)).toBe(true)
  expect([kwAt(soon, midnight - HOUR), kwAt(soon, midnight + HOUR)]).toEqual([50, 60])
})

it('takes in what came late, and a past that was read in afterwards, within four weeks', async () => {
  write(halfHours('F1', midnight - 20 * DAY, midnight, () => 50))
  await read()
  write(halfHours('F1', midnight - 3 * DAY, midnight - 2 * DAY, () => 55))
  write(halfHours('F1', midnight - 400 * DAY, midnight - 20 * DAY, () => 40))
  expect(kwAt(await read(now + DAY), midnight - 2.5 * DAY)).toBe(55)
  let history = await read(now + 2 * DAY)
  for (let day = 3; day < 30; day++) history = await read(now + day * DAY)
  expect(history.startMs).toBe(midnight - 400 * DAY)
  expect([...(history.columns[0] ?? [])].filter(Number.isNaN)).toEqual([])
})

it('other meters below it that make little difference change nothing but the last weeks', async () => {
  write(halfHours('F1', midnight - 200 * DAY, midnight, () => 50))
  await read()
  write(halfHours('F1', midnight - 45 * DAY, midnight, () => 53))
  const history = await read(now, 'b')
  expect([kwAt(history, midnight - 100 * DAY), kwAt(history, midnight - 40 * DAY)]).toEqual([50, 53])
  expect(history.composition).toBe('b')
})

it('that make another load of it let go of what was before', async () => {
  write(halfHours('F1', midnight - 200 * DAY, midnight, () => 50))
  await read()
  write(halfHours('F1', midnight - 45 * DAY, midnight, () => 90))
  const history = await read(now, 'b')
  expect(history.startMs).toBeGreaterThan(midnight - 46 * DAY)
  expect(history.startMs).toBeLessThan(midnight - 42 * DAY)
  expect([...new Set(history.columns[0])]).toEqual([90])
})

it('what a store has let go of stays known', async () => {
  write(halfHours('F1', midnight - 60 * DAY, midnight, () => 50))
  await read()
  rows.clear()
  expect(kwAt(await read(now + DAY), midnight - 30 * DAY)).toBe(50)
})

it('of a node that was never heard of only the newest is asked for, and its past once it is', async () => {
  await read()
  expect(asked.length).toBeGreaterThan(30)
  await read(now + HOUR, 'a', false)
  expect(asked.length).toBeLessThan(3)
  await read(now + DAY)
  expect(asked.length).toBeLessThan(7)
  write(halfHours('F1', midnight - 300 * DAY, midnight + 2 * DAY, () => 50))
  const heard = await read(now + 2 * DAY, 'a', false)
  expect(heard.startMs).toBe(midnight - 300 * DAY)
  await read(now + 2 * DAY + HOUR, 'a', false)
  expect(asked.length).toBeLessThan(3)
})
