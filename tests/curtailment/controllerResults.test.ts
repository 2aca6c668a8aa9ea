import { describe, expect, it } from 'vitest'
import { at, done, HOUR, iso, MINUTE, noticesTo, sent, world } from './world.ts'

const by = { by: 'An', byId: 'usr-an' }

describe('results', () => {
  it('late data makes a new version beside the old, the event stays final', async () => {
    const { controller, clock, cuts, kept, stateAt } = world()
    const { id } = await sent(controller)
    expect(await stateAt(controller, id, at('16:20'))).toBe('final')
    await controller.tick()
    cuts.push({ meterId: 'M-A', from: at('14:00'), to: at('16:00'), kw: 150 })
    clock.now = at('16:31')
    await controller.tick()
    expect(await kept.get(id, 1)).toMatchObject({ total: { deliveredKwh: 0 } })
    expect(await kept.get(id, 2)).toMatchObject({ isFinal: true, total: { deliveredKwh: 300 } })
    expect(await stateAt(controller, id, at('19:00'))).toBe('final')
    // The hours after the end are complete by then; the same once more is no version.
    const { length } = (await kept.list(id)).results
    await stateAt(controller, id, at('23:00'))
    expect((await kept.list(id)).results).toHaveLength(length)
  })

  it('a restarted process looks for late data again', async () => {
    const { controller, start, clock, cuts, kept, stateAt } = world()
    const { id } = await sent(controller)
    await stateAt(controller, id, at('16:20'))
    cuts.push({ meterId: 'M-A', from: at('14:00'), to: at('16:00'), kw: 150 })
    const other = start()
    await stateAt(other, id, at('16:21'))
    expect((await kept.list(id)).results).toHaveLength(1)
    clock.now += HOUR
    await other.tick()
    expect((await kept.list(id)).results).toHaveLength(2)
  })

  it('an event cancelled while active is measured up to then, also after a crash', async () => {
    const { controller, start, clock, cuts, kept, stateAt } = world()
    const { id } = await sent(controller)
    cuts.push({ meterId: 'M-A', from: at('14:00'), to: at('16:00'), kw: 150 })
    await stateAt(controller, id, at('15:10'))
    expect(await done(controller.cancel(id, by))).toMatchObject({ state: 'cancelled', end: iso('15:00') })
    expect((await kept.list(id)).results).toEqual([])
    expect(await stateAt(start(), id, at('15:11'))).toBe('cancelled')
    expect(await kept.get(id)).toMatchObject({
      isFinal: true,
      state: 'cancelled',
      end: iso('15:00'),
      total: { deliveredKwh: 150 }
    })
    clock.now += MINUTE
    await controller.tick()
    expect((await kept.list(id)).results).toMatchObject([
      { kind: 'final', why: 'cancelled while it was active' }
    ])
  })

  it('cancelled before its start there is nothing to measure', async () => {
    const { controller, kept, stateAt } = world()
    const { id } = await sent(controller)
    await done(controller.cancel(id, by))
    await stateAt(controller, id, at('20:00'))
    expect((await kept.list(id)).results).toEqual([])
  })

  it('are not kept before the store has what had arrived by then', async () => {
    let storedUpTo = at('15:59')
    const { controller, clock, kept, seen, stateAt } = world({ isStored: t => storedUpTo >= t })
    const { id } = await sent(controller)
    clock.now = at('16:10')
    expect(await controller.complete(id, by)).toMatchObject({ ok: false, status: 409 })
    expect(await stateAt(controller, id, at('16:20'))).toBe('ended')
    expect(await kept.get(id)).toBeNull()
    storedUpTo = at('16:20')
    expect(await stateAt(controller, id, clock.now + 1000)).toBe('final')
    expect(seen.faults).toEqual([])
  })

  it('measured slowly, hold up neither the clock, nor answers, nor other events', async () => {
    let measured = () => {}
    const slow = new Promise<void>(resolve => {
      measured = resolve
    })
    const { begin, clock, events, seen } = world({
      history: async () => {
        await slow
        return { t: [], intervalS: [], kw: [] }
      }
    })
    const controller = begin()
    const { id } = await sent(controller)
    const other = await sent(controller, {
      start: iso('16:30'),
      participants: [{ customerId: 'C', requestedKw: 1 }]
    })
    clock.now = at('16:20')
    await controller.tick()
    await controller.tick()
    expect(await events.get(id)).toMatchObject({ state: 'ended' })
    const late = { event: id, version: 2, answer: 'accept' } as const
    expect(await controller.answer('A', late, 'mqtt', at('15:00'))).toMatchObject({ ok: true })
    clock.now = at('16:30')
    await controller.tick()
    expect(await events.get(other.id)).toMatchObject({ state: 'active' })
    measured()
    await controller.idle()
    expect(await events.get(id)).toMatchObject({ state: 'final' })
    expect(seen.faults).toEqual([])
  })

  it('a day on which a customer was called carries no later baseline; a call cancelled before its start does', async () => {
    const { controller, clock, results, events, stateAt } = world()
    const first = await sent(controller)
    const early = await sent(controller, {
      nodeId: 'F2',
      start: iso('18:00'),
      participants: [{ customerId: 'C', requestedKw: 1 }]
    })
    await done(controller.cancel(early.id, by))
    await stateAt(controller, first.id, at('18:00'))
    clock.now += 24 * HOUR
    const next = await sent(controller, {
      start: new Date(clock.now + 2 * HOUR).toISOString(),
      participants: ['A', 'C'].map(customerId => ({ customerId, requestedKw: 100 }))
    })
    await stateAt(controller, next.id, clock.now + 2.5 * HOUR + MINUTE)
    const event = await events.get(next.id)
    const { participants } = await results.of(event ?? next)
    expect(participants[0]?.baseline?.daysRejected[0]).toMatchObject({ day: '2026-06-02', cause: 'event' })
    expect(participants[1]?.baseline?.daysUsed[0]).toBe('2026-06-02')
  })

  it('an event closed by hand is measured first, and told', async () => {
    const { controller, clock, kept, events } = world()
    const { id } = await sent(controller)
    clock.now = at('16:05')
    expect(await done(controller.complete(id, by))).toMatchObject({ state: 'final' })
    expect((await kept.list(id)).results).toMatchObject([{ kind: 'final' }])
    expect(noticesTo(events, 'A').at(-2)).toBe('final')
  })
})
