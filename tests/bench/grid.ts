/**
 * What the live state, the rules and the roll-ups cost on this machine:
 *
 *   node tests/bench/grid.ts [days of history = 45] [live | marks | region]
 *
 * First 10,000 registered meters, all customers, so that each has a chart of its own. Then the demo's region into the
 * SQLite store, in this very thread: 2,000 households behind 40 transformers on 6 feeders, 60 large consumers. History
 * comes newest first, as the simulators send it, while live readings go on.
 */
import { cpus } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { createLiveGrid } from '../../server/grid/live.ts'
import { type RollupNeeds, startRollups } from '../../server/grid/rollups.ts'
import { batchOf, ReadingBatch } from '../../server/log/readingBatch.ts'
import { readLoadWindows } from '../../server/readings/loadWindows.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import { evaluate } from '../../server/rules/evaluate.ts'
import { defaultLimits } from '../../server/rules/limits.ts'
import { memoryFrom } from '../../server/rules/memory.ts'
import { memoryNotes } from '../grid/memoryStore.ts'
import { node } from '../grid/nodes.ts'
import { turns } from '../grid/turns.ts'
import { tempDir } from '../helpers/tempDir.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BATCH = 5_000
const METERS = 10_000
const days = Number(process.argv[2] ?? 45)
const only = process.argv[3]
const localDate = (t: number) => new Date(t + 7 * HOUR).toISOString().slice(0, 10)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in use, heap and columns. */
async function bytesInUse(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    await pause(20)
    collectGarbage()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function metered(reportIntervalS: number): GridNode[] {
  const named = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`)
  return [
    node('S', 'substation', null, { capacityKw: 1 }),
    ...named('F', 20).map(id => node(id, 'feeder', 'S', { capacityKw: 1 })),
    ...named('TX', 200).map((id, i) => node(id, 'transformer', `F-${i % 20}`, { ratingKva: 1 })),
    ...Array.from({ length: METERS }, (_, i) =>
      node(`PB${i}`, 'meteringPoint', `TX-${i % 200}`, { customerId: `C-${i}`, reportIntervalS })
    )
  ]
}

/** Puts the next readings into the batch: of meters `${prefix}${first}` … in some order that is not theirs. */
function fill(
  batch: ReadingBatch,
  prefix: string,
  first: number,
  of: number,
  ts: number,
  intervalS = 0
): void {
  batch.clear()
  let lines = ''
  for (let i = 0; i < BATCH; i += 1) {
    const id = (first + i * 7919) % of
    lines += `meter,id=${prefix}${id} kw=${(id + Math.floor(ts / MINUTE)) % 100}.5,v=231,interval_s=${intervalS},quality=0 ${ts}\n`
  }
  batch.add(Buffer.from(lines))
}

/** Microseconds a row and the longest call, ms, of calls for one batch each. */
function stopwatch() {
  let ms = 0
  let rows = 0
  let longest = 0
  return {
    time(work: () => void) {
      const start = performance.now()
      work()
      const took = performance.now() - start
      ms += took
      rows += BATCH
      longest = Math.max(longest, took)
    },
    text: () =>
      `${((1000 * ms) / rows).toFixed(3)} µs a reading, longest ${longest.toFixed(1)} ms for ${BATCH}`
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

async function benchLive(): Promise<void> {
  const nodes = metered(60)
  const before = await bytesInUse()
  const grid = createLiveGrid({ localDate })
  grid.setRegistry(nodes)
  let now = Date.now()
  const batch = new ReadingBatch({ capacity: BATCH })
  for (const [what, prefix, of] of [
    ['registered', 'PB', METERS],
    ['unregistered, of 1,000,000 meters', 'XX', 1_000_000]
  ] as const) {
    const watch = stopwatch()
    for (let i = 0; i < 120; i += 1) {
      now += 1000
      fill(batch, prefix, i * BATCH, of, now)
      if (i < 20) grid.apply(batch, now)
      else watch.time(() => grid.apply(batch, now))
    }
    console.log(`live: ${what}: ${watch.text()}`)
  }
  const sources = grid.sources(now).length
  const bytes = Math.round(((await bytesInUse()) - before) / sources)
  console.log(
    `live: ${bytes} bytes a source, registry and ${sources} sources; ${grid.drops().unassigned} not followed`
  )
  console.log(`live: snapshot of ${nodes.length} nodes ${timed(50, () => void grid.snapshot(now))}`)
  console.log(`live: states for the pages ${timed(50, () => void grid.states(now))}`)
}

/** Roll-ups of 10,000 meters over some simulated hours, beside a store that only counts. */
async function benchMarks(intervalS: number): Promise<void> {
  const nodes = metered(intervalS)
  const before = await bytesInUse()
  const written = { 60: 0, 1800: 0 }
  const store: RollupNeeds<never>['store'] = {
    queryMany: async () => new Map(),
    queryLoad: async () => ({ t: [], kw: [], reported: [], expected: [] }),
    writeLoad: async (rows, stepS) => {
      written[stepS] += rows.length
    }
  }
  let now = Math.floor(Date.now() / HOUR) * HOUR
  const { pause: untilTurn, turn } = turns()
  const rollups = await startRollups({ store, notes: memoryNotes(), now: () => now, pause: untilTurn })
  rollups.setRegistry(nodes)
  await turn()
  const batch = new ReadingBatch({ capacity: BATCH })
  const marked = stopwatch()
  const turned: number[] = []
  const lateness = monitorEventLoopDelay({ resolution: 1 })
  const end = now + (intervalS === 60 ? 4 * HOUR : 24 * HOUR)
  for (let round = 0; now < end; round += 1) {
    now += intervalS * 1000
    for (let first = 0; first < METERS; first += BATCH) {
      fill(batch, 'PB', first * 7919, METERS, now - intervalS * 1000, intervalS === 60 ? 0 : intervalS)
      if (round < 10) rollups.mark(batch)
      else marked.time(() => rollups.mark(batch))
    }
    await pause(0)
    if (round >= 10) lateness.enable()
    const start = performance.now()
    await turn()
    turned.push(performance.now() - start)
    lateness.disable()
  }
  turned.sort((a, b) => a - b)
  const bytes = Math.round(((await bytesInUse()) - before) / METERS)
  const rows = `${written[60]} minutes, ${written[1800]} half-hours written`
  console.log(
    `roll-ups, every ${intervalS} s: marked ${marked.text()}; ${bytes} bytes a meter, registry included`
  )
  console.log(
    `roll-ups, every ${intervalS} s: a turn after all reported: median ${turned[turned.length >> 1]?.toFixed(0)} ms, ` +
      `event loop late at most ${(lateness.max / 1e6).toFixed(1)} ms; ${rows}`
  )
  await rollups.stop()
}

const feeders = Array.from({ length: 6 }, (_, i) => `F-${i}`)
const transformers = Array.from({ length: 40 }, (_, i) => `TX-${i}`)
const households = Array.from({ length: 2000 }, (_, i) => `HH-${i}`)
const large = Array.from({ length: 60 }, (_, i) => `LC-${i}`)
const region: GridNode[] = [
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

function reading(kind: 'meter' | 'transformer', id: string, ts: number, intervalS: number): Reading {
  const kw = Math.round(Math.random() * 1e4) / 10
  return { kind, id, ts, issued: null, intervalS, quality: 0, values: { kw } }
}

/** Everything of the past, newest first. */
function* history(now: number): Generator<Reading> {
  const newest = Math.floor(now / (5 * MINUTE)) * 5 * MINUTE - 5 * MINUTE
  for (let t = newest; t >= now - days * DAY; t -= 5 * MINUTE) {
    for (const id of large) yield reading('meter', id, t, 300)
    if (t % (30 * MINUTE) !== 0) continue
    for (const id of transformers) yield reading('transformer', id, t, 1800)
    if (t >= now - 2 * DAY) for (const id of households) yield reading('meter', id, t, 1800)
  }
}

function benchRules(): void {
  const grid = createLiveGrid({ localDate })
  grid.setRegistry(region)
  let now = Date.now()
  grid.apply(batchOf([...households, ...large].map(id => reading('meter', id, now, 0))), now)
  const enrolled = large.map((id, i) => ({
    customerId: `C-${i}`,
    name: id,
    meteringPointId: id,
    committedKw: 100
  }))
  const ahead = { forecasts: [], transformers: [], today: localDate(now) }
  const snapshot = { ...grid.snapshot(now), enrolled, ...ahead }
  let memory = memoryFrom([], now)
  const cycle = () => {
    now += 1000
    memory = evaluate(snapshot, memory, defaultLimits, now).memory
  }
  console.log(`rules: one cycle over ${region.length} nodes ${timed(100, cycle)}`)
}

async function benchRegion(): Promise<void> {
  const folder = await tempDir()
  const store = await openReadingsStore({ kind: 'sqlite', directory: folder.path }, Date.now)
  let rows = 0
  const longest: Record<string, number> = {}
  /** The store works in this thread: how long each call holds it up. */
  const held = <T>(what: string, call: () => Promise<T>): Promise<T> => {
    const begun = performance.now()
    const answer = call()
    longest[what] = Math.max(longest[what] ?? 0, Math.round(performance.now() - begun))
    return answer
  }
  const counted: RollupNeeds<never>['store'] = {
    queryMany: query => held('queryMany', () => store.queryMany(query)),
    queryLoad: query => held('queryLoad', () => store.queryLoad(query)),
    writeLoad: (batch, stepS) => {
      rows += batch.length
      return held('writeLoad', () => store.writeLoad(batch, stepS))
    }
  }
  const rollups = await startRollups({ store: counted, notes: memoryNotes(), now: Date.now })
  rollups.setRegistry(region)

  const start = Date.now()
  const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`
  const lateness = monitorEventLoopDelay({ resolution: 1 })
  const cpu = process.cpuUsage()
  const put = async (readings: Reading[]) => {
    const batch = batchOf(readings)
    await store.write(batch)
    rollups.mark(batch)
    await pause(0)
  }
  let isDone = false
  const live = (async () => {
    while (!isDone) {
      await put(large.map(id => reading('meter', id, Date.now(), 0)))
      await pause(3_750)
    }
  })()

  let sent = 0
  let batch: Reading[] = []
  for (const each of history(start)) {
    batch.push(each)
    if (batch.length < BATCH) continue
    sent += batch.length
    await put(batch)
    batch = []
  }
  await put(batch)
  console.log(`roll-ups: ${sent + batch.length} readings stored after ${elapsed()}`)
  lateness.enable()
  const watch = async (what: string, isReady: () => Promise<boolean>) => {
    while (!(await isReady())) await pause(250)
    console.log(`roll-ups: ${what} after ${elapsed()}`)
  }
  await watch('last 24 h of every feeder complete', () => isComplete(start - DAY, start))
  await watch('everything done', async () => rollups.status().dirtyHours === 0)
  lateness.disable()
  isDone = true
  const { user, system } = process.cpuUsage(cpu)
  const ms = (ns: number) => (ns / 1e6).toFixed(1)
  console.log(`roll-ups: ${rows} rows, ${((user + system) / 1e6).toFixed(1)} s of CPU, the store's included`)
  console.log(
    `event loop late while computing: p50 ${ms(lateness.percentile(50))}, p99 ${ms(lateness.percentile(99))}, ` +
      `worst ${ms(lateness.max)} ms`
  )
  console.log(`longest call of the store, ms: ${JSON.stringify(longest)}`)
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`)
  await live
  for (const span of [7, 45, 365]) {
    const asked = performance.now()
    const range = { from: start - span * DAY, to: start, points: 1440 }
    const { windowMs, t } = await readLoadWindows(store, 'F-0', range)
    const took = (performance.now() - asked).toFixed(0)
    console.log(`load of ${span} days: ${t.length} windows of ${windowMs / MINUTE} min in ${took} ms`)
  }
  await rollups.stop()
  await store.stop()
  await folder.remove()

  async function isComplete(from: number, to: number): Promise<boolean> {
    for (const id of feeders) {
      const { reported, expected } = await store.queryLoad({
        node: id,
        from,
        to: to - 40 * MINUTE,
        stepS: 60
      })
      if (reported.length < 23 * 60 || reported.some((count, i) => count !== expected[i])) return false
    }
    return true
  }
}

console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`)
if (only === undefined || only === 'live') {
  await benchLive()
  benchRules()
}
if (only === undefined || only === 'marks') for (const intervalS of [60, 1800]) await benchMarks(intervalS)
if (only === undefined || only === 'region') await benchRegion()
