/**
 * Ingest against what others reach, side by side, the cases in turn:
 *
 *   npm run bench:ingest -- [--rounds 2] [--messages 1000000] [--only abcdefg] [--backlog-gib 4]
 *
 *   a  a Mosquitto backlog of single QoS 1 readings to the durable log: from 1,000, 10,000 and 1,000,000 meters
 *   b  the same into SQLite, 10,000 registered meters; once with 1,000,000
 *   c  the same into InfluxDB 1.x
 *   d  arrays of 500 from concentrators to the durable log
 *   e  an mqtt.js consumer that acknowledges at once and stores nothing
 *   f  InfluxDB's own ceiling with ready-made lines
 *   g  what acknowledging late costs: the same reader in one thread, both ways
 *   m  resident memory while a backlog stands in the log
 *
 * Mosquitto and InfluxDB run on the same machine, so every figure is a floor. Needs both (Debian packages).
 */
import { parseArgs } from 'node:util'
import {
  acknowledging,
  atOnceConsumer,
  type Figures,
  influxCeiling,
  intoInflux,
  intoSqlite,
  standingBacklog,
  toLog
} from './cases.ts'
import { concentratorArrays, singleReadings } from './load.ts'
import { machine } from './usage.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    messages: { type: 'string', default: '1000000' },
    only: { type: 'string', default: 'abcdefgm' },
    'backlog-gib': { type: 'string', default: '4' }
  }
})
const rounds = Number(values.rounds)
const messages = Number(values.messages)
const now = Date.now()
const MANY = 1_000_000

const single = (meters: number) => singleReadings(messages, meters, now)
const arrays = () => concentratorArrays(2 * messages, 10_000, 500, now)

interface Case {
  letter: string
  name: string
  measure(): Promise<Figures>
  /** Measured once, however many rounds there are. */
  once?: boolean
}

const cases: Case[] = [
  { letter: 'a', name: 'a  to the log, 1,000 meters', measure: () => toLog(single(1000)) },
  { letter: 'e', name: 'e  mqtt.js, acknowledging at once', measure: () => atOnceConsumer(single(10_000)) },
  { letter: 'a', name: 'a  to the log, 10,000 meters', measure: () => toLog(single(10_000)) },
  { letter: 'a', name: 'a  to the log, 1,000,000 meters', measure: () => toLog(single(MANY)) },
  { letter: 'b', name: 'b  into SQLite, 10,000 meters', measure: () => intoSqlite(single(10_000), 10_000) },
  {
    letter: 'b',
    name: 'b  into SQLite, 1,000,000 meters',
    measure: () => intoSqlite(single(MANY), 0),
    once: true
  },
  { letter: 'c', name: 'c  into InfluxDB, 10,000 meters', measure: () => intoInflux(single(10_000), 10_000) },
  {
    letter: 'f',
    name: 'f  InfluxDB alone, 4 requests of 5,000 lines',
    measure: () => influxCeiling(single(10_000), 10_000, { lines: 5000, inFlight: 4 })
  },
  {
    letter: 'f',
    name: 'f  InfluxDB alone, 2 requests of 20,000 lines',
    measure: () => influxCeiling(single(10_000), 10_000, { lines: 20_000, inFlight: 2 })
  },
  {
    letter: 'f',
    name: "f  InfluxDB alone, 2 requests of 8,000 in Gridload's order",
    measure: () => influxCeiling(single(10_000), 10_000, { lines: 8_000, inFlight: 2, together: 7 })
  },
  { letter: 'd', name: 'd  arrays of 500 to the log', measure: () => toLog(arrays()) },
  {
    letter: 'g',
    name: 'g  one thread, acknowledging late',
    measure: () => acknowledging(single(10_000), 'late')
  },
  {
    letter: 'g',
    name: 'g  one thread, acknowledging at once',
    measure: () => acknowledging(single(10_000), 'at-once')
  }
]

const number = (value: number, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const header = [
  'case',
  'messages/s',
  'readings/s',
  'CPU µs a message',
  'commit p50 ms',
  'p99 ms',
  'peak RSS MiB'
]
const line = (cells: string[]) => `| ${cells.join(' | ')} |`
const orDash = (value: number | null, digits = 0) => (value === null ? '–' : number(value, digits))

function row(name: string, figures: Figures): string {
  const { messages: count, readings, seconds, cpuS, peakMiB, commitP50Ms, commitP99Ms } = figures
  return line([
    name,
    number(count / seconds),
    number(readings / seconds),
    orDash(cpuS === null ? null : (cpuS * 1e6) / count, 2),
    orDash(commitP50Ms, 1),
    orDash(commitP99Ms, 1),
    orDash(peakMiB)
  ])
}

const chosen = cases.filter(({ letter }) => values.only.includes(letter))
const measured = new Map<Case, Figures[]>()
console.log(`${machine()}\n${number(messages)} messages, ${rounds} rounds\n`)
console.log(line(header))
console.log(line(header.map((_, column) => (column === 0 ? '---' : '---:'))))
for (let round = 1; round <= rounds; round++) {
  for (const one of chosen) {
    if (one.once && round > 1) continue
    const figures = await one.measure()
    measured.set(one, [...(measured.get(one) ?? []), figures])
    console.log(row(`${one.name} (${round})`, figures))
  }
}

/** The middle of the rounds. */
function middle(name: string, of: (figures: Figures) => number): number | null {
  const found = [...measured].find(([one]) => one.name.startsWith(name))
  const sorted = (found?.[1] ?? []).map(of).sort((a, b) => a - b)
  return sorted.length === 0 ? null : (sorted[Math.floor((sorted.length - 1) / 2)] ?? null)
}
const rate = (name: string) => middle(name, ({ readings, seconds }) => readings / seconds)
const cost = (name: string) => middle(name, ({ cpuS, messages: count }) => (cpuS ?? NaN) / count)
const ratio = (what: string, a: number | null, b: number | null): void => {
  if (a !== null && b !== null) console.log(`${what}: ${number(a / b, 2)}`)
}

console.log()
ratio('a / e', rate('a  to the log, 10,000'), rate('e'))
for (const requests of ['4 requests', '2 requests of 20', '2 requests of 8'])
  ratio(`c / f, ${requests}`, rate('c'), rate(`f  InfluxDB alone, ${requests}`))
ratio(
  'CPU of a message, 1,000,000 meters / 1,000',
  cost('a  to the log, 1,000,000'),
  cost('a  to the log, 1,000 ')
)
ratio(
  'acknowledging late / at once',
  rate('g  one thread, acknowledging late'),
  rate('g  one thread, acknowledging at once')
)
if (values.only.includes('m')) {
  const { peakMiB, logGib } = await standingBacklog(arrays(), Number(values['backlog-gib']))
  console.log(`with ${number(logGib, 2)} GiB of backlog in the log: peak RSS ${peakMiB} MiB`)
}
