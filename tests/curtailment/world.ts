import type { Signed } from '../../server/contract/access.ts'
import { type Enrolment, plainContract } from '../../server/contract/enrolments.ts'
import type { CurtailmentEvent, NewCurtailmentEvent } from '../../server/contract/events.ts'
import { localTime } from '../../server/contract/localTime.ts'
import { defaultPriority, defaultTerms } from '../../server/contract/programmeDefaults.ts'
import type { Programme, ProgrammeTerms } from '../../server/contract/programmes.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import { type Controller, createController } from '../../server/curtailment/controller.ts'
import type { CurtailmentNeeds, Outcome } from '../../server/curtailment/needs.ts'
import { ASSUMED_COMMON_ERROR, type ResultNeeds } from '../../server/curtailment/performance/needs.ts'
import { createResults } from '../../server/curtailment/performance/results.ts'
import type { MeterHistory } from '../../server/curtailment/slots/slots.ts'
import { clearMessages, noticesFor } from '../../server/notices/messages.ts'
import { type MemoryEvents, memoryAnswers, memoryEvents, memoryResults } from '../helpers/memoryRecords.ts'

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

export type Overrides = Partial<Omit<CurtailmentNeeds, 'events'>> &
  Partial<Pick<ResultNeeds, 'history'>> & { events?: MemoryEvents }

/** A programme of a kind with the terms of that kind, some of them others. */
export function programmeOf(
  changes: Partial<Programme> = {},
  terms: Partial<ProgrammeTerms> = {}
): Programme {
  const { kind = 'voluntary' } = changes
  return {
    id: 'P1',
    name: 'Voluntary',
    kind,
    priority: defaultPriority[kind],
    settlementIntervalMinutes: 30,
    settleDelayMinutes: 20,
    terms: [{ ...defaultTerms[kind], ...terms }],
    ...changes
  }
}

/**
 *   S1 ─┬─ F1 ─┬─ MP-A  customer A, committed 200 kW       every load: 1000 kW flat, without what is cut
 *       │      └─ MP-B  customer B, committed 100 kW
 *       └─ F2 ─── MP-C  customer C, committed 300 kW
 *
 * The notices in the outbox are the real ones. `controller.tick` waits for what it began to measure.
 */
export function world(overrides: Overrides = {}, programme: Partial<Programme> = {}) {
  const clock = { now: at('09:00') }
  const events = overrides.events ?? memoryEvents()
  const answers = memoryAnswers()
  const kept = memoryResults()
  const cuts: Cut[] = []
  const present = new Map([
    ['MP-A', 1000],
    ['MP-B', 1000],
    ['MP-C', 1000]
  ])
  const seen = { pokes: 0, changes: [] as CurtailmentEvent[], faults: [] as string[] }
  const register = {
    customers: { list: async () => ['A', 'B', 'C'].map(id => ({ id, name: `Works ${id}` })) },
    enrolments: { list: async () => enrolments },
    programmes: { list: async () => [programmeOf(programme)] },
    registry: { nodes: () => nodes },
    now: () => clock.now,
    timeZone: ZONE
  }
  const results = createResults({
    ...{ ...register, events, results: kept, isStored: () => true },
    enrolments: {
      ...register.enrolments,
      ofCustomer: async id => enrolments.filter(({ customerId }) => customerId === id)
    },
    daysOff: async () => ({ publicHolidays: new Set<string>(), daysOff: new Set<string>() }),
    assessed: { placebo: async () => [], commonError: async () => ASSUMED_COMMON_ERROR },
    history: async (meterId, from, to) => load(cuts, meterId, from, Math.min(to, clock.now)),
    ...overrides
  } as ResultNeeds)
  const begin = (): Controller =>
    createController({
      ...{ ...register, events, answers, results, noticesFor, clearMessages },
      approvalAboveKw: 500,
      poke: () => seen.pokes++,
      onChange: event => seen.changes.push(event),
      onFault: what => seen.faults.push(what),
      isStored: () => true,
      ...overrides
    })
  const start = (): Controller => {
    const controller = begin()
    return {
      ...controller,
      async tick() {
        await controller.tick()
        await controller.idle()
      }
    }
  }
  const stateAt = async (controller: Controller, id: string, now: number) => {
    clock.now = now
    await controller.tick()
    return (await events.get(id))?.state
  }
  return {
    clock,
    events,
    answers,
    results,
    kept,
    cuts,
    present,
    seen,
    begin,
    start,
    stateAt,
    controller: start()
  }
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

/** The states that went out to a customer, in order; empty: its notice was cleared. */
export const noticesTo = (events: MemoryEvents, customerId: string): string[] =>
  events.outbox
    .filter(({ topic }) => topic.split('/').at(-2) === customerId)
    .map(({ payload }) => payload && JSON.parse(payload).state)

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
  until: null,
  contract: plainContract,
  predictability: null
}))
