/**
 * How fast a readings store is, on this machine: node tests/bench/store.ts [sqlite] [influx1]
 * 2,000 meters and 45 days of one of them, as the questions of the screens and of the baseline need them.
 */
import type { Reading } from '../../server/contract/telemetry.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import type { ReadingsStore } from '../../server/readings/store.ts'
import { startInfluxd } from '../helpers/influxd.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const STEP_MS = 300_000
const DAYS = 45
const BATCH = 5_000
const ids = Array.from({ length: 2_000 }, (_, index) => `HH-${String(index).padStart(6, '0')}`)

function meter(id: string, ts: number): Reading {
  const kw = Math.round(Math.random() * 1e4) / 1e3
  return {
    kind: 'meter',
    id,
    ts,
    issued: null,
    intervalS: 300,
    quality: 0,
    values: { kw, kvar: kw / 3, v: 230.4 }
  }
}

/** Live: all meters, one step after another, three hours. */
function live(): Reading[] {
  return Array.from({ length: 36 }, (_, step) =>
    ids.map(id => meter(id, NOON + (step - 36) * STEP_MS))
  ).flat()
}

/** History: one large consumer, newest first. */
function history(id: string): Reading[] {
  return Array.from({ length: DAYS * 288 }, (_, step) => meter(id, NOON - step * STEP_MS))
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now()
  const result = await work()
  return { ms: performance.now() - start, result }
}

async function writeRate(store: ReadingsStore, readings: readonly Reading[]): Promise<string> {
  const { ms } = await timed(async () => {
    for (let first = 0; first < readings.length; first += BATCH)
      await store.write(readings.slice(first, first + BATCH))
  })
  return `${Math.round((readings.length / ms) * 1000)} readings/s`
}

/** The first time, then the median of nine. */
async function latency(question: () => Promise<unknown>): Promise<string> {
  const first = await timed(question)
  const times: number[] = []
  for (let run = 0; run < 9; run++) times.push((await timed(question)).ms)
  const median = times.sort((a, b) => a - b)[4] ?? 0
  return `first ${first.ms.toFixed(1)} ms, then ${median.toFixed(1)} ms`
}

async function measure(name: string, open: () => Promise<ReadingsStore>): Promise<void> {
  const say = (what: string, figure: string) => console.log(`${name.padEnd(8)} ${what.padEnd(52)} ${figure}`)
  const writing = await open()
  const consumers = ['LC-01', 'LC-02', 'LC-03']
  const past = consumers.flatMap(history)
  say('write live, 2,000 meters', await writeRate(writing, live()))
  say('write live again (merges)', await writeRate(writing, live()))
  say('write history of one consumer after another', await writeRate(writing, past))
  say(
    'write history, three consumers side by side',
    await writeRate(
      writing,
      past.toSorted((a, b) => b.ts - a.ts)
    )
  )
  await writing.stop()

  const store = await open()
  const all = { kind: 'meter', id: 'LC-01', from: NOON - DAYS * 86_400_000, to: NOON + 1 } as const
  say('query 45 days at 5 minutes', await latency(() => store.query({ ...all, fields: ['kw'] })))
  const recent = { kind: 'meter', ids, from: NOON - 3 * 3_600_000, to: NOON, field: 'kw' } as const
  say('queryMany 2,000 ids, 3 hours at 5 minutes', await latency(() => store.queryMany(recent)))
  const latest = { kind: 'meter', ids, notBefore: NOON - 86_400_000 } as const
  say('latest of 2,000 ids', await latency(() => store.latest(latest)))
  const minutes = Array.from({ length: 1440 }, (_, minute) => NOON - minute * 60_000)
  const rows = minutes.map(t => ({ node: 'F1', t, kw: 1.5, reported: 3, expected: 3 }))
  await store.writeLoad(rows)
  const day = { node: 'F1', from: NOON - 86_400_000, to: NOON }
  say('queryLoad 24 hours of minutes', await latency(() => store.queryLoad(day)))
  await store.stop()
}

const asked = process.argv.slice(2)
const isAsked = (name: string) => asked.length === 0 || asked.includes(name)

if (isAsked('sqlite')) {
  const folder = await tempDir()
  await measure('sqlite', () => openReadingsStore({ kind: 'sqlite', directory: folder.path }, () => NOON))
  await folder.remove()
}
const binary = needs('influxd')
if (isAsked('influx1') && binary !== null) {
  const influxd = await startInfluxd(binary)
  await measure('influx1', () =>
    openReadingsStore({ kind: 'influx1', url: influxd.url, database: 'bench' }, () => NOON)
  )
  await influxd.stop()
}
