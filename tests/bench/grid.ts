/**
 * What the live state, the rules and the roll-ups cost on this machine, with the demo's region:
 *
 *   node tests/bench/grid.ts [days of history = 45]
 *
 * 2,000 households behind 40 transformers on 6 feeders, 60 large consumers. History comes newest first, as the
 * simulators send it, into the SQLite store, while live readings go on every 15 seconds.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { createLiveGrid } from '../../server/grid/live.ts'
import { startRollups } from '../../server/grid/rollups.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import { evaluate } from '../../server/rules/evaluate.ts'
import { defaultLimits } from '../../server/rules/limits.ts'
import { memoryFrom } from '../../server/rules/memory.ts'
import { memoryNotes } from '../grid/memoryStore.ts'
import { node } from '../grid/nodes.ts'
import { tempDir } from '../helpers/tempDir.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BATCH = 5_000
const days = Number(process.argv[2] ?? 45)

const feeders = Array.from({ length: 6 }, (_, i) => `F-${i}`)
const transformers = Array.from({ length: 40 }, (_, i) => `TX-${i}`)
const households = Array.from({ length: 2000 }, (_, i) => `HH-${i}`)
const large = Array.from({ length: 60 }, (_, i) => `LC-${i}`)
const nodes: GridNode[] = [
  node('REGION', 'province', null, { weather: 'W' }),
  node('SS-0', 'substation', 'REGION', { capacityKw: 1 }),
  node('SS-1', 'substation', 'REGION', { capacityKw: 1 }),
  ...feeders.map((id, i) => node(id, 'feeder', `SS-${i % 2}`, { capacityKw: 1 })),
  ...transformers.map((id, i) =>
    node(id, 'transformer', `F-${i % 6}`, { ratingKva: 1, reportIntervalS: 1800 })
  ),
  ...households.map((id, i) => node(id, 'meteringPoint', `TX-${i % 40}`, { reportIntervalS: 1800 })),
  ...large.map((id, i) =>
    node(id, 'meteringPoint', `F-${i % 6}`, { customerId: `C-${i}`, reportIntervalS: 300 })
  )
]
const enrolled = large.map((id, i) => ({
  customerId: `C-${i}`,
  name: id,
  meteringPointId: id,
  committedKw: 100
}))

function reading(kind: 'meter' | 'transformer', id: string, ts: number, intervalS: number): Reading {
  return {
    kind,
    id,
    ts,
    issued: null,
    intervalS,
    quality: 0,
    values: { kw: Math.round(Math.random() * 1e4) / 10 }
  }
}

/** Everything of the past, newest first. */
function* history(now: number): Generator<Reading> {
  for (
    let t = Math.floor(now / (5 * MINUTE)) * 5 * MINUTE - 5 * MINUTE;
    t >= now - days * DAY;
    t -= 5 * MINUTE
  ) {
    for (const id of large) yield reading('meter', id, t, 300)
    if (t % (30 * MINUTE) !== 0) continue
    for (const id of transformers) yield reading('transformer', id, t, 1800)
    if (t >= now - 2 * DAY) for (const id of households) yield reading('meter', id, t, 1800)
  }
}

function timed(times: number, work: () => void): string {
  for (let i = 0; i < 20; i += 1) work()
  const each: number[] = []
  for (let i = 0; i < times; i += 1) {
    const start = performance.now()
    work()
    each.push(performance.now() - start)
  }
  each.sort((a, b) => a - b)
  return `median ${each[times >> 1]?.toFixed(2)} ms, worst ${each.at(-1)?.toFixed(2)} ms`
}

function benchLive(): void {
  const localDate = (t: number) => new Date(t + 7 * HOUR).toISOString().slice(0, 10)
  const grid = createLiveGrid({ localDate })
  grid.setRegistry(nodes)
  let now = Date.now()
  const seconds = 20
  const ids = [...households, ...large]
  const start = performance.now()
  for (let s = 0; s < seconds; s += 1) {
    now += 1000
    const second = Array.from({ length: 10_000 }, (_, i) =>
      reading('meter', ids[i % ids.length] ?? '', now, 0)
    )
    grid.apply(second, now)
  }
  const perSecond = (performance.now() - start) / seconds
  console.log(`live: 10,000 readings made and applied in ${perSecond.toFixed(1)} ms`)
  console.log(`live: snapshot of ${nodes.length} nodes ${timed(200, () => void grid.snapshot(now))}`)
  console.log(`live: states for the pages ${timed(200, () => void grid.states(now))}`)
  let memory = memoryFrom([], now)
  const snapshot = { ...grid.snapshot(now), enrolled }
  const cycle = () => {
    now += 1000
    memory = evaluate(snapshot, memory, defaultLimits, now).memory
  }
  console.log(`rules: one cycle ${timed(200, cycle)}`)
}

async function benchRollups(): Promise<void> {
  const folder = await tempDir()
  const store = await openReadingsStore({ kind: 'sqlite', directory: folder.path }, Date.now)
  let rows = 0
  const counted = {
    queryMany: store.queryMany.bind(store),
    queryLoad: store.queryLoad.bind(store),
    writeLoad: (batch: Parameters<typeof store.writeLoad>[0]) => {
      rows += batch.length
      return store.writeLoad(batch)
    }
  }
  const rollups = await startRollups({ store: counted, notes: memoryNotes(), now: Date.now })
  rollups.setRegistry(nodes)
  await rollups.recompute()

  const start = Date.now()
  const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`
  const lateness = monitorEventLoopDelay({ resolution: 1 })
  const cpu = process.cpuUsage()
  lateness.enable()
  const put = async (batch: Reading[]) => {
    await store.write(batch)
    rollups.mark(batch)
  }
  let isDone = false
  const live = (async () => {
    while (!isDone) {
      await put(large.map(id => reading('meter', id, Date.now(), 0)))
      await pause(15_000 / 4)
    }
  })()

  let sent = 0
  let dayStoredAt: number | null = null
  let batch: Reading[] = []
  for (const each of history(start)) {
    batch.push(each)
    if (dayStoredAt === null && each.ts < start - DAY) dayStoredAt = Date.now()
    if (batch.length < BATCH) continue
    sent += batch.length
    await put(batch)
    batch = []
  }
  await put(batch)
  sent += batch.length
  console.log(
    `roll-ups: ${sent} readings stored after ${elapsed()}, last 24 h after ${dayStoredAt && dayStoredAt - start} ms`
  )
  const watch = async (what: string, isReady: () => Promise<boolean>) => {
    while (!(await isReady())) await pause(250)
    console.log(`roll-ups: ${what} after ${elapsed()}`)
  }
  await watch('last 24 h of every feeder complete', () => isComplete(start - DAY, start))
  await watch('everything done', async () => rollups.status().dirtyHours === 0)
  isDone = true
  lateness.disable()
  const { user, system } = process.cpuUsage(cpu)
  const ms = (ns: number) => (ns / 1e6).toFixed(1)
  console.log(`roll-ups: ${rows} rows, ${((user + system) / 1e6).toFixed(1)} s of CPU in all threads`)
  console.log(
    `event loop late: p50 ${ms(lateness.percentile(50))}, p99 ${ms(lateness.percentile(99))}, worst ${ms(lateness.max)} ms`
  )
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`)

  await live
  const again = performance.now()
  await rollups.recompute()
  console.log(`roll-ups: a cycle with nothing but live readings ${(performance.now() - again).toFixed(1)} ms`)
  await rollups.stop()
  await store.stop()
  await folder.remove()

  async function isComplete(from: number, to: number): Promise<boolean> {
    for (const id of feeders) {
      const { reported, expected } = await store.queryLoad({ node: id, from, to: to - 40 * MINUTE })
      if (reported.length < 23 * 60 || reported.some((count, i) => count !== expected[i])) return false
    }
    return true
  }
}

benchLive()
await benchRollups()
