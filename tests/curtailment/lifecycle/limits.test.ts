import { describe, expect, it } from 'vitest'
import { type Consent, type EnrolmentContract, plainContract } from '../../../server/contract/enrolments.ts'
import { localTime } from '../../../server/contract/localTime.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import type { ProgrammeKind, ProgrammeTerms } from '../../../server/contract/programmes.ts'
import {
  callsOf,
  customerBreach,
  looksBack,
  orderBreach,
  seasonOf,
  usageOf
} from '../../../server/curtailment/lifecycle/limits.ts'
import { eventIn, iso, participant, at as utc } from './sample.ts'

const local = localTime('+07:00')
/** 2026-06-02 is a Tuesday. */
const at = (text: string) => Date.parse(`2026-${text.replace(' ', 'T')}:00+07:00`)
const terms = (changes: Partial<ProgrammeTerms> = {}): ProgrammeTerms => ({
  ...defaultTerms.voluntary,
  ...changes
})
const contract = (changes: Partial<EnrolmentContract> = {}): EnrolmentContract => ({
  ...plainContract,
  ...changes
})
const call = (from = '06-02 14:00', to = '06-02 16:00', isDrill = false) => ({
  start: at(from),
  end: at(to),
  isDrill
})

describe('the terms of a programme', () => {
  it.each([
    ['planned', 'the day before', '06-01 13:59', null],
    [
      'planned',
      'a minute less',
      '06-01 14:01',
      'notice: notice of 1439 min, the programme asks for at least 1440 min'
    ],
    ['emergency', 'half an hour before', '06-02 13:30', null],
    [
      'emergency',
      'at its start',
      '06-02 14:00',
      'notice: notice of 0 min, the programme asks for at least 30 min'
    ],
    ['voluntary', 'after its start', '06-02 14:10', null]
  ] as const)('%s, noticed %s: %s', (kind, _when, now, breach) => {
    const found = orderBreach(call(), defaultTerms[kind], at(now), local)
    expect(found && `${found.rule}: ${found.text}`).toBe(breach)
  })

  it.each([
    ['06-02 14:59', 'min-duration', '59 min long, the programme asks for at least 60 min'],
    ['06-02 15:00', null, null],
    ['06-02 17:00', null, null],
    ['06-02 17:30', 'max-duration', '210 min long, the programme allows at most 180 min']
  ])('until %s: %s', (to, rule, text) => {
    const found = orderBreach(call('06-02 14:00', to), defaultTerms.planned, at('05-01 00:00'), local)
    expect(found).toEqual(rule === null ? null : { rule, text })
  })

  it('a start out of season, by the local date', () => {
    const season = { from: '04-01', to: '06-02' }
    const late = call('06-02 23:30', '06-03 01:00')
    expect(orderBreach(late, terms({ season }), at('06-01 00:00'), local)).toBeNull()
    expect(
      orderBreach(call('06-03 00:00', '06-03 01:00'), terms({ season }), at('06-01 00:00'), local)
    ).toEqual({
      rule: 'season',
      text: "on 2026-06-03, the programme's season is 04-01 to 06-02"
    })
  })

  it.each([
    ['04-01', '09-30', '2026-04-01', '2026-04-01', '2026-09-30'],
    ['04-01', '09-30', '2026-03-31', null, null],
    ['11-01', '03-31', '2026-12-31', '2026-11-01', '2027-03-31'],
    ['11-01', '03-31', '2026-01-01', '2025-11-01', '2026-03-31'],
    ['11-01', '03-31', '2026-06-01', null, null],
    ['01-01', '12-31', '2026-06-01', '2026-01-01', '2026-12-31']
  ])('season %s to %s on %s', (from, to, date, first, last) => {
    expect(seasonOf({ season: { from, to } }, date)).toEqual(first && { from: first, to: last })
  })
})

describe('what one customer agreed to', () => {
  const breach = (
    changes: Partial<EnrolmentContract>,
    {
      rules = {},
      kind = 'voluntary',
      calls = [],
      asked = call()
    }: {
      rules?: Partial<ProgrammeTerms>
      kind?: ProgrammeKind
      calls?: [string, string][]
      asked?: ReturnType<typeof call>
    } = {}
  ) => {
    const past = calls.map(([from, to]) => ({ start: at(from), end: at(to) }))
    const customer = { kind, terms: terms(rules), contract: contract(changes) }
    return customerBreach(asked, customer, past, local)?.rule ?? null
  }
  const consent: Consent = {
    givenBy: 'Bình',
    at: iso('01:00'),
    evidence: 'otp',
    reference: 'HD-1',
    sha256: null
  }

  it.each([
    ['voluntary', null, null],
    ['planned', null, 'no-consent'],
    ['emergency', null, 'no-consent'],
    ['firm-service-level', null, 'no-consent'],
    ['planned', consent, null]
  ] as const)('in a programme of the kind %s: %s', (kind, given, rule) => {
    expect(breach({ consent: given }, { kind })).toBe(rule)
  })

  it.each([
    ['06-02 14:00', '06-02 16:00', null],
    ['06-02 05:30', '06-02 07:00', 'not-available'],
    ['06-02 06:00', '06-02 22:00', null],
    ['06-02 21:30', '06-02 22:30', 'not-available'],
    // Saturday night, its window runs over midnight.
    ['06-06 23:00', '06-07 01:00', null],
    ['06-07 01:00', '06-07 03:00', 'not-available']
  ])('available Mon to Fri 06–14 and 14–22, Sat 22–02: from %s to %s: %s', (from, to, rule) => {
    const weekdays = [1, 2, 3, 4, 5]
    const availability = [
      { weekdays, from: '14:00', to: '22:00' },
      { weekdays, from: '06:00', to: '14:00' },
      { weekdays: [6], from: '22:00', to: '02:00' }
    ]
    expect(breach({ availability }, { asked: call(from, to) })).toBe(rule)
  })

  it.each([
    ['06-02 14:00', '06-02 16:00', null],
    ['06-02 23:00', '06-03 01:00', 'blackout'],
    ['06-04 23:00', '06-05 00:00', 'blackout'],
    ['06-05 00:00', '06-05 01:00', null]
  ])('not called from 3 to 4 June: %s to %s: %s', (from, to, rule) => {
    const blackouts = [{ from: '2026-06-03', to: '2026-06-04', reason: 'audit' }]
    expect(breach({ blackouts }, { asked: call(from, to) })).toBe(rule)
    expect(breach({ blackouts }, { asked: call(from, to, true) })).toBe(rule)
  })

  it.each([
    ['05-30', null],
    ['05-31', 'rest-days'],
    ['06-01', 'rest-days'],
    ['06-02', 'rest-days'],
    ['06-04', 'rest-days'],
    ['06-05', null]
  ])('rests two days: called on %s, then or later: %s', (day, rule) => {
    const calls: [string, string][] = [[`${day} 18:00`, `${day} 20:00`]]
    expect(breach({ restDays: 2 }, { calls })).toBe(rule)
    expect(breach({ restDays: 0 }, { calls })).toBeNull()
  })

  const twice: [string, string][] = [
    ['06-02 08:00', '06-02 09:30'],
    ['05-01 08:00', '05-01 10:00']
  ]
  it.each([
    ['day-events', { maxEventsPerDay: 1 }, {}],
    [null, { maxEventsPerDay: 2 }, {}],
    ['season-events', { maxEventsPerSeason: 2 }, {}],
    [null, { maxEventsPerSeason: 3 }, {}],
    ['season-events', {}, { maxEventsPerSeason: 2 }],
    ['season-hours', { maxHoursPerSeason: 5.4 }, {}],
    [null, { maxHoursPerSeason: 5.5 }, {}],
    [null, { maxEventsPerSeason: 2, season: { from: '06-01', to: '09-30' } }, {}]
  ] as const)('called twice before: %s by %j and %j', (rule, rules, changes) => {
    expect(breach(changes, { rules, calls: twice })).toBe(rule)
    // A drill counts in no cap.
    expect(breach(changes, { rules, calls: twice, asked: call(undefined, undefined, true) })).toBeNull()
    expect(looksBack({ terms: terms(rules), contract: contract(changes) })).toBe(true)
  })

  it('nobody has to look back where nothing is capped', () => {
    expect(looksBack({ terms: terms(), contract: contract() })).toBe(false)
  })
})

describe('what counts as a call', () => {
  const active = eventIn(['notified', 'active'])
  it.each([
    ['an active event', active, 1],
    ['one to come', eventIn(['notified']), 1],
    ['a drill', { ...active, isDrill: true }, 0],
    ['a draft', eventIn([]), 0],
    ['one cancelled before its start', eventIn(['notified', 'cancelled']), 0],
    ['one cancelled in the middle', eventIn(['notified', 'active', 'cancelled']), 1],
    [
      'one that a higher event took over before it began',
      { ...active, participants: [participant('C1', { end: iso('10:00'), supersededBy: 'CE-2' })] },
      0
    ]
  ])('%s', (_what, event, count) => {
    expect(callsOf([event]).get('C1')?.length ?? 0).toBe(count)
    expect(callsOf([event], event.id).size).toBe(0)
  })

  it('its hours are those of its own part', () => {
    const event = { ...active, participants: [participant('C1', { start: iso('11:00'), end: iso('11:30') })] }
    const calls = callsOf([event]).get('C1') ?? []
    expect(usageOf(calls, { start: utc('20:00') }, terms(), localTime('UTC'))).toEqual({
      seasonEvents: 1,
      seasonHours: 0.5,
      dayEvents: 1
    })
  })
})
