import { describe, expect, it } from 'vitest'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import type { Delivery } from '../../server/contract/performance.ts'
import type { Plan } from '../../server/contract/plans.ts'
import { createReplayPlanning } from '../../server/workers/replayPlanning.ts'
import type { ReplayQuestions } from '../../server/workers/replayPort.ts'
import { at, enrolment, event, minutes, node, noon, participant, programme } from '../records/samples.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const clock = noon - HOUR / 2
const long = { since: at(clock - 300 * DAY) }

/** 100 … 900 kW by the hour; from `wrongFrom` on a hundred times as much. */
const loadAt = (t: number, wrongFrom: number) =>
  (100 + ((((t / HOUR) % 24) + 24) % 24) * 33) * (t >= wrongFrom ? 100 : 1)

interface World {
  events?: CurtailmentEvent[]
  deliveries?: Partial<Delivery>[]
  wrongFrom?: number
  enrolments?: ReturnType<typeof enrolment>[]
}

async function planOf({
  events = [],
  deliveries = [],
  wrongFrom = Infinity,
  enrolments
}: World = {}): Promise<Plan> {
  const answers: ReplayQuestions = {
    events: async () => events,
    deliveries: async () => deliveries as Delivery[],
    daysOff: async () => ({ publicHolidays: [], daysOff: [] }),
    newestForecasts: async () => [],
    issuedForecasts: async () => []
  }
  const planning = createReplayPlanning({
    timeZone: 'Asia/Ho_Chi_Minh',
    nodes: [
      node('F1', 'feeder'),
      node('MP-C1', 'meteringPoint', { parent: 'F1', meter: 'M-C1', customerId: 'C1' }),
      node('MP-C2', 'meteringPoint', { parent: 'F1', meter: 'M-C2', customerId: 'C2' })
    ],
    enrolments: enrolments ?? [
      enrolment('EN-1', long),
      enrolment('EN-2', { ...long, customerId: 'C2', meteringPointId: 'MP-C2' })
    ],
    customers: ['C1', 'C2'].map(id => ({ id, name: `Works ${id}` })),
    programmes: [programme()],
    grid: { loadKw: () => 500 },
    clock: () => clock,
    reads: () => ({
      async queryLoad({ from, to }) {
        const t: number[] = []
        for (let start = from; start < to; start += HOUR / 2) t.push(start)
        const kw = t.map(start => loadAt(start, wrongFrom))
        const full = t.map(() => 30)
        return { t, kw, kwMin: kw, kwMax: kw, known: full, reported: full, expected: full }
      },
      query: async () => ({ t: [], intervalS: [], quality: [], columns: {} })
    }),
    questions: { call: (method, argument) => answers[method](argument as never) as never }
  })
  const outcome = await planning.plan({ nodeId: 'F1', start: at(noon), durationMinutes: 60 })
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.value
}

const called = (id: string, notifiedAt: number, start: number): CurtailmentEvent =>
  event(id, ['draft', 'notified'], {
    ...{ start: at(start), end: at(start + HOUR) },
    participants: [participant('C1', { start: at(start), end: at(start + HOUR) })],
    history: [
      { version: 1, state: 'draft', at: at(notifiedAt - minutes(5)), by: 'Lan', byId: null, note: null },
      { version: 2, state: 'notified', at: at(notifiedAt), by: 'Lan', byId: null, note: null }
    ]
  })

describe('a plan of the past', () => {
  it('rests on the loads of then, and on baselines of days before', async () => {
    const { candidates } = await planOf()
    expect(candidates.map(({ customerId, presentKw }) => [customerId, presentKw])).toEqual([
      ['C1', 500],
      ['C2', 500]
    ])
    // 12:00 to 13:00 local is 05:00 to 06:00 UTC.
    for (const { baselineKw } of candidates)
      expect(baselineKw).toBeCloseTo((loadAt(noon, Infinity) + loadAt(noon + HOUR / 2, Infinity)) / 2, 3)
  })

  it('does not know what was drawn from that day on', async () => {
    expect(await planOf({ wrongFrom: clock - 11.5 * HOUR })).toEqual(await planOf())
    expect(await planOf({ wrongFrom: clock - 20 * DAY })).not.toEqual(await planOf())
  })

  it('knows who was called by then, and nothing of later calls', async () => {
    const known = await planOf({ events: [called('CE-1', clock - HOUR, noon)] })
    expect(known.candidates.find(({ customerId }) => customerId === 'C1')?.reason).toBe('already-called')
    expect(await planOf({ events: [called('CE-1', clock + minutes(1), noon)] })).toEqual(await planOf())
  })

  it('takes a call that was cancelled later as standing', async () => {
    const standing = called('CE-1', clock - HOUR, noon)
    const change = { version: 3, at: at(clock + minutes(5)), by: 'Lan', byId: null, note: null }
    const later: CurtailmentEvent = {
      ...{ ...standing, state: 'cancelled', version: 3 },
      history: [...standing.history, { ...change, state: 'cancelled' }]
    }
    expect(await planOf({ events: [later] })).toEqual(await planOf({ events: [standing] }))
  })

  it('knows what was delivered before, and nothing of what came after', async () => {
    const delivery = (start: number): Partial<Delivery> => ({
      ...{ eventId: 'CE-1', customerId: 'C1', programmeId: 'voluntary', ratio: 0.2 },
      ...{ start: at(start), end: at(start + HOUR) }
    })
    const [before, after] = [clock - 10 * DAY, clock - HOUR / 2]
    const expectedOf = ({ candidates }: Plan) =>
      candidates.find(one => one.customerId === 'C1')?.expectedKw ?? 0
    const plain = expectedOf(await planOf())
    expect(expectedOf(await planOf({ deliveries: [delivery(before)] }))).toBeLessThan(plain)
    expect(expectedOf(await planOf({ deliveries: [delivery(after)] }))).toBe(plain)
  })

  it('calls nobody who was enrolled only later', async () => {
    const enrolments = [
      enrolment('EN-1', long),
      enrolment('EN-2', { customerId: 'C2', meteringPointId: 'MP-C2', since: at(noon + HOUR) })
    ]
    expect((await planOf({ enrolments })).candidates.map(({ customerId }) => customerId)).toEqual(['C1'])
  })
})
