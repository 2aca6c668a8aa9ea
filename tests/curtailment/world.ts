import type { Signed } from '../../server/contract/access.ts'
import type { Enrolment } from '../../server/contract/enrolments.ts'
import type { CurtailmentEvent, NewCurtailmentEvent } from '../../server/contract/events.ts'
import { localTime } from '../../server/contract/localTime.ts'
import type { Programme } from '../../server/contract/programmes.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import { type Controller, createController } from '../../server/curtailment/controller.ts'
import type { CurtailmentNeeds, Outcome } from '../../server/curtailment/needs.ts'
import type { MeterHistory } from '../../server/curtailment/slots/slots.ts'
import { type MemoryEvents, memoryEvents } from '../helpers/memoryRecords.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
const ZONE = '+07:00'
const local = localTime(ZONE)
/** Tuesday 2 June 2026, local time. */
export const at = (clock: string) => Date.parse(`2026-06-02T${clock}:00+07:00`)
export const iso = (clock: string) => new Date(at(clock)).toISOString()

/** Who drafts. */
export const drafter = { by: 'An', byId: 'usr-an' }

/** What a meter draws less for a while, kW; times epoch ms. */
interface Cut {
  meterId: string
  from: number
  to: number
  kw: number
}

/**
 *   S1 ─┬─ F1 ─┬─ MP-A  customer A, committed 200 kW       every load: 1000 kW flat, without what is cut
 *       │      └─ MP-B  customer B, committed 100 kW
 *       └─ F2 ─── MP-C  customer C, committed 300 kW
 */
export function world(overrides: Partial<CurtailmentNeeds> = {}, programme: Partial<Programme> = {}) {
  const clock = { now: at('09:00') }
  const events = memoryEvents()
  const cuts: Cut[] = []
  const present = new Map([
    ['MP-A', 1000],
    ['MP-B', 1000],
    ['MP-C', 1000]
  ])
  const seen = { pokes: 0, changes: [] as CurtailmentEvent[], faults: [] as string[] }
  const start = (): Controller =>
    createController({
      events,
      customers: { list: async () => ['A', 'B', 'C'].map(id => ({ id, name: `Works ${id}` })) },
      enrolments: { list: async () => enrolments },
      programmes: {
        list: async () => [
          { id: 'P1', name: 'Voluntary', settlementIntervalMinutes: 30, settleDelayMinutes: 20, ...programme }
        ]
      },
      registry: { nodes: () => nodes },
      history: async (meterId, from, to) => load(cuts, meterId, from, Math.min(to, clock.now)),
      approvalAboveKw: 500,
      presentKw: id => present.get(id) ?? null,
      noticesFor: event =>
        event.participants.map(({ customerId }) =>
          message('notice', customerId, event, JSON.stringify(event.state))
        ),
      clearMessages: event =>
        event.participants.map(({ customerId }) => message('clear', customerId, event, '')),
      poke: () => seen.pokes++,
      onChange: event => seen.changes.push(event),
      onFault: what => seen.faults.push(what),
      isStored: () => true,
      now: () => clock.now,
      timeZone: ZONE,
      holidays: [],
      ...overrides
    })
  return { clock, events, cuts, present, seen, start, controller: start() }
}

export const order = (changes: Partial<Signed<NewCurtailmentEvent>> = {}): Signed<NewCurtailmentEvent> => ({
  nodeId: 'S1',
  start: iso('14:00'),
  durationMinutes: 120,
  reason: 'heat',
  participants: [
    { customerId: 'A', requestedKw: 200 },
    { customerId: 'B', requestedKw: 100 }
  ],
  ...drafter,
  ...changes
})

/** The value of a command that must not be refused. */
export async function done<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const result = await outcome
  if (!result.ok) throw new Error(`refused: ${result.reason}`)
  return result.value
}

/** A sent event of A and B, 14:00 to 16:00. */
export async function sent(controller: Controller, changes: Partial<Signed<NewCurtailmentEvent>> = {}) {
  const { id } = await done(controller.create(order(changes)))
  return done(controller.send(id, drafter))
}

/** The states that went out to a customer, in order. */
export const noticesTo = (events: MemoryEvents, customerId: string) =>
  events.outbox
    .filter(({ topic }) => topic === customerId)
    .map(({ payload }) => payload && JSON.parse(payload))

function message(what: string, customerId: string, event: CurtailmentEvent, payload: string) {
  const key = `${what}/${customerId}/${event.id}/${event.version}`
  return { key, topic: customerId, payload, retain: true, dueAt: 0 }
}

/** Five-minute means. */
function load(cuts: readonly Cut[], meterId: string, from: number, to: number): MeterHistory {
  const t: number[] = []
  for (let ts = Math.ceil(from / (5 * MINUTE)) * 5 * MINUTE; ts < to; ts += 5 * MINUTE) t.push(ts)
  const cutAt = (ts: number) =>
    cuts.reduce(
      (sum, cut) => sum + (cut.meterId === meterId && ts >= cut.from && ts < cut.to ? cut.kw : 0),
      0
    )
  return { t, intervalS: t.map(() => 300), kw: t.map(ts => 1000 - cutAt(ts)) }
}

const node = (id: string, kind: GridNode['kind'], parent: string | null): GridNode => ({
  id,
  kind,
  parent,
  name: `Node ${id}`,
  meter: kind === 'meteringPoint' ? id.replace('MP', 'M') : null,
  weather: null,
  capacityKw: null,
  ratingKva: null,
  reportIntervalS: null,
  customerId: null
})
const nodes = [
  node('S1', 'substation', null),
  node('F1', 'feeder', 'S1'),
  node('F2', 'feeder', 'S1'),
  node('MP-A', 'meteringPoint', 'F1'),
  node('MP-B', 'meteringPoint', 'F1'),
  node('MP-C', 'meteringPoint', 'F2')
]
export const enrolments: Enrolment[] = [
  ['A', 200],
  ['B', 100],
  ['C', 300]
].map(([customer, committedKw]) => ({
  id: `E-${customer}`,
  programmeId: 'P1',
  customerId: String(customer),
  meteringPointId: `MP-${customer}`,
  committedKw: Number(committedKw),
  since: new Date(local.dayStart('2026-01-01')).toISOString(),
  until: null
}))
