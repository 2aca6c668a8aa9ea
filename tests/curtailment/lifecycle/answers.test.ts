import { describe, expect, it } from 'vitest'
import type { AnswerWord, CurtailmentEvent, EventState } from '../../../server/contract/events.ts'
import { applyAnswer } from '../../../server/curtailment/lifecycle/answers.ts'
import { at, eventIn, iso, participant } from './sample.ts'

/** Notified as version 2, active as version 3. */
function event(state: EventState = 'active', version = 3): CurtailmentEvent {
  return { ...eventIn(['notified']), state, version }
}
const say = (answer: AnswerWord, rest: { version?: number; kw?: number | null; reason?: string } = {}) => ({
  event: 'CE-20260602-001',
  version: 2,
  answer,
  ...rest
})
const plain = { version: 2, at: iso('09:01'), via: 'mqtt', kw: null, reasonCode: null, reason: null }
/** The event after the answers, each with its time. */
function answered(...answers: [ReturnType<typeof say>, string][]): CurtailmentEvent {
  const result = event()
  for (const [message, time] of answers) {
    const applied = applyAnswer(result, 'C1', message, 'mqtt', at(time))
    if (!applied.ok) throw new Error(applied.reason)
    Object.assign(result.participants[0] ?? {}, applied.change)
  }
  return result
}

describe('an answer', () => {
  it('acknowledges once', () => {
    expect(applyAnswer(event(), 'C1', say('acknowledge'), 'mqtt', at('09:01'))).toEqual({
      ok: true,
      said: { ...plain, answer: 'acknowledge' },
      change: { acknowledgedAt: iso('09:01') }
    })
    const acknowledged = answered([say('acknowledge'), '09:01'])
    expect(applyAnswer(acknowledged, 'C1', say('acknowledge'), 'http', at('09:05'))).toEqual({
      ok: true,
      said: null,
      change: null
    })
  })

  it.each([
    ['accept', 'shift', null, 'shift'],
    ['accept', 'production', null, 'production'],
    ['decline', 'production', 'production', null],
    ['opt-out', 'safety', 'safety', null],
    ['decline', ' order-deadline ', 'order-deadline', null],
    ['decline', 'the furnace', 'other', 'the furnace'],
    ['decline', 'other', 'other', null],
    ['opt-out', '  ', null, null],
    ['opt-out', undefined, null, null]
  ] as const)(
    '%s because of %j acknowledges too and stands, reason %s in words %s',
    (word, said, reasonCode, reason) => {
      const given = said === undefined ? {} : { reason: said }
      const answer = { ...plain, via: 'http', answer: word, kw: 40, reasonCode, reason }
      expect(applyAnswer(event(), 'C1', say(word, { kw: 40, ...given }), 'http', at('09:01'))).toEqual({
        ok: true,
        said: answer,
        change: { acknowledgedAt: iso('09:01'), answer }
      })
    }
  )

  it('the latest stands', () => {
    const [participant] = answered(
      [say('accept'), '09:01'],
      [say('opt-out', { version: 3 }), '10:30']
    ).participants
    expect(participant).toMatchObject({
      acknowledgedAt: iso('09:01'),
      answer: { answer: 'opt-out', version: 3 }
    })
  })

  it('the same again changes nothing, by whatever way it comes', () => {
    const accepted = answered([say('accept', { kw: 40 }), '09:01'])
    expect(applyAnswer(accepted, 'C1', say('accept', { kw: 40 }), 'http', at('09:30'))).toEqual({
      ok: true,
      said: null,
      change: null
    })
    expect(applyAnswer(accepted, 'C1', say('accept', { kw: 41 }), 'http', at('09:30'))).toMatchObject({
      change: { answer: { kw: 41 } }
    })
  })

  it('an older one, delivered again, is kept but does not come back', () => {
    const declined = answered([say('accept'), '09:01'], [say('decline'), '09:05'])
    expect(applyAnswer(declined, 'C1', say('accept'), 'mqtt', at('09:01'))).toMatchObject({
      said: { answer: 'accept' },
      change: null
    })
  })

  it.each([event('ended', 4), event('final', 5)])(
    'that came in time stands, even when the event is $state as it is acted on',
    late => {
      expect(applyAnswer(late, 'C1', say('accept'), 'mqtt', at('11:59'))).toMatchObject({
        ok: true,
        change: { answer: { answer: 'accept' } }
      })
    }
  )
})

describe('refused is', () => {
  it.each([
    ['an answer to a draft', eventIn([]), say('accept'), '09:01', 'nobody has been notified'],
    ['to an approved event', eventIn(['approved']), say('accept'), '09:01', 'nobody has been notified'],
    [
      'by who was let go at 11:00',
      { ...event(), participants: [participant('C1', { end: iso('11:00') })] },
      say('opt-out'),
      '11:00',
      'came after its end'
    ],
    [
      'by who was called away',
      { ...event(), participants: [participant('C1', { supersededBy: 'CE-9' })] },
      say('accept'),
      '09:01',
      'has given way to CE-9'
    ],
    ['to a cancelled event', event('cancelled', 4), say('accept'), '09:01', 'is cancelled'],
    [
      'after the end',
      event('ended', 4),
      say('accept'),
      '12:00',
      'came after its end, 2026-06-02T12:00:00.000Z'
    ],
    ['to a final event', event('final', 5), say('accept'), '12:00', 'came after its end'],
    ['to a version before the notice', event(), say('accept', { version: 1 }), '09:01', 'they are 2 to 3'],
    ['to a version to come', event(), say('accept', { version: 4 }), '09:01', 'they are 2 to 3']
  ])('%s', (_what, to, message, time, reason) => {
    const applied = applyAnswer(to, 'C1', message, 'mqtt', at(time))
    expect(applied).toMatchObject({ ok: false, status: 409, reason: expect.stringContaining(reason) })
  })

  it('one of somebody who does not take part', () => {
    expect(applyAnswer(event(), 'C2', say('accept'), 'mqtt', at('09:01'))).toMatchObject({
      ok: false,
      status: 404
    })
  })
})
