/**
 * How long performance() takes for 40 participants with 45 days of 5-minute history and a day of 15-second samples.
 * node tests/bench/performance.ts [settlement interval in minutes]
 */
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import { localTime } from '../../server/contract/localTime.ts'
import { createController } from '../../server/curtailment/controller.ts'
import type { MeterHistory } from '../../server/curtailment/slots/slots.ts'
import { slotMeans } from '../../server/curtailment/slots/slots.ts'
import { memoryEvents } from '../helpers/memoryRecords.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const minutes = Number(process.argv[2] ?? 30)
const participants = 40
const local = localTime('+07:00')
const today = local.dayStart('2026-06-02')
const start = today + 14 * HOUR
const end = start + 2 * HOUR
let now = start + HOUR

function history(seed: number): MeterHistory {
  const t: number[] = []
  for (let at = today - 45 * 24 * HOUR; at < today; at += 5 * MINUTE) t.push(at)
  const coarse = t.length
  for (let at = today; at < end; at += 15_000) t.push(at)
  const kw = t.map(at => 1000 + 200 * Math.sin(at / HOUR + seed))
  return { t, intervalS: t.map((_, i) => (i < coarse ? 300 : 0)), kw }
}
const meters = new Map(Array.from({ length: participants }, (_, i) => [`M${i}`, history(i)]))

/** Copies its rows, like a store does. */
async function read(meterId: string, from: number, to: number): Promise<MeterHistory> {
  const { t, intervalS, kw } = meters.get(meterId) ?? { t: [], intervalS: [], kw: [] }
  const first = t.findIndex(at => at >= from)
  const past = t.findIndex(at => at >= to)
  const end = past === -1 ? t.length : past
  return { t: t.slice(first, end), intervalS: intervalS.slice(first, end), kw: kw.slice(first, end) }
}

const events = memoryEvents()
const iso = (t: number) => new Date(t).toISOString()
const event: CurtailmentEvent = {
  id: 'CE-20260602-001',
  state: 'active',
  version: 2,
  nodeId: 'S1',
  nodeName: 'S1',
  programmeId: 'P1',
  findingId: null,
  start: iso(start),
  end: iso(end),
  reason: 'heat',
  participants: Array.from(meters.keys(), (meterId, i) => ({
    customerId: `C${i}`,
    customerName: `C${i}`,
    meteringPointId: `MP${i}`,
    meterId,
    requestedKw: 100,
    committedKw: 100,
    acknowledgedAt: null,
    answer: null,
    thanks: null
  })),
  history: [{ version: 2, state: 'notified', at: iso(start - 2 * HOUR), by: 'An', byId: null, note: null }]
}
await events.insert(event)
const controller = createController({
  events,
  customers: { list: async () => [] },
  enrolments: { list: async () => [] },
  programmes: {
    list: async () => [{ id: 'P1', name: 'P1', settlementIntervalMinutes: minutes, settleDelayMinutes: 20 }]
  },
  registry: { nodes: () => [] },
  history: read,
  approvalAboveKw: 10_000,
  presentKw: () => null,
  noticesFor: () => [],
  clearMessages: () => [],
  poke: () => {},
  onChange: () => {},
  isStored: () => true,
  onFault: console.error,
  now: () => now,
  timeZone: '+07:00',
  holidays: []
})

async function timed(what: string, act: () => unknown): Promise<void> {
  const began = performance.now()
  await act()
  console.log(`${what.padEnd(58)}${(performance.now() - began).toFixed(1)} ms`)
}

console.log(`${participants} participants, settlement interval ${minutes} min`)
await timed('first time (days before the event are read)', () => controller.performance(event.id))
for (let i = 1; i <= 3; i++) {
  now += 5000
  await timed('every 5 s', () => controller.performance(event.id))
}
now += 11 * MINUTE
await timed('days before the event read again', () => controller.performance(event.id))

const whole = meters.get('M0') ?? history(0)
const slots = Array.from({ length: (45 * 24 * 60) / minutes }, (_, i) => ({
  start: today - 45 * 24 * HOUR + i * minutes * MINUTE,
  end: today - 45 * 24 * HOUR + (i + 1) * minutes * MINUTE
}))
for (let i = 0; i < 3; i++) {
  await timed(`slotMeans: ${whole.t.length} readings, ${slots.length} slots`, () => slotMeans(whole, slots))
}
