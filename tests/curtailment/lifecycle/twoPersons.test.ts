import { describe, expect, it } from 'vitest'
import type { CurtailmentEvent } from '../../../server/contract/events.ts'
import { at, done, drafter, iso, noticesTo, order, world } from '../world.ts'

// One person may ask 500 kW in sum here.
const second = { by: 'Binh', byId: 'usr-binh' }
const large = {
  participants: [
    { customerId: 'A', requestedKw: 400 },
    { customerId: 'B', requestedKw: 100.5 }
  ]
}

describe('an event that takes two persons', () => {
  it('waits for the second, and then either may send it', async () => {
    for (const sender of [drafter, second]) {
      const { controller, events, seen } = world()
      const { id } = await done(controller.create(order(large)))
      const reason = `${id} asks 500.5 kW in sum, above 500 kW: a second person has to approve it first`
      expect(await controller.send(id, second)).toEqual({ ok: false, status: 409, reason })
      expect(await controller.approve(id, drafter)).toMatchObject({ ok: false, status: 409 })
      const approved = await done(controller.approve(id, { ...second, note: 'gấp' }))
      expect(approved).toMatchObject({
        state: 'approved',
        version: 2,
        start: iso('14:00'),
        end: iso('16:00')
      })
      expect(events.outbox).toEqual([])
      expect(seen.changes.map(({ state }) => state)).toEqual(['draft', 'approved'])
      const sent = await done(controller.send(id, sender))
      expect(sent.history).toMatchObject([
        { version: 1, state: 'draft', ...drafter },
        { version: 2, state: 'approved', ...second, note: 'gấp' },
        { version: 3, state: 'notified', ...sender }
      ])
      expect(noticesTo(events, 'A')).toEqual(['notified'])
    }
  })

  it('is approved once, and cancelled without a word to anybody', async () => {
    const { controller, events } = world()
    const { id } = await done(controller.create(order(large)))
    await done(controller.approve(id, second))
    const third = { by: 'Chi', byId: 'usr-chi' }
    expect(await controller.approve(id, third)).toEqual({
      ok: false,
      status: 409,
      reason: `${id} is approved: only a draft can be approved`
    })
    expect(await done(controller.cancel(id, drafter))).toMatchObject({ state: 'cancelled', version: 3 })
    expect(await controller.send(id, second)).toMatchObject({ ok: false, status: 409 })
    expect(events.outbox).toEqual([])
  })

  it('approved, it stays so until somebody sends it: nobody is called by it meanwhile', async () => {
    const { controller, clock, events } = world()
    const { id } = await done(controller.create(order(large)))
    await done(controller.approve(id, second))
    expect((await controller.create(order())).ok).toBe(true)
    clock.now = at('20:00')
    await controller.tick()
    expect(await events.get(id)).toMatchObject({ state: 'approved', version: 2 })
    expect(await controller.send(id, second)).toMatchObject({
      reason: `${id} cannot be sent: its end, ${iso('16:00')}, has passed`
    })
  })

  it('approved, it is still looked at when it is sent: who was called meanwhile is in the way', async () => {
    const { controller } = world()
    const { id } = await done(controller.create(order(large)))
    await done(controller.approve(id, second))
    const other = await done(controller.create(order()))
    await done(controller.send(other.id, drafter))
    expect(await controller.send(id, second)).toMatchObject({
      reason: `${id} cannot be sent: A is called in this time by ${other.id}`
    })
  })
})

describe('at the same moment, in two processes', () => {
  const versions = ({ history }: CurtailmentEvent) => history.map(({ version }) => version)

  it('two approvals make one version', async () => {
    const { controller, start, events } = world()
    const { id } = await done(controller.create(order(large)))
    const other = start()
    const third = { by: 'Chi', byId: 'usr-chi' }
    const outcomes = await Promise.all([
      controller.approve(id, second),
      controller.approve(id, third),
      other.approve(id, third)
    ])
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    const event = await events.get(id)
    expect(event && versions(event)).toEqual([1, 2])
  })
})
