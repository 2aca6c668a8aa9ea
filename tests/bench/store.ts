/**
 * How fast a readings store is, on this machine: node tests/bench/store.ts [sqlite] [influx1] [questions]
 *
 *   sqlite      readings/s of batches as the feed writes them, from 1,000, 10,000 and 1,000,000 meters
 *   influx1     lines/s through the store, and of the same lines posted as they are by a bare client: its ceiling
 *   questions   those of the screens and of the baseline
 */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { cpus, loadavg } from 'node:os'
import type { Reading } from '../../server/contract/telemetry.ts'
import { batchOf, ReadingBatch } from '../../server/log/readingBatch.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import type { ReadingsStore } from '../../server/readings/store.ts'
import { startInfluxd } from '../helpers/influxd.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const MIDNIGHT = Date.UTC(2026, 10, 22)
const STEP_MS = 300_000
const binary = needs('influxd')
const say = (what: string, figure: string) => console.log(`${what.padEnd(58)} ${figure}`)
const thousands = (figure: number) => Math.round(figure).toLocaleString('en').padStart(9)

/**
 * Readings number `from` … `from + count − 1` as lines: six fields a meter; all meters in an order that looks random, one
 * step after another.
 */
function linesOf(meters: number, from: number, count: number): Buffer {
  let text = ''
  for (let n = from; n < from + count; n++) {
    const meter = (n * 7919) % meters
    const step = Math.floor(n / meters)
    const kw = ((n * 48_271) % 100_000) / 1000
    const members = `kw=${kw},kvar=${(kw / 3).toFixed(3)},v=230.4,pf=0.95,kwh=${(1000 + kw * step).toFixed(2)},q=0`
    const ts = MIDNIGHT + step * STEP_MS + (meter % 997)
    text += `meter,id=HH-${String(meter).padStart(7, '0')} ${members},interval_s=300,quality=0 ${ts}\n`
  }
  return Buffer.from(text, 'latin1')
}

/** Making the lines is not counted. */
async function benchSqlite(meters: number, readings: number): Promise<void> {
  const folder = await tempDir()
  const store = await openReadingsStore({ kind: 'sqlite', directory: folder.path }, () => NOON)
  const { rows } = store.limits
  const batch = new ReadingBatch({ capacity: rows })
  let ms = 0
  let cpuUs = 0
  let longestMs = 0
  const report = (what: string, count: number) => {
    const cost = `${(cpuUs / count).toFixed(2)} µs CPU a reading, a batch of ${rows} at most ${Math.round(longestMs)} ms`
    say(
      `sqlite   ${count.toLocaleString('en')} ${what} of ${meters.toLocaleString('en')} meters`,
      `${thousands((count / ms) * 1000)} readings/s, ${cost}`
    )
    ms = 0
    cpuUs = 0
    longestMs = 0
  }
  for (let first = 0; first < readings; first += rows) {
    if (first === meters && meters >= rows * 10) report('first readings', first)
    const body = linesOf(meters, first, Math.min(rows, readings - first))
    const cpu = process.cpuUsage()
    const begun = performance.now()
    batch.clear()
    batch.add(body)
    await store.write(batch)
    const took = performance.now() - begun
    const { user, system } = process.cpuUsage(cpu)
    ms += took
    cpuUs += user + system
    longestMs = Math.max(longestMs, took)
  }
  await store.stop()
  await folder.remove()
  report('readings', meters >= rows * 10 ? readings - meters : readings)
}

const INFLUX_ROWS = 5_000
const IN_FLIGHT = 4

/** Every body once, IN_FLIGHT at a time. Lines a second. */
async function rateOf(
  bodies: readonly Buffer[],
  post: (body: Buffer, lane: number) => Promise<void>
): Promise<number> {
  const begun = performance.now()
  let next = 0
  const lane = async (_: unknown, number: number) => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await post(body, number)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  return ((bodies.length * INFLUX_ROWS) / (performance.now() - begun)) * 1000
}

async function benchInflux1(
  influxd: string,
  meters = 10_000,
  rounds = 5,
  linesARound = 200_000
): Promise<void> {
  const server = await startInfluxd(influxd)
  await server.query('CREATE DATABASE bench')
  const store = await openReadingsStore({ kind: 'influx1', url: server.url, database: 'bench' }, () => NOON)
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  const bare = async (body: Buffer) => {
    const posting = request(`${server.url}/write?db=bench&precision=ms`, { method: 'POST', agent })
    posting.end(body)
    const [response] = await once(posting, 'response')
    response.resume()
    if (response.statusCode !== 204) throw new Error(`InfluxDB answered ${response.statusCode}`)
  }
  const batches = Array.from({ length: IN_FLIGHT }, () => new ReadingBatch({ capacity: INFLUX_ROWS }))
  const through = async (body: Buffer, lane: number) => {
    const batch = batches[lane]
    batch?.clear()
    batch?.add(body)
    if (batch !== undefined) await store.write(batch)
  }
  const rates = { bare: [] as number[], through: [] as number[] }
  let cpuUs = 0
  for (let round = 0; round < 2 * rounds; round++) {
    const bodies = Array.from({ length: linesARound / INFLUX_ROWS }, (_, place) =>
      linesOf(meters, round * linesARound + place * INFLUX_ROWS, INFLUX_ROWS)
    )
    if (round % 2 === 0) rates.bare.push(await rateOf(bodies, bare))
    else {
      const cpu = process.cpuUsage()
      rates.through.push(await rateOf(bodies, through))
      const { user, system } = process.cpuUsage(cpu)
      cpuUs += user + system
    }
  }
  agent.destroy()
  await store.stop()
  await server.stop()
  const ceiling = median(rates.bare)
  const figure = median(rates.through)
  const each = (list: number[]) => list.map(rate => `${Math.round(rate / 1000)}k`).join(' ')
  say(
    'influx1  its ceiling: a bare client, ready-made lines',
    `${thousands(ceiling)} lines/s (${each(rates.bare)})`
  )
  say(
    'influx1  through the store, alternating',
    `${thousands(figure)} lines/s (${each(rates.through)}): ${(figure / ceiling).toFixed(2)} of the ceiling, ${(cpuUs / (rounds * linesARound)).toFixed(2)} µs CPU a line`
  )
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
}

const DAYS = 45
const ids = Array.from({ length: 2_000 }, (_, index) => `HH-${String(index).padStart(6, '0')}`)

function meter(id: string, ts: number): Reading {
  const kw = Math.round(Math.random() * 1e4) / 1e3
  const values = { kw, kvar: kw / 3, v: 230.4 }
  return { kind: 'meter', id, ts, issued: null, intervalS: 300, quality: 0, values }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** The first time, then the median of nine. */
async function latency(question: () => Promise<unknown>): Promise<string> {
  const first = await timed(question)
  const times: number[] = []
  for (let run = 0; run < 9; run++) times.push(await timed(question))
  return `first ${first.toFixed(1)} ms, then ${median(times).toFixed(1)} ms`
}

/** 2,000 meters over three hours, 45 days of three consumers, a day of roll-ups. */
async function benchQuestions(name: string, open: () => Promise<ReadingsStore>): Promise<void> {
  const writing = await open()
  for (let step = -36; step < 0; step++)
    await writing.write(batchOf(ids.map(id => meter(id, NOON + step * STEP_MS))))
  for (const id of ['LC-01', 'LC-02', 'LC-03']) {
    const past = Array.from({ length: DAYS * 288 }, (_, step) => meter(id, NOON - step * STEP_MS))
    await writing.write(batchOf(past))
  }
  const minutes = Array.from({ length: 1440 }, (_, minute) => NOON - minute * 60_000)
  await writing.writeLoad(
    minutes.map(t => ({ node: 'F1', t, kw: 1.5, reported: 3, expected: 3 })),
    60
  )
  await writing.stop()

  const store = await open()
  const ask = async (what: string, question: () => Promise<unknown>) =>
    say(`${name.padEnd(8)} ${what}`, await latency(question))
  const all = { kind: 'meter', id: 'LC-01', from: NOON - DAYS * 86_400_000, to: NOON + 1 } as const
  await ask('query 45 days at 5 minutes', () => store.query({ ...all, fields: ['kw'] }))
  const recent = { kind: 'meter', ids, from: NOON - 3 * 3_600_000, to: NOON, field: 'kw' } as const
  await ask('queryMany 2,000 ids, 3 hours at 5 minutes', () => store.queryMany(recent))
  await ask('latest of 2,000 ids', () => store.latest({ kind: 'meter', ids, notBefore: NOON - 86_400_000 }))
  await ask('latest of everybody', () =>
    store.latest({ kind: 'meter', ids: null, notBefore: NOON - 86_400_000 })
  )
  const day = { node: 'F1', from: NOON - 86_400_000, to: NOON, stepS: 60 } as const
  await ask('queryLoad 24 hours of minutes', () => store.queryLoad(day))
  await store.stop()
}

const asked = process.argv.slice(2)
const isAsked = (name: string) => asked.length === 0 || asked.includes(name)
const machine = () =>
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.versions.node}, load average ${loadavg()
      .map(load => load.toFixed(2))
      .join(' ')}`
  )

machine()
if (isAsked('sqlite')) {
  await benchSqlite(1_000, 1_000_000)
  await benchSqlite(10_000, 1_000_000)
  await benchSqlite(1_000_000, 2_000_000)
}
if (isAsked('influx1') && binary !== null) await benchInflux1(binary)
if (isAsked('questions')) {
  const folder = await tempDir()
  await benchQuestions('sqlite', () =>
    openReadingsStore({ kind: 'sqlite', directory: folder.path }, () => NOON)
  )
  await folder.remove()
  if (binary !== null) {
    const server = await startInfluxd(binary)
    await benchQuestions('influx1', () =>
      openReadingsStore({ kind: 'influx1', url: server.url, database: 'bench' }, () => NOON)
    )
    await server.stop()
  }
}
machine()
