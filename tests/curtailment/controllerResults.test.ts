import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { Performance } from '../../server/contract/performance.ts'
import { Plan } from '../../server/contract/plans.ts'
import { at, done, HOUR, iso, MINUTE, sent, world } from './world.ts'

const by = { by: 'An', byId: 'usr-an' }

describe('performance', () => {
  it('of a running event is live, of a final one frozen', async () => {
    const { controller, clock, cuts } = world()
    const { id } = await sent(controller)
    cuts.push({ meterId: 'M-A', from: at('14:00'), to: at('16:00'), kw: 150 })
    clock.now = at('15:00')
    await controller.tick()
    const live = await done(controller.performance(id))
    expect(live).toMatchObject({ isFinal: false, state: 'active', intervalMinutes: 30 })
    expect([...Value.Errors(Performance, live)]).toEqual([])
    expect(live.t[0]).toBe(at('12:00'))
    expect(live.t).toHaveLength(6)
    expect(live.participants.map(({ deliveredKwh }) => deliveredKwh)).toEqual([150, 0])
    expect(live.total).toMatchObject({ requestedKw: 300, deliveredKwh: 150, averageKw: 150, ratio: 0.5 })

    clock.now = at('18:00')
    await controller.tick()
    const frozen = await done(controller.performance(id))
    expect(frozen).toMatchObject({ isFinal: true, state: 'final', version: 5, total: { deliveredKwh: 300 } })
    expect(frozen.t).toHaveLength(12)
    // What arrives later changes nothing any more.
    cuts.push({ meterId: 'M-A', from: at('14:00'), to: at('16:00'), kw: 500 })
    clock.now = at('19:00')
    expect(await done(controller.performance(id))).toEqual(frozen)
  })

  it('is measured once for all who ask at the same time', async () => {
    let reads = 0
    const { controller, clock } = world({
      history: async () => {
        reads++
        return { t: [], intervalS: [], kw: [] }
      }
    })
    const { id } = await sent(controller)
    clock.now = at('15:00')
    await controller.performance(id)
    reads = 0
    await Promise.all([1, 2, 3, 4].map(() => controller.performance(id)))
    // The event's own day, once for each of two participants.
    expect(reads).toBe(2)
  })

  it('a crash between result and final state is healed', async () => {
    const { controller, start, clock, events } = world()
    const { id } = await sent(controller)
    clock.now = at('16:00')
    await controller.tick()
    const result = await done(controller.performance(id))
    await events.saveResult({
      ...result,
      version: 5,
      state: 'final',
      isFinal: true,
      total: { ...result.total, ratio: 9 }
    })
    clock.now = at('16:20')
    await start().tick()
    expect((await events.get(id))?.state).toBe('final')
    expect((await done(controller.performance(id))).total.ratio).toBeCloseTo(0, 9)
  })

  it('is not kept before the store has what had arrived by then', async () => {
    let storedUpTo = at('15:59')
    const { controller, clock, events, seen } = world({ isStored: t => storedUpTo >= t })
    const { id } = await sent(controller)
    clock.now = at('16:10')
    expect(await controller.complete(id, by)).toMatchObject({ ok: false, status: 409 })
    clock.now = at('16:20')
    await controller.tick()
    expect(await events.get(id)).toMatchObject({ state: 'ended' })
    expect(await events.result(id)).toBeNull()
    storedUpTo = at('16:20')
    clock.now += 1000
    await controller.tick()
    expect(await events.get(id)).toMatchObject({ state: 'final' })
    expect(seen.faults).toEqual([])
  })

  it('a day on which a customer was called carries no later baseline; a call cancelled before its start does', async () => {
    const { controller, clock } = world()
    await sent(controller)
    await done(
      controller.cancel(
        (await sent(controller, { nodeId: 'F2', participants: [{ customerId: 'C', requestedKw: 1 }] })).id,
        by
      )
    )
    clock.now = at('18:00')
    await controller.tick()
    clock.now += 24 * HOUR
    const next = await sent(controller, {
      start: new Date(clock.now + 2 * HOUR).toISOString(),
      participants: ['A', 'C'].map(customerId => ({ customerId, requestedKw: 100 }))
    })
    clock.now += 2.5 * HOUR + MINUTE
    const { participants } = await done(controller.performance(next.id))
    expect(participants[0]?.baseline?.daysRejected).toEqual([{ day: '2026-06-02', reason: 'event day' }])
    expect(participants[1]?.baseline?.daysUsed[0]).toBe('2026-06-02')
  })
})

describe('a plan', () => {
  const request = { nodeId: 'S1', start: iso('14:00'), durationMinutes: 120 }

  it('ranks who is below the node, by what they delivered before', async () => {
    const { controller, clock, cuts, present } = world()
    await sent(controller)
    cuts.push({ meterId: 'M-A', from: at('14:00'), to: at('16:00'), kw: 50 })
    clock.now = at('17:00')
    await controller.tick()
    present.set('MP-C', 250)
    const plan = await done(controller.plan({ ...request, start: iso('18:00'), targetKw: 260 }))
    expect(plan).toMatchObject({ start: iso('18:00'), end: iso('20:00'), expectedKw: 300, shortfallKw: 0 })
    expect(
      plan.candidates.map(({ customerId, expectedKw, pastEvents, proposed }) => [
        customerId,
        expectedKw,
        pastEvents,
        proposed
      ])
    ).toEqual([
      ['C', 250, 0, true],
      ['A', 50, 1, true],
      ['B', 0, 1, false]
    ])
    expect(plan.candidates[2]?.excluded).toBe('nothing is to be expected of it')
    expect([...Value.Errors(Plan, plan)]).toEqual([])
  })

  it('leaves out who is called already', async () => {
    const { controller } = world()
    const { id } = await sent(controller)
    const plan = await done(controller.plan(request))
    expect(plan.candidates.filter(({ proposed }) => proposed).map(({ customerId }) => customerId)).toEqual([
      'C'
    ])
    expect(plan.candidates.find(({ customerId }) => customerId === 'A')?.excluded).toBe(
      `already called in this time by ${id}`
    )
  })

  it('for a node nobody knows, or a time that has passed, is refused', async () => {
    const { controller } = world()
    expect(await controller.plan({ ...request, nodeId: 'S9' })).toEqual({
      ok: false,
      status: 422,
      reason: 'there is no node S9'
    })
    expect(await controller.plan({ ...request, start: iso('05:00') })).toMatchObject({
      ok: false,
      status: 422
    })
  })
})
