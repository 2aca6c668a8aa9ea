import { describe, expect, it } from 'vitest'
import { type CurtailmentEvent, type EventState, eventStates } from '../../../server/contract/events.ts'
import {
  byClock,
  byCommand,
  type CommandWord,
  dueAt,
  notifiedAt,
  wasBrokenOff,
  wasCalled
} from '../../../server/curtailment/lifecycle/lifecycle.ts'
import { at, by, eventIn, iso, participant, paths, rules } from './sample.ts'

const second = { by: 'Binh', byId: 'usr-binh' }
const event = (...states: EventState[]) => eventIn(states)
const draft = event()

describe('commands', () => {
  const table: Record<CommandWord, Partial<Record<EventState, EventState>>> = {
    approve: { draft: 'approved' },
    send: { draft: 'notified', approved: 'notified' },
    cancel: {
      draft: 'cancelled',
      approved: 'cancelled',
      notified: 'cancelled',
      standby: 'cancelled',
      active: 'cancelled'
    },
    complete: { active: 'ended', ended: 'final', provisional: 'final' }
  }
  const cases = (['approve', 'send', 'cancel', 'complete'] as const).flatMap(word =>
    eventStates.map(state => ({ word, state, path: paths[state], to: table[word][state] }))
  )

  it.each(cases)('$word on $state: $to', ({ word, path, to }) => {
    const before = event(...path)
    const time = before.state === 'ended' || before.state === 'provisional' ? '12:00' : '09:30'
    const moved = byCommand(before, word, { ...second, note: 'why' }, at(time), rules)
    if (to === undefined) {
      expect(moved.ok).toBe(false)
      expect(!moved.ok && moved.reason).toContain(`${before.id} is ${before.state}`)
      return
    }
    expect(moved.ok && moved.next.state).toBe(to)
    expect(moved.ok && moved.next.version).toBe(before.version + 1)
    expect(moved.ok && moved.next.history.at(-1)).toEqual({
      version: before.version + 1,
      state: to,
      at: iso(time),
      ...second,
      note: 'why'
    })
    expect(before).toEqual(event(...path))
  })

  it.each([
    ['09:30', '10:00', null],
    ['10:00', '10:00', null],
    ['10:01', '10:30', null],
    ['11:30', '11:30', null],
    ['11:31', null, 'no whole settlement slot is left'],
    ['12:00', null, 'has passed']
  ])('sent at %s it starts at %s, and so do its participants', (now, start, reason) => {
    const moved = byCommand(draft, 'send', by, at(now), rules)
    if (start === null) {
      expect(!moved.ok && moved.reason).toContain(reason)
      return
    }
    expect(moved.ok && moved.next.start).toBe(iso(start))
    expect(moved.ok && moved.next.participants[0]).toMatchObject({ start: iso(start), end: iso('12:00') })
  })

  it.each([
    ['10:00', '10:30'],
    ['10:10', '10:30'],
    ['10:30', '10:30'],
    ['10:31', '11:00'],
    ['11:59', '12:00'],
    ['12:30', '12:00']
  ])('completed at %s it ends at %s, everybody is let go', (now, end) => {
    const moved = byCommand(event(...paths.active), 'complete', by, at(now), rules)
    expect(moved.ok && moved.next).toMatchObject({
      end: iso(end),
      participants: [{ end: iso(end), releasedAt: iso(now) }]
    })
  })

  it.each([
    ['10:00', '10:00'],
    ['10:29', '10:00'],
    ['10:30', '10:30'],
    ['11:59', '11:30']
  ])('cancelled while active at %s, the whole slots until %s count', (now, end) => {
    const moved = byCommand(event(...paths.active), 'cancel', by, at(now), rules)
    expect(moved.ok && moved.next).toMatchObject({
      end: iso(end),
      participants: [{ start: iso('10:00'), end: iso(end), releasedAt: iso(now) }]
    })
    expect(moved.ok && wasBrokenOff(moved.next)).toBe(true)
  })

  it('cancelled before, its times stay', () => {
    const moved = byCommand(event('notified'), 'cancel', by, at('09:30'), rules)
    expect(moved.ok && moved.next).toMatchObject({ end: iso('12:00'), participants: [{ end: iso('12:00') }] })
    expect(moved.ok && wasBrokenOff(moved.next)).toBe(false)
  })
})

describe('two persons', () => {
  const asking = (requestedKw: number, ...states: EventState[]): CurtailmentEvent =>
    eventIn(states, { participants: [participant('C1', { requestedKw })] })
  const now = at('09:30')
  const refusal = (
    ...[before, word, command, time = now]: [CurtailmentEvent, CommandWord, typeof by, number?]
  ) => {
    const moved = byCommand(before, word, command, time, rules)
    return moved.ok ? null : moved.reason
  }

  it.each([
    [1000, null],
    [1000.0001, null],
    [1000.5, `${draft.id} asks 1000.5 kW in sum, above 1000 kW: a second person has to approve it first`]
  ])('a draft of %d kW is sent by one: %s', (requestedKw, reason) => {
    expect(refusal(asking(requestedKw), 'send', by)).toBe(reason)
    expect(refusal(asking(requestedKw), 'send', second)).toBe(reason)
    expect(refusal(asking(requestedKw, 'approved'), 'send', by)).toBeNull()
    expect(refusal(asking(requestedKw, 'approved'), 'send', second)).toBeNull()
  })

  it('ten times a tenth is no more than one', () => {
    const tenTimes = { ...draft, participants: Array(10).fill(participant('C1', { requestedKw: 0.1 })) }
    expect(byCommand(tenTimes, 'send', by, now, { ...rules, approvalAboveKw: 1 }).ok).toBe(true)
  })

  it('who drafted it does not approve it, under whatever name', () => {
    const words = `${draft.id} cannot be approved by who drafted it: a second person has to`
    expect(refusal(event(), 'approve', by)).toBe(words)
    expect(refusal(event(), 'approve', { ...by, by: 'Binh (a token)' })).toBe(words)
    expect(refusal(event(), 'approve', { ...second, by: 'An' })).toBeNull()
  })

  it('of a draft of which nobody knows who made it, nobody can be the second', () => {
    const history = event().history.map(change => ({ ...change, byId: null }))
    expect(refusal({ ...event(), history }, 'approve', second)).toMatch(/who drafted it is not known/)
  })

  it('approved late it can still be sent, until no slot is left', () => {
    expect(refusal(event(), 'approve', second, at('11:59'))).toBeNull()
    expect(refusal(event(), 'approve', second, at('12:00'))).toMatch(
      /cannot be approved: its end, .* has passed/
    )
    const moved = byCommand(event('approved'), 'send', by, at('10:10'), rules)
    expect(moved.ok && moved.next.start).toBe(iso('10:30'))
    expect(refusal(event('approved'), 'send', by, at('11:31'))).toMatch(/no whole settlement slot is left/)
  })
})

describe('the clock', () => {
  it.each([
    ['draft', '23:00', null],
    ['approved', '23:00', null],
    ['notified', '09:29', null],
    ['notified', '09:30', 'standby'],
    ['notified', '10:00', 'active'],
    ['standby', '09:59', null],
    ['standby', '10:00', 'active'],
    ['active', '11:59', null],
    ['active', '12:00', 'ended'],
    ['ended', '12:59', null],
    ['ended', '13:00', 'final'],
    ['provisional', '12:59', null],
    ['provisional', '13:00', 'final'],
    ['final', '23:00', null],
    ['cancelled', '23:00', null]
  ] as const)('%s at %s: %s', (state, now, to) => {
    const next = byClock(event(...paths[state]), at(now), rules)
    expect(next?.state ?? null).toBe(to)
    if (next)
      expect(next.history.at(-1)).toMatchObject({ by: 'clock', byId: null, version: next.version, state: to })
  })

  it.each([
    ['09:29', 'standby', '09:30'],
    ['09:30', 'active', '10:00'],
    ['09:45', 'active', '10:00']
  ] as const)('notified at %s it is %s next, at %s', (notified, state, due) => {
    const sent = event('notified')
    const history = sent.history.map(change => ({ ...change, at: iso(notified) }))
    expect(dueAt({ ...sent, history }, rules)).toBe(at(due))
    expect(byClock({ ...sent, history }, at(due), rules)?.state).toBe(state)
  })

  it('after a long downtime takes every step in order', () => {
    const steps: EventState[] = []
    for (
      let next = byClock(event('notified'), at('20:00'), rules);
      next;
      next = byClock(next, at('20:00'), rules)
    ) {
      steps.push(next.state)
    }
    expect(steps).toEqual(['active', 'ended', 'final'])
  })

  it('knows when it is due again', () => {
    const dues = eventStates.map(state => dueAt(event(...paths[state]), rules))
    expect(dues).toEqual([
      ...[null, null, at('09:30'), at('10:00'), at('12:00')],
      ...[at('13:00'), at('13:00'), null, null]
    ])
  })
})

describe('what an event was', () => {
  it('notified at its first notice', () => {
    expect(notifiedAt(draft)).toBeNull()
    expect(notifiedAt(event(...paths.ended))).toBe(at('09:00'))
  })

  it.each([
    [[], false],
    [['approved'], false],
    [['approved', 'cancelled'], false],
    [['approved', 'notified'], true],
    [['notified'], true],
    [['notified', 'active', 'ended', 'final'], true],
    [['cancelled'], false],
    [['notified', 'cancelled'], false],
    [['notified', 'standby', 'cancelled'], false],
    [['notified', 'active', 'cancelled'], true]
  ] as [EventState[], boolean][])('after %j its days are event days: %s', (path, called) => {
    expect(wasCalled(event(...path))).toBe(called)
  })

  it.each([
    ['08:00', true],
    ['09:00', true],
    ['09:01', false]
  ])('cancelled at 09:00, its adjustment window began at %s: an event day: %s', (from, called) => {
    expect(wasCalled(event('notified', 'cancelled'), at(from))).toBe(called)
  })
})

describe('release groups', () => {
  const groups = [1, 2, 3, 3].map((releaseGroup, i) => participant(`C${i + 1}`, { releaseGroup }))
  const sent = () => {
    const moved = byCommand(
      eventIn([], { participants: groups, releaseStepMinutes: 15 }),
      'send',
      by,
      at('09:00'),
      rules
    )
    if (!moved.ok) throw new Error(moved.reason)
    return moved.next
  }
  const until = (time: string): CurtailmentEvent => {
    let one = sent()
    for (let next: CurtailmentEvent | null = one; next; next = byClock(one, at(time), rules)) one = next
    return one
  }

  it('come back one after the other, the last at the end', () => {
    expect(sent().participants.map(({ end }) => end)).toEqual(['11:30', '11:45', '12:00', '12:00'].map(iso))
  })

  it.each([
    ['11:29', 'active', 3, 0],
    ['11:30', 'active', 4, 1],
    ['11:44', 'active', 4, 1],
    ['11:46', 'active', 4, 2],
    ['12:00', 'ended', 4, 4]
  ])('at %s the event is %s, version %d, and %d are let go', (now, state, version, gone) => {
    const one = until(now)
    expect(one).toMatchObject({ state, version })
    expect(one.participants.filter(({ releasedAt }) => releasedAt !== null)).toHaveLength(gone)
  })

  it('sent so late that the first group has no slot left, it is refused', () => {
    const late = eventIn([], { participants: groups, releaseStepMinutes: 30 })
    const at1130 = byCommand(late, 'send', by, at('10:31'), rules)
    expect(!at1130.ok && at1130.reason).toContain('no whole settlement slot is left')
    expect(byCommand(late, 'send', by, at('10:30'), rules).ok).toBe(true)
  })

  it('each is let go once, whatever the clock does', () => {
    const once = until('11:31')
    for (const now of ['11:30', '09:00', '11:44']) expect(byClock(once, at(now), rules)).toBeNull()
  })
})
