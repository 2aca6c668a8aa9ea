import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cutDeadLetter,
  cutEnrolment,
  cutEvent,
  cutFinding,
  cutNode,
  cutNodeAnswer,
  cutSource
} from '../../server/api/cut.ts'
import { cutPerformance } from '../../server/api/cutPerformance.ts'
import { audienceOf } from '../../server/api/liveAudience.ts'
import type { View } from '../../server/contract/access.ts'
import type { BaselineExplanation } from '../../server/contract/baselines.ts'
import type { CurtailmentEvent, Participant } from '../../server/contract/events.ts'
import type { Finding } from '../../server/contract/findings.ts'
import type { GridNodeAnswer, LoadState } from '../../server/contract/grid.ts'
import type { LiveChange, LiveSnapshot } from '../../server/contract/live.ts'
import { defaultTerms } from '../../server/contract/programmeDefaults.ts'
import type { DeadLetter, Source } from '../../server/contract/sources.ts'
import { participantPerformance, performanceOf } from '../../server/curtailment/performance/performance.ts'
import { enrolment } from '../records/samples.ts'

const viewOf = (own: string[], change: Partial<View> = {}): View => ({
  ...{ whole: false, key: own.join(), isCustomers: false },
  node: id => own.includes(id),
  customer: id => own.includes(id),
  source: (kind, id) => own.includes(`${kind}/${id}`),
  ...change
})
const whole = viewOf([], { whole: true, key: 'whole', node: () => true, customer: () => true })
const north = viewOf(['north', 'f1', 'c1', 'mp1', 'mp-c1', 'meter/m1', 'weather/w1'])
const c1 = viewOf(['c1', 'mp1'], { isCustomers: true })

const state = (id: string, parent: string | null) => ({ id, parent, name: id }) as LoadState
const tree = {
  co: state('co', null),
  north: state('north', 'co'),
  f1: state('f1', 'north'),
  f2: state('f2', 'co')
}

const participant = (customerId: string): Participant => ({
  ...{ customerId, customerName: customerId, meteringPointId: `mp-${customerId}`, meterId: 'm' },
  ...{ requestedKw: 100, committedKw: 100, acknowledgedAt: null, answer: null, thanks: null },
  ...{ furtherMeters: [], releaseGroup: 1, releasedAt: null, supersededBy: null },
  ...{ start: '2026-06-01T06:00:00Z', end: '2026-06-01T07:00:00Z' }
})
const change = (word: 'draft' | 'notified', version: number) => ({
  ...{ version, state: word, at: '2026-06-01T00:00:00Z', by: 'An', byId: 'usr-1', note: null }
})
const event: CurtailmentEvent = {
  ...{ id: 'E-1', state: 'notified', version: 2, nodeId: 'co', nodeName: 'Company', programmeId: 'p' },
  ...{ isDrill: false, priority: 1, targetKw: null, releaseStepMinutes: 0 },
  ...{ findingId: 'F-1', start: '2026-06-01T06:00:00Z', end: '2026-06-01T07:00:00Z', reason: 'heat' },
  participants: [participant('c1'), participant('c2')],
  history: [change('draft', 1), change('notified', 2)]
}
const draft: CurtailmentEvent = { ...event, state: 'draft', history: [change('draft', 1)] }

describe('the tree', () => {
  it('begins at the topmost node that is seen', () => {
    expect(cutNode(tree.north, north)).toEqual({ ...tree.north, parent: null })
    expect(cutNode(tree.f1, north)).toBe(tree.f1)
    expect(cutNode(tree.f2, north)).toBeNull()
  })

  it('shows of a node no ancestor and no child that is not seen', () => {
    const answer = { node: tree.north, ancestors: [tree.co], children: [tree.f1, tree.f2] } as GridNodeAnswer
    expect(cutNodeAnswer(answer, north)).toEqual({
      ...{ node: { ...tree.north, parent: null }, ancestors: [], children: [tree.f1] }
    })
    expect(cutNodeAnswer({ ...answer, node: tree.co }, north)).toBeNull()
  })
})

describe('an event', () => {
  it('is seen by its area, with the participants that are seen', () => {
    const own = { ...event, nodeId: 'f1' }
    expect(cutEvent(own, north)?.participants.map(({ customerId }) => customerId)).toEqual(['c1'])
    expect(cutEvent({ ...own, participants: [participant('c2')] }, north)?.participants).toEqual([])
  })

  it('is seen by its participants, and by nobody else', () => {
    expect(cutEvent(event, north)).toEqual({ ...event, participants: [participant('c1')] })
    expect(cutEvent(event, viewOf(['c9', 'f2']))).toBeNull()
  })

  it('says what is asked of all, and how many were called away, only to whose area it is', () => {
    const away = { ...change('notified', 3), by: 'clock', byId: null, note: 'called away by E-2: 40 of 300' }
    const said = { ...change('notified', 4), note: 'half an hour longer' }
    const large = { ...event, targetKw: 90_000, history: [...event.history, away, said] }
    for (const view of [north, c1]) {
      const seen = cutEvent(large, view)
      expect(seen?.targetKw).toBeNull()
      expect(seen?.history.slice(-2).map(({ note }) => note)).toEqual([null, 'half an hour longer'])
    }
    const own = { ...large, nodeId: 'f1' }
    expect(cutEvent(own, north)).toEqual({ ...own, participants: [participant('c1')] })
  })

  it('is not seen by a company whose customer takes part with a metering point of another', () => {
    const elsewhere = { ...participant('c1'), meteringPointId: 'mp-c1-south' }
    expect(cutEvent({ ...event, participants: [elsewhere] }, north)).toBeNull()
    expect(cutEvent({ ...event, nodeId: 'f1', participants: [elsewhere] }, north)?.participants).toEqual([])
    expect(cutEvent({ ...event, participants: [elsewhere] }, c1)?.participants).toEqual([elsewhere])
  })

  it('is told to a customer from its notice on, without what was found and planned before', () => {
    expect(cutEvent(event, c1)).toEqual({
      ...{
        ...event,
        findingId: null,
        participants: [participant('c1')],
        history: [{ ...change('notified', 2), byId: null }]
      }
    })
    expect(cutEvent(draft, c1)).toBeNull()
    expect(cutEvent(draft, north)).not.toBeNull()
    expect(cutEvent(event, viewOf(['c9', 'co'], { isCustomers: true }))).toBeNull()
  })
})

describe('other things', () => {
  it('a finding is cut to the consumers that are seen', () => {
    const flagged = (customerId: string, meteringPointId: string) => ({ customerId, meteringPointId })
    const both = [flagged('c1', 'mp1'), flagged('c1', 'mp9'), flagged('c2', 'mp1')]
    const finding = { id: 'F-1', nodeId: 'f1', flagged: both } as Finding
    expect(cutFinding(finding, north)?.flagged).toEqual([flagged('c1', 'mp1')])
    expect(cutFinding({ ...finding, nodeId: 'f2' }, north)).toBeNull()
  })

  it('a weather station above the company is shown, its place is not', () => {
    const source = { kind: 'weather', id: 'w1', nodeId: 'co', name: 'Company' } as Source
    expect(cutSource(source, north)).toMatchObject({ id: 'w1', nodeId: null, name: null })
    expect(cutSource({ ...source, id: 'w2' }, north)).toBeNull()
  })

  it.each([
    ['gridload/v1/meter/m1/reading', true],
    ['gridload/v1/weather/w1/forecast', true],
    ['gridload/v1/answer/c1', true],
    ['gridload/v1/meter/m2/reading', false],
    ['gridload/v1/answer/c2', false],
    ['gridload/v1/status/m1', false],
    ['spBv1.0/g/NDATA/n', false]
  ])('of the dead letters, those of its own devices: %s %s', (topic, isSeen) => {
    expect(cutDeadLetter({ topic } as DeadLetter, north) !== null).toBe(isSeen)
  })
})

describe('the performance of a part', () => {
  const begin = Date.parse('2026-06-01T06:00:00Z')
  const slots = [-1, 0, 1, 2].map(i => ({ start: begin + i * 1_800_000, end: begin + (i + 1) * 1_800_000 }))
  const t = slots.map(({ start }) => start)
  const part = { start: begin, end: begin + 3_600_000 }
  const charted = { t, intervalMinutes: 30, start: event.start, end: event.end, computedAt: part.end }
  const judging: Parameters<typeof participantPerformance>[3] = {
    ...{ part, soFar: part, notifiedAt: null, dayStart: t[0] ?? 0, isDrill: false },
    ...{ terms: defaultTerms.voluntary, firmServiceLevelKw: null, placebo: null }
  }
  const baseline: BaselineExplanation = {
    ...{ method: '10of10', insteadOf: [], daysUsed: [], daysRejected: [], factor: null },
    ...{ factorUncapped: null, factorCapped: false, offsetKw: null, adjustmentFrom: null },
    ...{ adjustmentTo: null, note: null, dataHash: null }
  }
  const kw = fc.array(fc.option(fc.integer({ min: 0, max: 1000 })), { minLength: 4, maxLength: 4 })

  it('has the sums that it would have had with these participants alone', () => {
    fc.assert(
      fc.property(kw, kw, kw, kw, (baseline1, metered1, baseline2, metered2) => {
        const one = (id: string, baselineKw: (number | null)[], meteredKw: (number | null)[]) => {
          const columns = { baselineKw, unadjustedKw: baselineKw, meteredKw, timeTo90Minutes: null }
          return participantPerformance(participant(id), t, { slots, baseline, ...columns }, judging)
        }
        const [first, second] = [one('c1', baseline1, metered1), one('c2', baseline2, metered2)]
        const of = (...some: (typeof first)[]) =>
          performanceOf(event, { ...charted, commonErrorShare: 0.05 }, some)
        const all = of(first, second)
        expect(cutPerformance(all, c1.customer)).toEqual(of(first))
        expect(cutPerformance(all, whole.customer)).toBe(all)
      }),
      { seed: 4 }
    )
  })
})

describe('a contract', () => {
  const whose = enrolment('EN-1', {
    ...{ customerId: 'c1', meteringPointId: 'mp1' },
    contract: { furtherMeteringPointIds: ['mp-c1', 'mp-far'] }
  })

  it('is seen with the metering points that are seen, and not at all without the first', () => {
    expect(cutEnrolment(whose, whole)).toBe(whose)
    expect(cutEnrolment(whose, north)?.contract.furtherMeteringPointIds).toEqual(['mp-c1'])
    expect(cutEnrolment({ ...whose, meteringPointId: 'mp-far' }, north)).toBeNull()
    expect(cutEnrolment({ ...whose, customerId: 'c2' }, north)).toBeNull()
  })
})

describe('an audience of the live stream', () => {
  const all = { findings: true, events: true, ingest: true }
  const told: LiveChange = {
    at: event.start,
    nodes: [tree.north, tree.f1, tree.f2],
    findings: [{ id: 'F-1', nodeId: 'f2', flagged: [] } as unknown as Finding],
    events: [event],
    ingest: { messages: 1 } as unknown as NonNullable<LiveChange['ingest']>
  }

  it('with everything is told what everybody is told', () => {
    expect(audienceOf(whole, all).cut).toBeNull()
    expect(audienceOf(whole, { ...all, ingest: false }).cut).not.toBeNull()
  })

  it('is told what changed of what it sees, and nothing where that is nothing', () => {
    const { cut } = audienceOf(north, all)
    expect(cut?.change(told)).toEqual({
      ...{ at: told.at, ingest: told.ingest, nodes: [{ ...tree.north, parent: null }, tree.f1] },
      events: [{ ...event, participants: [participant('c1')] }]
    })
    expect(cut?.change({ at: told.at, nodes: [tree.f2] })).toBeNull()
  })

  it('is told nothing that its rights do not reach', () => {
    const { cut } = audienceOf(whole, { findings: false, events: false, ingest: false })
    expect(cut?.change(told)).toEqual({ at: told.at, nodes: told.nodes })
    const snapshot = cut?.snapshot({ ...told, timeZone: '+07:00', demo: false } as LiveSnapshot)
    expect(snapshot).toMatchObject({ findings: [], events: [], ingest: null, timeZone: '+07:00' })
  })

  it('is another one with other rights or another view', () => {
    const keys = [whole, north, c1].flatMap(view =>
      [all, { ...all, events: false }].map(parts => audienceOf(view, parts).key)
    )
    expect(new Set(keys).size).toBe(keys.length)
  })
})
