import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AnswerMessage, Notice } from '../../server/contract/notice.ts'
import { topics } from '../../server/contract/topics.ts'
import { createProfiles, type ParticipantProfile } from '../../simulators/participants/profile.ts'
import { respond } from '../../simulators/participants/response.ts'
import { type Participants, startParticipants } from '../../simulators/participants.ts'
import { type Connection, openConnection } from '../../simulators/publish/connection.ts'
import { createRegion } from '../../simulators/region.ts'
import { until } from '../helpers/until.ts'
import { startCollectingBroker } from './collectingBroker.ts'

const MINUTE = 60_000
const start = Date.parse('2026-06-10T06:00:00Z')
const end = start + 10 * MINUTE
const profiles = createProfiles(1, createRegion(1).sites.consumers)

function notice(change: Partial<Notice> = {}): Notice {
  return {
    event: 'CE-20260610-001',
    version: 1,
    state: 'notified',
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    requestedKw: 200,
    reason: 'Nắng nóng',
    voluntary: true,
    ...change
  }
}
function whoWould(test: (profile: ParticipantProfile) => boolean): ParticipantProfile {
  const found = profiles.find(test)
  if (found === undefined) throw new Error('nobody is like that')
  return found
}
const willing = whoWould(
  profile => profile.character === 'reliable' && respond(profile, notice()).answer === 'accept'
)
const partial = whoWould(
  profile => profile.character === 'partial' && respond(profile, notice()).answer === 'accept'
)
const unwilling = whoWould(profile => respond(profile, notice()).answer === 'decline')

let broker: Awaited<ReturnType<typeof startCollectingBroker>>
let connection: Connection
let participants: Participants
let now = start - 5 * MINUTE
let answers: { customerId: string; message: AnswerMessage }[] = []

beforeEach(async () => {
  now = start - 5 * MINUTE
  answers = []
  broker = await startCollectingBroker((topic, payload) => {
    const customerId = topic.split('/').at(-1) ?? ''
    if (topic === topics.answer(customerId))
      answers.push({ customerId, message: JSON.parse(String(payload)) })
  })
  await restart()
})

afterEach(async () => {
  vi.useRealTimers()
  participants.stop()
  await connection.stop()
  await broker.stop()
})

/** As a new process would: a new connection and no memory. */
async function restart(): Promise<void> {
  connection = openConnection(broker.url, {
    clientId: `test-${Math.floor(performance.now())}`,
    log: () => {}
  })
  participants = startParticipants({ profiles, channel: connection, now: () => now, log: () => {} })
  await participants.ready
  // Only the participants' own waits; the broker's and the client's run on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
}

/** Publishes a retained notice and waits until its effect shows (the broker delivers in order). */
async function send(profile: ParticipantProfile, value: Notice | ''): Promise<void> {
  await broker.publish(
    topics.notice(profile.customerId, notice().event),
    value && JSON.stringify(value),
    true
  )
  const before = participants.unreadable()
  await broker.publish(topics.notice(profile.customerId, 'nonsense'), 'not a notice')
  await settled(() => participants.unreadable() > before)
}

async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}

const said = (profile: ParticipantProfile) =>
  answers.filter(({ customerId }) => customerId === profile.customerId).map(({ message }) => message)

test('acknowledges within seconds, then accepts; once for each version, and not again for a mere state', async () => {
  await send(willing, notice())
  await vi.advanceTimersByTimeAsync(6_000)
  await settled(() => said(willing).length === 1)
  expect(said(willing)).toEqual([{ event: notice().event, version: 1, answer: 'acknowledge' }])
  await vi.advanceTimersByTimeAsync(15_000)
  await settled(() => said(willing).length === 2)
  expect(said(willing)[1]).toEqual({ event: notice().event, version: 1, answer: 'accept' })

  await send(willing, notice())
  await send(willing, notice({ version: 2, state: 'active' }))
  await vi.advanceTimersByTimeAsync(30_000)
  await send(partial, notice())
  await vi.advanceTimersByTimeAsync(30_000)
  await settled(() => said(partial).length === 2)
  expect(said(willing).length).toBe(2)
})

test('a new order is answered anew, to its version', async () => {
  await send(willing, notice())
  await vi.advanceTimersByTimeAsync(30_000)
  await settled(() => said(willing).length === 2)
  await send(willing, notice({ version: 2, requestedKw: 150 }))
  await vi.advanceTimersByTimeAsync(30_000)
  await settled(() => said(willing).length === 4)
  expect(said(willing).slice(2)).toMatchObject([
    { version: 2, answer: 'acknowledge' },
    { version: 2, answer: 'accept' }
  ])
})

test('one accepts less kW, one declines with a reason', async () => {
  await send(partial, notice())
  await send(unwilling, notice())
  await vi.advanceTimersByTimeAsync(30_000)
  await settled(() => answers.length === 4)
  const accepted = said(partial)[1]
  expect(accepted).toMatchObject({ answer: 'accept' })
  expect(accepted?.kw).toBeGreaterThanOrEqual(100)
  expect(accepted?.kw).toBeLessThanOrEqual(150)
  expect(said(unwilling)[1]).toMatchObject({ answer: 'decline', reason: expect.stringMatching(/\w/) })
  expect(participants.adjustmentKw(unwilling.customerId, 1_000, start + 5 * MINUTE)).toBe(0)
})

test('obeys by the clock, and a restarted process goes on with the same curve and the same answers', async () => {
  expect(participants.adjustmentKw(willing.customerId, 1_000, start + 5 * MINUTE)).toBe(0)
  await send(willing, notice())
  const moments = [-1, 0.5, 1, 3, 5, 9.9, 11, 15, 40].map(minutes => start + minutes * MINUTE)
  const curve = moments.map(t => participants.adjustmentKw(willing.customerId, 1_000, t))
  expect(curve[0]).toBe(0)
  expect(curve[4]).toBeLessThan(-180)
  expect(curve[7]).toBeGreaterThan(0)
  await vi.advanceTimersByTimeAsync(30_000)
  await settled(() => said(willing).length === 2)

  vi.useRealTimers()
  participants.stop()
  await connection.stop()
  now = start + 4 * MINUTE
  await restart()
  await settled(() => participants.adjustmentKw(willing.customerId, 1_000, moments[4] ?? 0) !== 0)
  expect(moments.map(t => participants.adjustmentKw(willing.customerId, 1_000, t))).toEqual(curve)
  await vi.advanceTimersByTimeAsync(30_000)
  await settled(() => said(willing).length === 4)
  expect(said(willing).slice(2)).toEqual(said(willing).slice(0, 2))
})

test('cancelled: silent, and back to normal', async () => {
  await send(willing, notice())
  await send(willing, notice({ version: 2, state: 'cancelled' }))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(participants.adjustmentKw(willing.customerId, 1_000, start + 5 * MINUTE)).toBe(0)

  await send(partial, notice())
  now = start + 5 * MINUTE
  expect(participants.adjustmentKw(partial.customerId, 1_000, now)).toBeLessThan(-80)
  await send(partial, notice({ version: 2, state: 'cancelled' }))
  expect(participants.adjustmentKw(partial.customerId, 1_000, now + 6 * MINUTE)).toBeGreaterThanOrEqual(0)
  expect(said(willing)).toEqual([])
})

test('an older version is ignored, and an empty message forgets the event', async () => {
  await send(willing, notice({ version: 3, requestedKw: 100 }))
  await send(willing, notice({ version: 2, requestedKw: 900 }))
  expect(participants.adjustmentKw(willing.customerId, 1_000, start + 5 * MINUTE)).toBeGreaterThan(-120)
  await send(willing, '')
  expect(participants.adjustmentKw(willing.customerId, 1_000, start + 5 * MINUTE)).toBe(0)
})

test('hears its notices again when the broker comes back', async () => {
  vi.useRealTimers()
  await broker.publish(topics.notice(willing.customerId, notice().event), JSON.stringify(notice()), true)
  await until(() => participants.adjustmentKw(willing.customerId, 1_000, start + 5 * MINUTE) < 0, {
    what: 'notice'
  })
  broker.dropClients()
  await until(() => !connection.isConnected(), { what: 'the connection is lost' })
  await until(() => connection.isConnected(), { what: 'the connection is back' })
  await broker.publish(topics.notice(partial.customerId, notice().event), JSON.stringify(notice()), true)
  await until(() => participants.adjustmentKw(partial.customerId, 1_000, start + 5 * MINUTE) < 0, {
    what: 'second'
  })
})
