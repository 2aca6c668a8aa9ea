import { describe, expect, it } from 'vitest'
import type { CurtailmentEvent, EventState } from '../../../server/contract/events.ts'
import {
  calledAway,
  callers,
  outranks,
  standingInTheWay,
  supersede
} from '../../../server/curtailment/lifecycle/supersede.ts'
import { at, eventIn, iso, participant, paths, rules } from './sample.ts'

function calling(
  id: string,
  priority: number,
  changes: Partial<CurtailmentEvent> & { from?: string; to?: string } = {}
) {
  const { from = '10:00', to = '12:00', ...rest } = changes
  const times = { start: iso(from), end: iso(to) }
  return eventIn(['notified'], { id, priority, ...times, participants: [participant('C1', times)], ...rest })
}

describe('of two events', () => {
  it.each([
    [5, false, 3, false, true],
    [3, false, 3, false, false],
    [3, false, 5, false, false],
    [1, false, 9, true, true],
    [9, true, 1, false, false],
    [9, true, 1, true, false]
  ])('priority %d (drill %s) outranks %d (drill %s): %s', (a, aDrill, b, bDrill, wins) => {
    expect(outranks({ priority: a, isDrill: aDrill }, { priority: b, isDrill: bDrill })).toBe(wins)
  })

  it.each([
    ['at the same time', {}, true],
    ['touching', { from: '12:00', to: '13:00' }, false],
    ['overlapping by a slot', { from: '11:30', to: '13:00' }, true],
    ['a draft', { state: 'draft' as EventState }, false],
    ['ended', { state: 'ended' as EventState }, false]
  ])('the higher one calls away: %s: %s', (_what, changes, away) => {
    const low = calling('CE-1', 1)
    const high = calling('CE-2', 5, changes)
    const leaving = new Map([['C1', { by: 'CE-2', at: Date.parse(high.start) }]])
    expect(calledAway([low, high])).toEqual(away ? new Map([['CE-1', leaving]]) : new Map())
    expect(standingInTheWay([low], high).size).toBe(0)
    expect(standingInTheWay([high], low).get('C1')).toBe(away ? 'CE-2' : undefined)
    expect(callers([low, high], { start: at('10:00'), end: at('12:00') }).get('C1')?.id).toBe(
      away ? 'CE-2' : 'CE-1'
    )
  })

  it('of the same priority the one that stands is in the way, and nobody is called away', () => {
    const [one, other] = [calling('CE-1', 3), calling('CE-2', 3)]
    expect(calledAway([one, other]).size).toBe(0)
    expect(standingInTheWay([one], other)).toEqual(new Map([['C1', 'CE-1']]))
  })

  it('who was called away, or let go, is in nobody’s way', () => {
    for (const gone of [{ supersededBy: 'CE-9' }, { releasedAt: iso('10:30') }]) {
      const one = calling('CE-1', 3, { participants: [participant('C1', gone)] })
      expect(standingInTheWay([one], calling('CE-2', 3)).size).toBe(0)
      expect(calledAway([one, calling('CE-2', 9)]).size).toBe(0)
    }
  })
})

describe('who is called away', () => {
  it.each([
    ['notified', '09:30', '10:00'],
    ['active', '10:10', '10:00'],
    ['active', '11:10', '11:00']
  ] as const)('from a %s event at %s: its part ends at %s, the others stay', (state, now, end) => {
    const event = eventIn(paths[state], { participants: [participant('C1'), participant('C2')] })
    const away = new Map([['C1', { by: 'CE-9', at: at('10:00') }]])
    const next = supersede(event, away, at(now), rules.floorToSlot)
    expect(next).toMatchObject({
      state,
      version: event.version + 1,
      end: iso('12:00'),
      participants: [
        { supersededBy: 'CE-9', releasedAt: iso(now), end: iso(end) },
        { supersededBy: null, releasedAt: null, end: iso('12:00') }
      ]
    })
    expect(next.history.at(-1)).toMatchObject({ by: 'clock', note: 'called away by CE-9: 1 of 2' })
  })

  it('stays until the higher one calls it, and is found no more', () => {
    const high = calling('CE-9', 9, { from: '11:00', to: '13:00' })
    const event = eventIn(paths.active, { participants: [participant('C1'), participant('C2')] })
    const away = calledAway([event, high]).get(event.id) ?? new Map()
    const next = supersede(event, away, at('10:10'), rules.floorToSlot)
    expect(next.participants).toMatchObject([
      { supersededBy: null, releasedAt: null, end: iso('11:00') },
      { supersededBy: null, releasedAt: null, end: iso('12:00') }
    ])
    expect(calledAway([next, high]).size).toBe(0)
  })
})
