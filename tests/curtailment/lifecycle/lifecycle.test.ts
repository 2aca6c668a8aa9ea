import { describe, expect, it } from 'vitest'
import type { CurtailmentEvent, EventState } from '../../../server/contract/events.ts'
import {
  byClock,
  byCommand,
  type CommandRules,
  type CommandWord,
  dueAt,
  notifiedAt,
  wasCalled
} from '../../../server/curtailment/lifecycle/lifecycle.ts'
import { oneParticipant } from '../settle.ts'

const MINUTE = 60_000
const rules: CommandRules = {
  ceilToSlot: t => Math.ceil(t / (30 * MINUTE)) * 30 * MINUTE,
  settleDelayMs: 20 * MINUTE,
  approvalAboveKw: 1000
}
const at = (time: string) => Date.parse(`2026-06-02T${time}Z`)
const draft = oneParticipant({ start: at('10:00'), end: at('12:00'), notifiedAt: null, requestedKw: 1 })
const by = { by: 'An', byId: 'usr-an' }
const second = { by: 'Binh', byId: 'usr-binh' }

/** The draft led through some states, all before the start. */
function event(...states: EventState[]): CurtailmentEvent {
  const history = states.map((state, i) => ({
    version: i + 2,
    state,
    at: new Date(at('09:00')).toISOString(),
    ...by,
    note: null
  }))
  return {
    ...draft,
    state: states.at(-1) ?? 'draft',
    version: states.length + 1,
    history: [{ version: 1, state: 'draft', at: draft.start, ...by, note: null }, ...history]
  }
}
const paths: Record<string, EventState[]> = {
  draft: [],
  approved: ['approved'],
  notified: ['notified'],
  active: ['notified', 'active'],
  ended: ['notified', 'active', 'ended'],
  final: ['notified', 'active', 'ended', 'final'],
  cancelled: ['notified', 'cancelled']
}

describe('commands', () => {
  const table: Record<CommandWord, Partial<Record<EventState, EventState>>> = {
    approve: { draft: 'approved' },
    send: { draft: 'notified', approved: 'notified' },
    cancel: { draft: 'cancelled', approved: 'cancelled', notified: 'cancelled', active: 'cancelled' },
    complete: { active: 'ended', ended: 'final' }
  }
  const cases = (['approve', 'send', 'cancel', 'complete'] as const).flatMap(word =>
    Object.entries(paths).map(([state, path]) => ({
      word,
      state,
      path,
      to: table[word][state as EventState]
    }))
  )

  it.each(cases)('$word on $state: $to', ({ word, path, to }) => {
    const before = event(...path)
    const time = before.state === 'ended' ? '12:00' : '09:30'
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
      at: `2026-06-02T${time}:00.000Z`,
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
  ])('sent at %s it starts at %s', (now, start, reason) => {
    const moved = byCommand(draft, 'send', by, at(now), rules)
    if (start !== null) expect(moved.ok && moved.next.start).toBe(new Date(at(start)).toISOString())
    else expect(!moved.ok && moved.reason).toContain(reason)
  })

  it.each([
    ['10:00', '10:30'],
    ['10:10', '10:30'],
    ['10:30', '10:30'],
    ['10:31', '11:00'],
    ['11:59', '12:00'],
    ['12:30', '12:00']
  ])('completed at %s it ends at %s', (now, end) => {
    const moved = byCommand(event('notified', 'active'), 'complete', by, at(now), rules)
    expect(moved.ok && moved.next.end).toBe(new Date(at(end)).toISOString())
  })
})

describe('two persons', () => {
  const asking = (requestedKw: number, ...states: EventState[]): CurtailmentEvent => {
    const one = event(...states)
    return { ...one, participants: one.participants.map(participant => ({ ...participant, requestedKw })) }
  }
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
    const [one] = asking(0.1).participants
    const tenTimes = { ...draft, participants: Array(10).fill(one) }
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
    expect(moved.ok && moved.next.start).toBe('2026-06-02T10:30:00.000Z')
    expect(refusal(event('approved'), 'send', by, at('11:31'))).toMatch(/no whole settlement slot is left/)
  })
})

describe('the clock', () => {
  it.each([
    ['draft', '23:00', null],
    ['approved', '23:00', null],
    ['notified', '09:59', null],
    ['notified', '10:00', 'active'],
    ['active', '11:59', null],
    ['active', '12:00', 'ended'],
    ['ended', '12:19', null],
    ['ended', '12:20', 'final'],
    ['final', '23:00', null],
    ['cancelled', '23:00', null]
  ])('%s at %s: %s', (state, now, to) => {
    const next = byClock(event(...(paths[state] ?? [])), at(now), rules)
    expect(next?.state ?? null).toBe(to)
    if (next)
      expect(next.history.at(-1)).toMatchObject({ by: 'clock', byId: null, version: next.version, state: to })
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
    const dues = Object.values(paths).map(path => dueAt(event(...path), rules))
    expect(dues).toEqual([null, null, at('10:00'), at('12:00'), at('12:20'), null, null])
  })
})

describe('what an event was', () => {
  it('notified at its first notice', () => {
    expect(notifiedAt(draft)).toBeNull()
    expect(notifiedAt(event('notified', 'active', 'ended'))).toBe(at('09:00'))
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
    [['notified', 'active', 'cancelled'], true]
  ] as [EventState[], boolean][])('after %j its days are event days: %s', (path, called) => {
    expect(wasCalled(event(...path))).toBe(called)
  })
})
