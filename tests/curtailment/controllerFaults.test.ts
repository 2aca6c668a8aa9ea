import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import { eventStates } from '../../server/contract/events.ts'
import { type MemoryEvents, memoryEvents } from '../helpers/memoryRecords.ts'
import { at, done, drafter, enrolments, order, programmeOf, sent, world } from './world.ts'

const rank = (event: CurtailmentEvent) => eventStates.indexOf(event.state)
const settled = { settleDelayMinutes: 120 }

/** Records that die right after they have written, or right before, at the moments told; then nothing works. */
function dying(deaths: readonly ('before' | 'after' | null)[]) {
  const events = memoryEvents()
  let isDead = false
  let writes = 0
  const die = () => {
    isDead = true
    throw new Error('killed')
  }
  const wrapped = <Given extends unknown[], R>(write: (...given: Given) => Promise<R>) => {
    return async (...given: Given): Promise<R> => {
      if (isDead) throw new Error('the process is dead')
      const death = deaths[writes++] ?? null
      if (death === 'before') die()
      const result = await write(...given)
      if (death === 'after') die()
      return result
    }
  }
  const read = <Given extends unknown[], R>(act: (...given: Given) => Promise<R>) => {
    return async (...given: Given): Promise<R> => {
      if (isDead) throw new Error('the process is dead')
      return act(...given)
    }
  }
  const mortal: MemoryEvents = {
    outbox: events.outbox,
    get: read(events.get),
    list: read(events.list),
    nextId: read(events.nextId),
    byCommandKey: read(events.byCommandKey),
    insert: wrapped(events.insert),
    advance: wrapped(events.advance),
    setParticipant: wrapped(events.setParticipant)
  }
  const revive = () => {
    isDead = false
  }
  return { events: mortal, revive, isDead: () => isDead }
}

describe('killed between any two writes', () => {
  const death = fc.constantFrom('before' as const, 'after' as const, null, null, null)

  it('an event comes to its end once for all, every version once, every command once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(death, { maxLength: 16 }), async deaths => {
        const { events, revive, isDead } = dying(deaths)
        const scene = world({ events }, settled)
        const { clock, kept, answers } = scene
        let controller = scene.begin()
        const attempt = async <T>(act: () => Promise<T>): Promise<T> => {
          for (let tries = 0; tries < 40; tries++) {
            const result = await act().catch(() => null)
            await controller.idle()
            if (!isDead() && result !== null) return result
            revive()
            controller = scene.begin()
          }
          throw new Error('it never lives long enough')
        }
        const key = (name: string) => ({ key: name, sha256: name })
        const { id } = await attempt(() => done(controller.create(order(), key('create'))))
        await attempt(() => done(controller.send(id, drafter, key('send'))))
        await attempt(() =>
          done(controller.answer('A', { event: id, version: 2, answer: 'accept' }, 'mqtt', at('09:05')))
        )
        for (const time of ['13:30', '14:00', '15:10', '16:00', '16:30', '18:00']) {
          clock.now = at(time)
          await attempt(() => controller.tick())
          if (time === '15:10') {
            await attempt(() =>
              done(
                controller.change(
                  id,
                  { participants: [{ customerId: 'C', requestedKw: 1 }], ...drafter },
                  key('change')
                )
              )
            )
          }
        }
        for (let i = 0; i < 3; i++) {
          clock.now += 11_000
          await attempt(() => controller.tick())
        }
        const event = await events.get(id)
        expect(event?.history.map(({ version, state }) => [version, state])).toEqual(
          ['draft', 'notified', 'standby', 'active', 'active', 'ended', 'provisional', 'final'].map(
            (state, i) => [i + 1, state]
          )
        )
        expect((await events.list({})).map(one => one.id)).toEqual([id])
        expect((await answers.ofEvent(id)).map(({ answer }) => answer)).toEqual(['accept'])
        expect((await kept.list(id)).results.map(({ kind }) => kind)).toEqual(['provisional', 'final'])
        const keys = events.outbox.map(one => one.key)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 150 }
    )
  })
})

describe('whatever the clock does', () => {
  const jump = fc.oneof(
    fc.integer({ min: -10, max: 120 }).map(minutes => minutes * 60_000),
    fc.integer({ min: -48, max: 48 }).map(hours => hours * 3_600_000),
    fc.constant(1000)
  )

  it('no version is lost or repeated, and no event goes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(jump, { minLength: 1, maxLength: 40 }), async jumps => {
        const { controller, clock, events } = world({}, settled)
        const low = await sent(controller, {
          releaseStepMinutes: 30,
          participants: [
            { customerId: 'A', requestedKw: 1 },
            { customerId: 'B', requestedKw: 1, releaseGroup: 2 }
          ]
        })
        let before = low
        for (const ms of jumps) {
          clock.now += ms
          await controller.tick()
          const event = await events.get(low.id)
          if (event === null) throw new Error('lost')
          expect(rank(event)).toBeGreaterThanOrEqual(rank(before))
          expect(event.version).toBeGreaterThanOrEqual(before.version)
          expect(event.history.map(({ version }) => version)).toEqual(event.history.map((_, i) => i + 1))
          expect(event.history.slice(0, before.history.length)).toEqual(before.history)
          for (const [i, one] of event.participants.entries()) {
            const former = before.participants[i]?.releasedAt ?? null
            if (former !== null) expect(one.releasedAt).toBe(former)
          }
          before = event
        }
        // And it always arrives.
        clock.now = Math.max(clock.now, at('23:00'))
        await controller.tick()
        clock.now += 61_000
        await controller.tick()
        expect((await events.get(low.id))?.state).toBe('final')
        const keys = events.outbox.map(({ key }) => key)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 150 }
    )
  })

  it('set back, it does not wait for a time it had worked out from the later one', async () => {
    const { controller, clock, events } = world()
    const { id } = await sent(controller)
    clock.now = at('13:00')
    await controller.tick()
    clock.now = at('09:00')
    await controller.tick()
    clock.now = at('13:30')
    await controller.tick()
    expect((await events.get(id))?.state).toBe('standby')
  })

  it('set back, an answer is still newer than what was said before', async () => {
    const { controller, clock, events, answers } = world()
    const { id } = await sent(controller)
    clock.now = at('12:00')
    await done(controller.answer('A', { event: id, version: 2, answer: 'accept' }, 'mqtt'))
    clock.now = at('09:30')
    await done(controller.answer('A', { event: id, version: 2, answer: 'opt-out', reason: 'safety' }, 'mqtt'))
    expect((await events.get(id))?.participants[0]?.answer).toMatchObject({
      answer: 'opt-out',
      reasonCode: 'safety'
    })
    // Delivered again from the log, the first one does not come back.
    await done(controller.answer('A', { event: id, version: 2, answer: 'accept' }, 'mqtt', at('12:00')))
    expect((await answers.ofEvent(id)).map(({ answer }) => answer)).toEqual(['accept', 'opt-out'])
    expect((await events.get(id))?.participants[0]?.answer).toMatchObject({ answer: 'opt-out' })
  })
})

describe('never two', () => {
  it('however events of different priority are sent, nobody stands in two at one time', async () => {
    const programmes = [1, 3, 5].map(priority => programmeOf({ id: `P${priority}`, priority }))
    const all = programmes.flatMap(({ id }) =>
      enrolments.map(one => ({ ...one, id: `${one.id}-${id}`, programmeId: id }))
    )
    const call = fc.record({
      programmeId: fc.constantFrom('P1', 'P3', 'P5'),
      isDrill: fc.boolean(),
      hour: fc.integer({ min: 10, max: 16 }),
      who: fc.subarray(['A', 'B', 'C'], { minLength: 1 }),
      waitMinutes: fc.integer({ min: 0, max: 90 })
    })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 2, maxLength: 8 }), async calls => {
        const { controller, clock, events } = world({
          programmes: { list: async () => programmes },
          enrolments: { list: async () => all },
          approvalAboveKw: 1e9
        })
        for (const { programmeId, isDrill, hour, who, waitMinutes } of calls) {
          clock.now += waitMinutes * 60_000
          await controller.tick()
          const draft = await controller.create(
            order({
              programmeId,
              isDrill,
              start: new Date(at(`${hour}:00`)).toISOString(),
              participants: who.map(customerId => ({ customerId, requestedKw: 1 }))
            })
          )
          if (draft.ok) await controller.send(draft.value.id, drafter)
        }
        const standing = (await events.list({})).filter(one =>
          ['notified', 'standby', 'active'].includes(one.state)
        )
        const parts = standing.flatMap(one => one.participants.filter(part => part.supersededBy === null))
        for (const [i, one] of parts.entries()) {
          for (const other of parts.slice(i + 1)) {
            if (one.customerId !== other.customerId) continue
            expect(one.start < other.end && other.start < one.end).toBe(false)
          }
        }
      }),
      { numRuns: 100 }
    )
  })
})
