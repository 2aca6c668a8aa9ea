import { describe, expect, it } from 'vitest'
import { type Enrolment, type EnrolmentContract, plainContract } from '../../../server/contract/enrolments.ts'
import type { CurtailmentEvent, Participant } from '../../../server/contract/events.ts'
import type { Delivery } from '../../../server/contract/performance.ts'
import type { Plan, PlanRequest } from '../../../server/contract/plans.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import type { Programme, ProgrammeTerms } from '../../../server/contract/programmes.ts'
import type { GridNode } from '../../../server/contract/registry.ts'
import { createPlanning, type PlanningNeeds } from '../../../server/curtailment/plan/planning.ts'
import { NOW, ZONE } from './site.ts'

const HOUR = 3_600_000
const iso = (t: number) => new Date(t).toISOString()
const programme = (
  id: string,
  changes: Partial<Programme> = {},
  terms: Partial<ProgrammeTerms> = {}
): Programme => ({
  ...{ id, name: id, kind: 'voluntary', priority: 3, settlementIntervalMinutes: 30, settleDelayMinutes: 60 },
  terms: [{ ...defaultTerms.voluntary, ...terms }],
  ...changes
})
const node = (
  id: string,
  kind: GridNode['kind'],
  parent: string | null,
  meter: string | null = null
): GridNode => ({
  ...{ id, kind, parent, name: id, meter, weather: null, capacityKw: null, ratingKva: null },
  ...{ reportIntervalS: 1800, customerId: null }
})
const nodes = [
  node('F1', 'feeder', null),
  ...['A', 'B', 'C', 'D'].map(id => node(`MP-${id}`, 'meteringPoint', 'F1', `M-${id}`)),
  node('MP-E', 'meteringPoint', 'F1')
]
const enrolment = (id: string, contract: Partial<EnrolmentContract> = {}, programmeId = 'P1'): Enrolment => ({
  ...{ id: `EN-${id}`, programmeId, customerId: id, meteringPointId: `MP-${id}`, committedKw: 100 },
  ...{ since: '2026-01-01T00:00:00Z', until: null, predictability: null },
  contract: { ...plainContract, ...contract }
})
const event = (id: string, customerIds: string[], start: number, changes: Partial<CurtailmentEvent> = {}) => {
  const part = { start: iso(start), end: iso(start + 2 * HOUR) }
  const participant = (customerId: string): Participant => ({
    ...{
      customerId,
      customerName: customerId,
      meteringPointId: `MP-${customerId}`,
      meterId: `M-${customerId}`
    },
    ...{ furtherMeters: [], requestedKw: 100, committedKw: 100, ...part, releaseGroup: 1, releasedAt: null },
    ...{ supersededBy: null, acknowledgedAt: null, answer: null, thanks: null }
  })
  const whole: CurtailmentEvent = {
    ...{
      id,
      state: 'notified',
      version: 2,
      nodeId: 'F1',
      nodeName: 'F1',
      programmeId: 'P1',
      findingId: null
    },
    ...{ isDrill: false, priority: 3, targetKw: null, releaseStepMinutes: 0, ...part, reason: 'heat' },
    participants: customerIds.map(participant),
    history: [{ version: 2, state: 'notified', at: iso(start - HOUR), by: 'An', byId: null, note: null }],
    ...changes
  }
  return whole
}
const delivery = (eventId: string, customerId: string, ratio: number | null): Delivery => ({
  ...{
    eventId,
    customerId,
    customerName: customerId,
    meteringPointId: `MP-${customerId}`,
    programmeId: 'P1'
  },
  ...{ resultVersion: 1, isDrill: false, isFinal: true, start: iso(NOW), end: iso(NOW), requestedKw: 100 },
  ...{ committedKw: 100, acceptedKw: null, averageKw: null, sustainedKw: null, deliveredKwh: null, ratio },
  ...{ uncertaintyKw: null, creditKwh: null, creditVnd: null, signs: 0 }
})

function planning(
  changes: {
    enrolments?: Enrolment[]
    programmes?: Programme[]
    events?: CurtailmentEvent[]
    deliveries?: Delivery[]
    present?: Record<string, number | null>
    baseline?: Record<string, number>
  } = {}
) {
  const { enrolments = ['A', 'B', 'C'].map(id => enrolment(id)), programmes = [programme('P1')] } = changes
  const asked: unknown[] = []
  const needs: PlanningNeeds = {
    events: {
      list: async ({ states }) => (changes.events ?? []).filter(one => !states || states.includes(one.state))
    },
    customers: { list: async () => enrolments.map(({ customerId: id }) => ({ id, name: `Works ${id}` })) },
    enrolments: { list: async () => enrolments },
    programmes: { list: async () => programmes },
    registry: { nodes: () => nodes },
    deliveries: {
      async of(filter) {
        asked.push(filter)
        return filter.to > NOW ? (changes.deliveries ?? []) : []
      }
    },
    presentKw: id => changes.present?.[id] ?? (id in (changes.present ?? {}) ? null : 1000),
    foretelling: async () => ({
      baselineKw: id => changes.baseline?.[id] ?? null,
      commonError: () => ({ share: 0.02, days: 30 })
    }),
    now: () => NOW,
    timeZone: ZONE
  }
  return { asked, ...createPlanning(needs) }
}
const request = (changes: Partial<PlanRequest> = {}): PlanRequest => ({
  nodeId: 'F1',
  start: iso(NOW + 4 * HOUR),
  durationMinutes: 120,
  ...changes
})
async function planned(
  changes: Parameters<typeof planning>[0] = {},
  asked: Partial<PlanRequest> = {}
): Promise<Plan> {
  const outcome = await planning(changes).plan(request(asked))
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.value
}
const reasons = (plan: Plan) => Object.fromEntries(plan.candidates.map(one => [one.customerId, one.reason]))
const of = (plan: Plan, id: string) => plan.candidates.find(({ customerId }) => customerId === id)

describe('a plan', () => {
  it('says when, for whom, with which error, and who', async () => {
    const plan = await planned({}, { targetKw: 80 })
    expect(plan).toMatchObject({
      ...{ start: iso(NOW + 4 * HOUR), end: iso(NOW + 6 * HOUR), programmeId: 'P1', targetKw: 80 },
      ...{ probability: 0.9, commonErrorShare: 0.02, commonErrorDays: 30, isExact: true, shortfallKw: 0 }
    })
    expect(plan.candidates.filter(({ proposed }) => proposed)).toHaveLength(2)
    expect(of(plan, 'A')?.name).toBe('Works A')
  })

  it('counts on what each delivered before, drills apart', async () => {
    const { asked, plan } = planning({
      deliveries: [delivery('E1', 'A', 0.2), delivery('E2', 'A', 0.3), delivery('E1', 'B', null)]
    })
    const outcome = await plan(request())
    if (!outcome.ok) throw new Error(outcome.reason)
    expect(asked).toEqual(asked.map(() => expect.objectContaining({ isDrill: false })))
    expect(of(outcome.value, 'A')).toMatchObject({ pastEvents: 2 })
    expect(of(outcome.value, 'B')).toMatchObject({ pastEvents: 0 })
    expect(of(outcome.value, 'A')?.expectedKw).toBeLessThan(of(outcome.value, 'B')?.expectedKw ?? 0)
  })

  it('asks no more than the load that is foretold for the window', async () => {
    const plan = await planned({ baseline: { 'EN-A': 40 } })
    expect(of(plan, 'A')).toMatchObject({ baselineKw: 40, availableKw: 40, requestedKw: 40 })
  })

  it('the load of several metering points is theirs together, unknown where one is', async () => {
    const enrolments = [enrolment('A', { furtherMeteringPointIds: ['MP-D'], minimumLoadKw: 950 })]
    const plan = await planned({ enrolments, present: { 'MP-A': 600, 'MP-D': 400 } })
    expect(of(plan, 'A')).toMatchObject({ presentKw: 1000, availableKw: 50 })
    expect(reasons(await planned({ enrolments, present: { 'MP-D': null } }))).toEqual({ A: 'no-reading' })
  })

  it('keeps every limit, and says which', async () => {
    const enrolments = [
      enrolment('A', { availability: [{ weekdays: [1, 2, 3, 4, 5], from: '06:00', to: '14:00' }] }),
      enrolment('B', { blackouts: [{ from: '2026-06-01', to: '2026-06-05', reason: 'stocktaking' }] }),
      enrolment('C', { restDays: 1 }),
      enrolment('E')
    ]
    const events = [event('CE-1', ['C'], NOW - 24 * HOUR, { state: 'final' })]
    const plan = await planned({ enrolments, events })
    expect(reasons(plan)).toEqual({ A: 'not-available', B: 'blackout', C: 'rest-days', E: 'no-meter' })
    expect(of(plan, 'C')).toMatchObject({
      ...{ eventsThisSeason: 1, hoursThisSeason: 2, proposed: false, requestedKw: 0 },
      explanation: 'it rests 1 day after a call by its contract, and is called on 2026-06-01'
    })
    expect(plan.expectedKw).toBe(0)
    expect(plan.missing.map(({ reason }) => reason).toSorted()).toEqual(
      Object.values(reasons(plan)).toSorted()
    )
  })

  it('keeps the caps of season and day', async () => {
    const events = [event('CE-1', ['A'], NOW - 48 * HOUR, { state: 'final' })]
    const capped = (terms: Partial<ProgrammeTerms>) =>
      planned({ events, programmes: [programme('P1', {}, terms)] })
    expect(reasons(await capped({ maxEventsPerSeason: 1 }))).toMatchObject({
      A: 'season-events',
      B: 'called'
    })
    expect(reasons(await capped({ maxHoursPerSeason: 3 }))).toMatchObject({ A: 'season-hours', B: 'called' })
    expect(reasons(await capped({ maxEventsPerSeason: 2 }))).toMatchObject({ A: 'called' })
  })

  it('who is called by an event of the same or a higher priority is not called; from a lower one, and a drill, it is', async () => {
    const events = [
      event('CE-1', ['A'], NOW + 3 * HOUR),
      event('CE-2', ['B'], NOW + 3 * HOUR, { priority: 1 }),
      event('CE-3', ['C'], NOW + 3 * HOUR, { isDrill: true, priority: 9 })
    ]
    const plan = await planned({ events })
    expect(reasons(plan)).toEqual({ A: 'already-called', B: 'called', C: 'called' })
    expect(of(plan, 'A')?.explanation).toBe('it is already called in this time by CE-1, of priority 3')
  })

  it('those of other programmes are named, and those without consent where it takes one', async () => {
    const programmes = [programme('P1', { kind: 'emergency' }), programme('P2')]
    const enrolments = [enrolment('A'), enrolment('B', {}, 'P2')]
    const plan = await planned({ programmes, enrolments }, { programmeId: 'P1' })
    expect(reasons(plan)).toEqual({ A: 'no-consent', B: 'other-programme' })
  })

  it('a customer in two programmes is a candidate in the one that is asked', async () => {
    const enrolments = [enrolment('A'), { ...enrolment('A', {}, 'P2'), id: 'EN-A2' }]
    const programmes = [programme('P1'), programme('P2')]
    const plan = await planned({ programmes, enrolments }, { programmeId: 'P2' })
    expect(reasons(plan)).toEqual({ A: 'called' })
    expect(plan.programmeId).toBe('P2')
  })
})

describe('a plan that cannot be', () => {
  it.each([
    ['another node', { nodeId: 'F9' }, {}, 'there is no node F9'],
    ['another programme', { programmeId: 'P9' }, {}, 'there is no programme P9'],
    ['over already', { start: iso(NOW - 9 * HOUR) }, {}, 'has passed'],
    ['years away', { start: '2090-01-01T00:00:00Z' }, {}, 'is no time within a year of now'],
    ['a leap second', { start: '2026-06-30T23:59:60Z' }, {}, 'is no time within a year of now'],
    [
      'too short a notice',
      {},
      { noticeMinutes: 300 },
      'notice: notice of 240 min, the programme asks for at least 300 min'
    ],
    [
      'too long',
      {},
      { maxDurationMinutes: 60 },
      'max-duration: 120 min long, the programme allows at most 60 min'
    ]
  ])('%s', async (_what, asked, terms, reason) => {
    const outcome = await planning({ programmes: [programme('P1', {}, terms)] }).plan(request(asked))
    expect(outcome).toEqual({ ok: false, status: 422, reason: expect.stringContaining(reason) })
  })

  it('who joins an event that runs is not judged by its notice', async () => {
    const { planMore } = planning({ programmes: [programme('P1', {}, { noticeMinutes: 300 })] })
    expect(await planMore(request())).toMatchObject({ ok: true })
  })
})
