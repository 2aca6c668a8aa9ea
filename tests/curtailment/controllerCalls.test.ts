import { describe, expect, it } from 'vitest'
import { type Consent, type EnrolmentContract, plainContract } from '../../server/contract/enrolments.ts'
import type { Programme } from '../../server/contract/programmes.ts'
import { at, done, drafter, enrolments, iso, noticesTo, order, programmeOf, sent, world } from './world.ts'

const key = (name: string, sha256 = 'a') => ({ key: name, sha256 })
const only = (customerId: string, requestedKw = 10) => [{ customerId, requestedKw }]

/** A second programme of a higher priority, in which everybody is enrolled too. */
function twoProgrammes(changes: Partial<Programme> = {}, contract: Partial<EnrolmentContract> = {}) {
  const emergency = programmeOf({ id: 'P9', kind: 'emergency', ...changes }, { minDurationMinutes: null })
  const consent: Consent = {
    givenBy: 'Bình',
    at: iso('01:00'),
    evidence: 'paper',
    reference: 'HD',
    sha256: null
  }
  const both = [
    ...enrolments,
    ...enrolments.map(one => ({
      ...one,
      id: `${one.id}-9`,
      programmeId: 'P9',
      contract: { ...plainContract, consent, ...contract }
    }))
  ]
  return world({
    programmes: { list: async () => [programmeOf(), emergency] },
    enrolments: { list: async () => both }
  })
}

describe('a command with a key', () => {
  it('is done once, and answers the same again', async () => {
    const { controller, clock, events, seen } = world()
    const draft = await done(controller.create(order(), key('k1')))
    expect(await done(controller.create(order(), key('k1')))).toEqual(draft)
    const [first, second] = await Promise.all([
      done(controller.send(draft.id, drafter, key('k2', 'b'))),
      done(controller.send(draft.id, drafter, key('k2', 'b')))
    ])
    expect(second).toEqual(first)
    clock.now = at('14:00')
    await controller.tick()
    expect(await done(controller.send(draft.id, drafter, key('k2', 'b')))).toMatchObject({ state: 'active' })
    expect((await events.get(draft.id))?.history.filter(({ state }) => state === 'notified')).toHaveLength(1)
    expect(seen.changes.filter(({ state }) => state === 'draft')).toHaveLength(1)
  })

  it('asked with something else is refused; of another caller it is another key', async () => {
    const { controller } = world()
    const draft = await done(controller.create(order(), key('k1')))
    const refused = {
      ok: false,
      status: 422,
      reason: 'the Idempotency-Key k1 was used for another command: take a new one'
    }
    expect(await controller.create(order(), key('k1', 'b'))).toEqual(refused)
    expect(await controller.cancel(draft.id, drafter, key('k1', 'c'))).toEqual(refused)
    const other = await done(controller.create(order({ by: 'Binh', byId: 'usr-binh' }), key('k1')))
    expect(other.id).not.toBe(draft.id)
  })

  it('refused leaves no key behind', async () => {
    const { controller, clock } = world()
    const { id } = await sent(controller)
    clock.now = at('15:40')
    await done(controller.complete(id, drafter))
    expect(await controller.complete(id, drafter, key('k1'))).toMatchObject({ ok: false, status: 409 })
    clock.now = at('16:01')
    expect(await done(controller.complete(id, drafter, key('k1')))).toMatchObject({ state: 'final' })
    expect(await done(controller.complete(id, drafter, key('k1')))).toMatchObject({ state: 'final' })
  })

  it('done by another process in the same moment is answered as its own', async () => {
    const { controller, start, events } = world()
    const { id } = await done(controller.create(order()))
    const outcomes = await Promise.all([
      controller.send(id, drafter, key('k1')),
      start().send(id, drafter, key('k1'))
    ])
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }])
    expect((await events.get(id))?.version).toBe(2)
  })
})

describe('a higher event', () => {
  const high = { programmeId: 'P9', start: iso('14:00'), durationMinutes: 60, participants: only('A') }

  it('calls a customer away from the lower one, which goes on for the others', async () => {
    const { controller, events } = twoProgrammes()
    const low = await sent(controller)
    const { id } = await sent(controller, high)
    const event = await events.get(low.id)
    expect(event).toMatchObject({
      version: 3,
      state: 'notified',
      participants: [{ supersededBy: id }, { supersededBy: null }],
      history: [{}, {}, { by: 'clock', note: `called away by ${id}: 1 of 2` }]
    })
    expect(noticesTo(events, 'A')).toEqual(['notified', 'notified', 'cancelled'])
    expect(noticesTo(events, 'B')).toEqual(['notified', 'notified'])
    expect(
      await controller.answer('A', { event: low.id, version: 2, answer: 'accept' }, 'mqtt')
    ).toMatchObject({
      ok: false,
      reason: `${low.id} has given way to ${id}: answer that one`
    })
  })

  it('that begins later leaves a customer to the lower one until then', async () => {
    const { controller, events, clock } = twoProgrammes()
    const low = await sent(controller)
    await sent(controller, { ...high, start: iso('15:00') })
    const parts = [{ supersededBy: null, end: iso('15:00') }, { end: iso('16:00') }]
    expect(await events.get(low.id)).toMatchObject({ version: 3, participants: parts })
    expect(noticesTo(events, 'A')).toEqual(['notified', 'notified', 'notified'])
    clock.now = at('15:00')
    await controller.tick()
    expect((await events.get(low.id))?.participants).toMatchObject([
      { releasedAt: iso('15:00') },
      { releasedAt: null }
    ])
  })

  it('a lower one, and one of the same priority, is refused as long as it stands', async () => {
    const { controller } = twoProgrammes()
    const { id } = await sent(controller, high)
    expect(await controller.create(order())).toMatchObject({
      status: 409,
      reason: `already called in this time: A (${id})`
    })
  })

  it('a drill gives way to anything, and calls nobody away', async () => {
    const { controller, events } = twoProgrammes()
    const drill = await sent(controller, { ...high, isDrill: true, start: iso('14:00') })
    expect(drill.isDrill).toBe(true)
    const real = await sent(controller, { participants: only('A') })
    expect(await events.get(drill.id)).toMatchObject({ participants: [{ supersededBy: real.id }] })
    expect(await controller.create(order({ ...high, isDrill: true }))).toMatchObject({
      ok: false,
      status: 409
    })
  })

  it('a crash before the lower one was told is healed by the next look', async () => {
    const { controller, start, clock, events } = twoProgrammes()
    const low = await sent(controller)
    const { advance } = events
    let writes = 0
    Object.assign(events, {
      advance: async (...given: Parameters<typeof advance>) => {
        if (++writes > 1) throw new Error('killed')
        return advance(...given)
      }
    })
    const draft = await done(controller.create(order(high)))
    await controller.send(draft.id, drafter)
    expect(await events.get(low.id)).toMatchObject({ version: 2 })
    Object.assign(events, { advance })
    clock.now += 1000
    await start().tick()
    expect(await events.get(low.id)).toMatchObject({
      version: 3,
      participants: [{ supersededBy: draft.id }, {}]
    })
  })
})

describe('limits', () => {
  it.each([
    [
      'notice',
      { noticeMinutes: 600 },
      {},
      'notice: notice of 300 min, the programme asks for at least 600 min'
    ],
    [
      'length',
      { maxDurationMinutes: 60 },
      {},
      'max-duration: 120 min long, the programme allows at most 60 min'
    ],
    [
      'blackout',
      {},
      { blackouts: [{ from: '2026-06-02', to: '2026-06-02', reason: 'x' }] },
      /^blackout: A is not called/
    ],
    [
      'hours',
      { maxHoursPerSeason: 1 },
      {},
      'season-hours: A would come to 2 h this season, at most 1 h by the programme, season-hours: B would come to 2 h this season, at most 1 h by the programme'
    ]
  ])(
    'of %s are checked when it is drafted (422), and when it is sent (409)',
    async (_what, terms, contract, reason) => {
      let isStrict = true
      const { controller } = world({
        programmes: { list: async () => [programmeOf({}, isStrict ? terms : {})] },
        enrolments: {
          list: async () =>
            enrolments.map(one => ({ ...one, contract: { ...plainContract, ...(isStrict ? contract : {}) } }))
        }
      })
      const words = typeof reason === 'string' ? reason : expect.stringMatching(reason)
      expect(await controller.create(order())).toEqual({ ok: false, status: 422, reason: words })
      isStrict = false
      const { id } = await done(controller.create(order()))
      isStrict = true
      expect(await controller.send(id, drafter)).toMatchObject({
        ok: false,
        status: 409,
        reason: expect.stringContaining(`${id} cannot be sent: `)
      })
      isStrict = false
      expect((await controller.send(id, drafter)).ok).toBe(true)
    }
  )

  it('count what was called before, drills apart', async () => {
    const { controller } = world({
      programmes: { list: async () => [programmeOf({}, { maxEventsPerDay: 1 })] }
    })
    await sent(controller, { start: iso('10:00'), durationMinutes: 30, isDrill: true })
    const { id } = await sent(controller, {
      start: iso('11:00'),
      durationMinutes: 30,
      participants: only('A')
    })
    expect(await controller.create(order())).toMatchObject({
      status: 422,
      reason: 'day-events: A is called 1 times that day, at most 1'
    })
    expect((await controller.create(order({ isDrill: true }))).ok).toBe(true)
    await done(controller.cancel(id, drafter))
    expect((await controller.create(order())).ok).toBe(true)
  })

  it('nobody is called without consent in a programme that pays', async () => {
    const { controller } = twoProgrammes({}, { consent: null })
    expect(await controller.create(order({ programmeId: 'P9' }))).toMatchObject({
      status: 422,
      reason: expect.stringMatching(/^no-consent: A has not consented/)
    })
  })
})

describe('a change of a sent event', () => {
  it('calls one more, whose part begins at the next slot, and tells everybody the new version', async () => {
    const { controller, events, stateAt } = world()
    const { id } = await sent(controller)
    await stateAt(controller, id, at('14:10'))
    const changed = await done(
      controller.change(id, { participants: only('C', 50), note: 'one more', ...drafter }, key('k1'))
    )
    expect(changed.participants[2]).toMatchObject({ customerId: 'C', start: iso('14:30'), end: iso('16:00') })
    expect(noticesTo(events, 'C')).toEqual(['active'])
    expect(noticesTo(events, 'A').at(-1)).toBe('active')
    expect(await done(controller.change(id, { participants: only('C', 50), ...drafter }, key('k1')))).toEqual(
      changed
    )
    expect(await stateAt(controller, id, at('16:30'))).toBe('final')
  })

  it('of the end keeps the limits, and the notices go on', async () => {
    const { controller, stateAt } = world({
      programmes: { list: async () => [programmeOf({}, { maxDurationMinutes: 150 })] }
    })
    const { id } = await sent(controller)
    await stateAt(controller, id, at('15:00'))
    expect(await controller.change(id, { end: iso('17:00'), ...drafter })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('max-duration: 180 min long')
    })
    await done(controller.change(id, { end: iso('16:30'), ...drafter }))
    expect(await stateAt(controller, id, at('16:29'))).toBe('active')
    expect(await stateAt(controller, id, at('16:30'))).toBe('ended')
  })

  it('cannot call who is called elsewhere, or is not enrolled', async () => {
    const { controller } = world()
    const other = await sent(controller, { nodeId: 'F2', participants: only('C') })
    const { id } = await sent(controller)
    expect(await controller.change(id, { participants: only('C'), ...drafter })).toMatchObject({
      reason: `${id} cannot be changed: C is called in this time by ${other.id}`
    })
    expect(await controller.change(id, { participants: only('Z'), ...drafter })).toMatchObject({
      reason: 'not enrolled below S1 in programme P1: Z'
    })
  })
})

describe('release groups', () => {
  it('get their all-clear one after the other', async () => {
    const { controller, events, stateAt } = world()
    const { id } = await sent(controller, {
      releaseStepMinutes: 30,
      participants: [
        { customerId: 'A', requestedKw: 1 },
        { customerId: 'B', requestedKw: 1, releaseGroup: 2 }
      ]
    })
    expect(await stateAt(controller, id, at('15:30'))).toBe('active')
    expect(noticesTo(events, 'A').at(-1)).toBe('ended')
    expect(noticesTo(events, 'B').at(-1)).toBe('active')
    expect(await stateAt(controller, id, at('16:00'))).toBe('ended')
    expect(noticesTo(events, 'A').filter(state => state === 'ended')).toHaveLength(1)
    expect(noticesTo(events, 'B').filter(state => state === 'ended')).toHaveLength(1)
  })

  it('for which the time is too short are refused', async () => {
    const { controller } = world()
    const participants = [
      { customerId: 'A', requestedKw: 1 },
      { customerId: 'B', requestedKw: 1, releaseGroup: 5 }
    ]
    expect(await controller.create(order({ releaseStepMinutes: 30, participants }))).toMatchObject({
      status: 422,
      reason: expect.stringContaining('before one whole settlement slot is over')
    })
  })
})
