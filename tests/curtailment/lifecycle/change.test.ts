import { describe, expect, it } from 'vitest'
import { type EventChange, eventStates } from '../../../server/contract/events.ts'
import { applyChange, newcomers } from '../../../server/curtailment/lifecycle/change.ts'
import { at, by, eventIn, iso, participant, paths, rules } from './sample.ts'

const c2 = participant('C2', { start: iso('11:00') })
const running = eventIn(paths.active)

describe('a change', () => {
  it.each(eventStates)('of a %s event', state => {
    const moved = applyChange(eventIn(paths[state]), { end: iso('13:00'), ...by }, [], at('09:30'), rules)
    if (['notified', 'standby', 'active'].includes(state)) {
      expect(moved).toMatchObject({ ok: true, next: { state, end: iso('13:00') } })
    } else {
      expect(!moved.ok && moved.reason).toContain(
        `is ${state}: only a notified, a standby or an active event`
      )
    }
  })

  it.each([
    ['13:00', '13:00'],
    ['12:31', '13:00'],
    ['11:00', '11:00'],
    ['10:40', '11:00']
  ])('to %s ends it and its parts at %s', (end, snapped) => {
    const moved = applyChange(running, { end: iso(end), ...by }, [], at('10:20'), rules)
    expect(moved).toMatchObject({
      ok: true,
      next: { version: 5, start: iso('10:00'), end: iso(snapped), participants: [{ end: iso(snapped) }] }
    })
    expect(running.end).toBe(iso('12:00'))
  })

  it.each([
    ['10:00', 'cannot end at'],
    ['10:20', 'cannot end at'],
    ['12:00', 'nothing would change']
  ])('of its end to %s at 10:31 is refused: %s', (end, reason) => {
    const moved = applyChange(running, { end: iso(end), ...by }, [], at('10:31'), rules)
    expect(!moved.ok && moved.reason).toContain(reason)
  })

  it('asks more participants, whose part is their own', () => {
    const moved = applyChange(running, { ...by, note: 'more' }, [c2], at('10:40'), rules)
    expect(moved).toMatchObject({
      ok: true,
      next: {
        state: 'active',
        participants: [{ start: iso('10:00') }, { start: iso('11:00'), end: iso('12:00') }],
        history: [{}, {}, {}, {}, { state: 'active', note: 'more', ...by }]
      }
    })
  })

  it('of the groups gives every part another end', () => {
    const event = eventIn(['notified'], {
      releaseStepMinutes: 30,
      participants: [participant('C1'), participant('C3')]
    })
    const called = [{ customerId: 'C3', requestedKw: 1, releaseGroup: 2 }]
    expect(applyChange(event, { participants: called, ...by }, [], at('09:10'), rules)).toMatchObject({
      next: { participants: [{ end: iso('11:30') }, { end: iso('12:00') }] }
    })
  })

  it.each([
    ['notified', '09:30', null],
    ['active', '10:10', 'cannot ask others of who has started or is let go: C1']
  ] as const)('of the kW of a %s event', (state, now, reason) => {
    const change: EventChange = { participants: [{ customerId: 'C1', requestedKw: 7 }] }
    const moved = applyChange(eventIn(paths[state]), { ...change, ...by }, [], at(now), rules)
    if (reason === null) expect(moved).toMatchObject({ next: { participants: [{ requestedKw: 7 }] } })
    else expect(!moved.ok && moved.reason).toContain(reason)
  })

  it('recalls nobody who was let go', () => {
    const gone = participant('C1', { end: iso('11:00'), releasedAt: iso('11:00') })
    const event = eventIn(paths.active, { participants: [gone, participant('C2')] })
    expect(applyChange(event, { end: iso('13:00'), ...by }, [], at('11:10'), rules)).toMatchObject({
      next: { participants: [gone, { end: iso('13:00') }] }
    })
  })

  it('that leaves somebody no slot is refused', () => {
    const event = eventIn(paths.active, { participants: [participant('C1'), c2] })
    const moved = applyChange(event, { end: iso('11:00'), ...by }, [], at('10:20'), rules)
    expect(!moved.ok && moved.reason).toContain(`leaves no whole settlement slot for C2`)
  })

  it('to more than one person may ask alone is refused, to less is not', () => {
    const big = participant('C1', { requestedKw: 999.5 })
    const event = eventIn(paths.notified, { participants: [big] })
    const moved = applyChange(event, by, [c2], at('09:30'), rules)
    expect(!moved.ok && moved.reason).toContain('would ask 1000.5 kW in sum, above 1000 kW')
    const approved = eventIn(['approved', 'notified'], { participants: [{ ...big, requestedKw: 5000 }] })
    const less = { participants: [{ customerId: 'C1', requestedKw: 4000 }], ...by }
    expect(applyChange(approved, less, [], at('09:30'), rules).ok).toBe(true)
    expect(applyChange(approved, { end: iso('13:00'), ...by }, [], at('09:30'), rules).ok).toBe(true)
  })
})

describe('newcomers', () => {
  const change: EventChange = {
    participants: ['C1', 'C2'].map(customerId => ({ customerId, requestedKw: 1 }))
  }
  it.each([
    ['09:30', 0, '10:00'],
    ['10:00', 0, '10:00'],
    ['10:01', 0, '10:30'],
    ['09:40', 30, '10:30']
  ])('called at %s with %d min of notice start at %s', (now, minutes, start) => {
    const found = newcomers(running, change, at(now), { ...rules, noticeMs: minutes * 60_000 })
    expect(found).toMatchObject({ called: [{ customerId: 'C2' }], start: at(start), end: at('12:00') })
  })
})
