import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { type AnswerWord, CurtailmentEvent } from '../../server/contract/events.ts'
import { at, done, enrolments, iso, noticesTo, order, sent, world } from './world.ts'

const by = { by: 'An', byId: 'usr-an' }
const say = (event: string, answer: AnswerWord, version = 2) => ({ event, version, answer })

describe('an order', () => {
  it('becomes a draft with snapped times, names, meters and commitments', async () => {
    const { controller, seen } = world()
    const event = await done(controller.create(order({ start: iso('13:47'), durationMinutes: 100 })))
    expect(event).toMatchObject({
      id: 'CE-20260602-001',
      state: 'draft',
      version: 1,
      nodeName: 'Node S1',
      programmeId: 'P1',
      start: iso('14:00'),
      end: iso('16:00'),
      history: [{ version: 1, state: 'draft', by: 'An', at: iso('09:00') }]
    })
    expect(event.participants[0]).toMatchObject({
      customerName: 'Works A',
      meteringPointId: 'MP-A',
      meterId: 'M-A',
      requestedKw: 200,
      committedKw: 200,
      acknowledgedAt: null
    })
    expect(seen.changes).toEqual([event])
    expect([...Value.Errors(CurtailmentEvent, event)]).toEqual([])
  })

  it.each([
    ['an unknown node', order({ nodeId: 'S9' }), 422, 'there is no node S9'],
    ['an unknown programme', order({ programmeId: 'P9' }), 422, 'there is no programme P9'],
    [
      'somebody not below the node',
      order({ nodeId: 'F2' }),
      422,
      'not enrolled below F2 in programme P1: A, B'
    ],
    [
      'a customer named twice',
      order({ participants: [1, 2].map(requestedKw => ({ customerId: 'A', requestedKw })) }),
      422,
      'named more than once: A'
    ],
    ['a time that has passed', order({ start: iso('06:00') }), 422, `its end, ${iso('08:00')}, has passed`]
  ])('with %s is refused', async (_what, wrong, status, reason) => {
    const { controller, seen } = world()
    expect(await controller.create(wrong)).toEqual({ ok: false, status, reason })
    expect(seen.changes).toEqual([])
  })

  it.each(['9999-12-31T17:30:00Z', '0000-01-01T00:00:00Z', '2026-06-30T23:59:60Z'])(
    'with the start %s is refused',
    async start => {
      const reason = `its start, ${start}, is no time within a year of now`
      expect(await world().controller.create(order({ start }))).toEqual({ ok: false, status: 422, reason })
    }
  )

  it('that calls somebody twice at once is refused when made, and when sent', async () => {
    const { controller } = world()
    const early = await done(controller.create(order({ start: iso('15:30') })))
    const first = await sent(controller)
    expect(await controller.create(order({ start: iso('15:00') }))).toMatchObject({
      status: 409,
      reason: `already called in this time: A (${first.id}), B (${first.id})`
    })
    expect(await controller.send(early.id, by)).toMatchObject({
      status: 409,
      reason: `${early.id} cannot be sent: A is called in this time by ${first.id}`
    })
    expect((await controller.create(order({ start: iso('16:00') }))).ok).toBe(true)
  })

  it('is not sent to somebody who left after it was drafted', async () => {
    let standing = enrolments
    const { controller } = world({ enrolments: { list: async () => standing } })
    const { id } = await done(controller.create(order()))
    standing = enrolments.filter(({ customerId }) => customerId !== 'B')
    expect(await controller.send(id, by)).toMatchObject({
      status: 409,
      reason: expect.stringMatching(/no longer enrolled as it was drafted: B;/)
    })
    standing = enrolments
    expect(await controller.send(id, by)).toMatchObject({ ok: true })
  })

  it('of two sent at the same moment for one customer, one is refused', async () => {
    const { controller } = world()
    const ids = [await done(controller.create(order())), await done(controller.create(order()))].map(
      ({ id }) => id
    )
    const outcomes = await Promise.all(ids.map(id => controller.send(id, by)))
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('made many times at once gets as many ids', async () => {
    const { controller } = world()
    const made = await Promise.all([1, 2, 3, 4].map(() => done(controller.create(order()))))
    expect(new Set(made.map(({ id }) => id)).size).toBe(4)
  })
})

describe('an event by the clock', () => {
  it('is sent, stands by, becomes active, ends, and is final when late data has been awaited', async () => {
    const { controller, events, seen, stateAt, kept } = world()
    const { id } = await sent(controller)
    const states: [string, string][] = [
      ['13:29', 'notified'],
      ['13:30', 'standby'],
      ['13:59', 'standby'],
      ['14:00', 'active'],
      ['15:59', 'active'],
      ['16:00', 'ended'],
      ['16:19', 'ended'],
      ['16:20', 'final']
    ]
    for (const [time, state] of states)
      expect([time, await stateAt(controller, id, at(time))]).toEqual([time, state])
    expect((await events.get(id))?.history.map(({ version, by }) => [version, by])).toEqual([
      [1, 'An'],
      [2, 'An'],
      [3, 'clock'],
      [4, 'clock'],
      [5, 'clock'],
      [6, 'clock']
    ])
    expect(noticesTo(events, 'A')).toEqual(['notified', 'standby', 'active', 'ended', '', 'final', ''])
    expect(seen.changes.map(({ state }) => state)).toEqual([
      ...['draft', 'notified', 'standby', 'active', 'ended', 'final']
    ])
    expect(seen.pokes).toBe(5)
    expect((await kept.list(id)).results).toMatchObject([{ resultVersion: 1, kind: 'final' }])
  })

  it('is provisional once its data is whole, and final when late data has been awaited', async () => {
    const { controller, stateAt, kept } = world({}, { settleDelayMinutes: 120 })
    const { id } = await sent(controller)
    expect(await stateAt(controller, id, at('16:00'))).toBe('ended')
    expect(await stateAt(controller, id, at('16:29'))).toBe('ended')
    expect(await stateAt(controller, id, at('16:30'))).toBe('provisional')
    expect(await stateAt(controller, id, at('17:59'))).toBe('provisional')
    expect(await stateAt(controller, id, at('18:00'))).toBe('final')
    expect((await kept.list(id)).results.map(({ kind }) => kind)).toEqual(['provisional', 'final'])
  })

  it('with readings missing it waits for them, a minute each time, as an ended one', async () => {
    let isLate = true
    const empty = { t: [], intervalS: [], kw: [] }
    const { controller, stateAt, clock } = world(
      {
        history: async (_meter, from, to) => {
          if (isLate) return empty
          const t = Array.from(
            { length: Math.floor((Math.min(to, clock.now) - from) / 300_000) },
            (_, i) => from + i * 300_000
          )
          return { t, intervalS: t.map(() => 300), kw: t.map(() => 1000) }
        }
      },
      { settleDelayMinutes: 120 }
    )
    const { id } = await sent(controller)
    expect(await stateAt(controller, id, at('16:40'))).toBe('ended')
    isLate = false
    clock.now += 59_000
    await controller.tick()
    expect(await stateAt(controller, id, clock.now)).toBe('ended')
    expect(await stateAt(controller, id, at('16:41'))).toBe('provisional')
  })

  it('ticked twice at once, and by two processes, goes on once', async () => {
    const { controller, start, clock, events, seen } = world()
    const { id } = await sent(controller)
    const other = start()
    clock.now = at('14:00')
    await Promise.all([controller.tick(), controller.tick(), other.tick(), other.tick()])
    await controller.tick()
    expect((await events.get(id))?.version).toBe(3)
    expect(noticesTo(events, 'A')).toEqual(['notified', 'active'])
    expect(seen.changes.filter(({ state }) => state === 'active')).toHaveLength(1)
  })

  it('after a long downtime takes every step in order, and is measured', async () => {
    const { controller, start, clock, events, cuts, kept } = world()
    const { id } = await sent(controller)
    cuts.push({ meterId: 'M-A', from: at('14:00'), to: at('16:00'), kw: 150 })
    clock.now = at('20:00')
    await start().tick()
    expect((await events.get(id))?.history.map(({ state }) => state)).toEqual([
      'draft',
      'notified',
      'active',
      'ended',
      'final'
    ])
    expect(noticesTo(events, 'A')).toEqual(['notified', 'active', 'ended', '', 'final', ''])
    expect((await kept.get(id))?.total.deliveredKwh).toBeCloseTo(300, 9)
  })

  it('that another process has sent is noticed within a minute', async () => {
    const { controller, start, clock, events } = world()
    await controller.tick()
    const { id } = await sent(start())
    clock.now = at('14:00')
    await controller.tick()
    expect((await events.get(id))?.state).toBe('active')
  })

  it('a fault in one does not hold up the others, and is tried again', async () => {
    let isDown = true
    const broken = world({
      history: () =>
        isDown
          ? Promise.reject(new Error('the store is away'))
          : Promise.resolve({ t: [], intervalS: [], kw: [] })
    })
    const { controller, clock, events, seen } = broken
    const first = await sent(controller)
    const second = await sent(controller, {
      start: iso('16:00'),
      participants: [{ customerId: 'C', requestedKw: 1 }]
    })
    clock.now = at('16:30')
    await controller.tick()
    expect((await events.get(first.id))?.state).toBe('ended')
    expect((await events.get(second.id))?.state).toBe('active')
    expect(seen.faults).toEqual([`curtailment event ${first.id} cannot be measured and is tried again`])
    isDown = false
    clock.now += 10_000
    await controller.tick()
    expect((await events.get(first.id))?.state).toBe('final')
  })
})

describe('commands', () => {
  it('cancel: the participants hear of it, and the notices are cleared later', async () => {
    const { controller, events } = world()
    const { id } = await sent(controller)
    const cancelled = await done(controller.cancel(id, { ...by, note: 'rain' }))
    expect(cancelled.history.at(-1)).toMatchObject({ state: 'cancelled', by: 'An', note: 'rain' })
    expect(noticesTo(events, 'B')).toEqual(['notified', 'cancelled', ''])
  })

  it('cancel of a draft: nobody hears of it', async () => {
    const { controller, events } = world()
    const { id } = await done(controller.create(order()))
    await done(controller.cancel(id, by))
    expect(events.outbox).toEqual([])
  })

  it('complete: ends an active event at the next slot, an ended one becomes final at once', async () => {
    const { controller, clock, kept } = world()
    const { id } = await sent(controller)
    clock.now = at('14:40')
    expect(await done(controller.complete(id, by))).toMatchObject({ state: 'ended', end: iso('15:00') })
    // Twice in a row, or too soon: the last slot still runs, and its result would be unknown for ever.
    expect(await controller.complete(id, by)).toMatchObject({
      ok: false,
      status: 409,
      reason: `${id} cannot be closed before its end, ${iso('15:00')}`
    })
    clock.now = at('15:05')
    expect(await done(controller.complete(id, by))).toMatchObject({ state: 'final' })
    expect((await kept.get(id))?.participants[0]?.slots).toBe(2)
  })

  it('made before the tick see the event where the clock says it is', async () => {
    const { controller, clock } = world()
    const { id } = await sent(controller)
    clock.now = at('16:05')
    expect(await controller.cancel(id, by)).toEqual({
      ok: false,
      status: 409,
      reason: `${id} is ended: only a draft, an approved, a notified, a standby or an active event can be cancelled`
    })
  })

  it('sent late, the event starts at the next slot', async () => {
    const { controller, clock } = world()
    const { id } = await done(controller.create(order()))
    clock.now = at('14:10')
    expect(await done(controller.send(id, by))).toMatchObject({ start: iso('14:30'), end: iso('16:00') })
  })

  it('for an event that is not there say so', async () => {
    const { controller } = world()
    const reason = 'there is no curtailment event CE-9'
    for (const command of [controller.approve, controller.send, controller.cancel, controller.complete]) {
      expect(await command('CE-9', by)).toEqual({ ok: false, status: 404, reason })
    }
    expect(await controller.change('CE-9', by)).toEqual({ ok: false, status: 404, reason })
    expect(await controller.answers('CE-9')).toEqual({ ok: false, status: 404, reason })
    expect(await controller.answer('A', say('CE-9', 'accept'), 'http')).toEqual({
      ok: false,
      status: 404,
      reason
    })
  })
})

describe('answers', () => {
  it('are kept, told once, and change no version', async () => {
    const { controller, events, seen } = world()
    const { id } = await sent(controller)
    for (let i = 0; i < 3; i++) await done(controller.answer('A', say(id, 'accept'), 'mqtt'))
    const event = await events.get(id)
    expect(event?.version).toBe(2)
    expect(event?.participants[0]).toMatchObject({
      acknowledgedAt: iso('09:00'),
      answer: { answer: 'accept' }
    })
    expect(event?.participants[1]?.answer).toBeNull()
    expect(seen.changes).toHaveLength(3)
  })

  it('coming in while the event changes are not lost', async () => {
    const { controller, clock, events } = world()
    const { id } = await sent(controller)
    clock.now = at('14:00')
    await Promise.all([
      controller.answer('A', say(id, 'accept'), 'mqtt'),
      controller.tick(),
      controller.answer('B', say(id, 'decline'), 'mqtt')
    ])
    expect(await events.get(id)).toMatchObject({
      state: 'active',
      participants: [{ answer: { answer: 'accept' } }, { answer: { answer: 'decline' } }]
    })
  })

  it('that waited in the log are judged by when they came', async () => {
    const { controller, clock } = world()
    const { id } = await sent(controller)
    clock.now = at('16:10')
    await controller.tick()
    expect(await controller.answer('A', say(id, 'accept'), 'mqtt')).toMatchObject({ ok: false, status: 409 })
    expect(await controller.answer('A', say(id, 'accept'), 'mqtt', at('15:00'))).toMatchObject({ ok: true })
  })
})
