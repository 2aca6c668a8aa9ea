import { afterEach, expect, test } from 'vitest'
import type { Message } from '../../server/notices/messages.ts'
import { createNotices, type Notices, type NoticesNeeds } from '../../server/notices/notices.ts'
import { until } from '../helpers/until.ts'

const started: Notices[] = []
afterEach(async () => {
  for (const notices of started.splice(0)) await notices.stop()
})

const message = (key: string, topic: string, dueAt = 0): Message => ({
  key,
  topic,
  payload: `{"key":"${key}"}`,
  retain: true,
  dueAt
})

/** An outbox in memory, a broker that notes what it gets, and a clock that stands still until it is moved. */
function world(rows: readonly Message[], sentBefore: readonly string[] = []) {
  const sent = new Set(sentBefore)
  const published: string[] = []
  const warnings: string[] = []
  const shrunk: number[] = []
  const clock = { now: 0 }
  let looks = 0
  const needs: NoticesNeeds = {
    outbox: {
      due: async (now, limit, afterSeq) => {
        looks++
        return rows
          .map((row, i) => ({ ...row, seq: i + 1 }))
          .filter(({ key, dueAt, seq }) => !sent.has(key) && dueAt <= now && seq > afterSeq)
          .slice(0, limit)
      },
      markSent: async key => void sent.add(key),
      sentOpen: async () => rows.filter(({ key }) => sentBefore.includes(key)),
      shrink: async before => shrunk.push(before)
    },
    publish: async (topic, payload) => void published.push(`${topic} ${JSON.parse(payload).key}`),
    now: () => clock.now,
    random: () => 0.5,
    warn: text => warnings.push(text),
    // Only a poke makes a round, so that a test can count them.
    pollMs: 3_600_000
  }
  const start = async (change: Partial<NoticesNeeds> = {}) => {
    const notices = createNotices({ ...needs, ...change })
    started.push(notices)
    await notices.start()
    return notices
  }
  /** One whole round at a time of the clock: it has ended when the outbox is looked at once more. */
  const roundAt = async (notices: Notices, at: number) => {
    clock.now = at
    for (const _look of [1, 2]) {
      const before = looks
      notices.poke()
      await until(() => looks > before, { what: `a look at the outbox at ${at} ms` })
    }
  }
  return { needs, roundAt, sent, published, warnings, shrunk, clock, start }
}

test('what is due leaves once, in order within its topic; what is not due waits', async () => {
  const { published, sent, roundAt, start } = world([
    message('a1', 'A'),
    message('b1', 'B', 50),
    message('a2', 'A'),
    message('a3', 'A')
  ])
  const notices = await start()
  await until(() => sent.size === 3, { what: 'three messages' })
  expect(published).toEqual(['A a1', 'A a2', 'A a3'])
  await roundAt(notices, 49)
  expect(sent.size).toBe(3)
  await roundAt(notices, 50)
  await roundAt(notices, 51)
  expect(published).toEqual(['A a1', 'A a2', 'A a3', 'B b1'])
})

test('without a poke the outbox is looked at again by itself', async () => {
  const rows = [message('a1', 'A')]
  const { sent, start } = world(rows)
  await start({ pollMs: 5 })
  await until(() => sent.has('a1'), { what: 'the first' })
  rows.push(message('a2', 'A'))
  await until(() => sent.has('a2'), { what: 'the one put in later' })
})

test('at start open notices leave again with the same bytes, before newer ones of their topic', async () => {
  const { published, sent, roundAt, start } = world(
    [message('a1', 'A'), message('b1', 'B'), message('a2', 'A')],
    ['a1', 'b1']
  )
  const notices = await start()
  await until(() => sent.has('a2') && published.length === 3, { what: 'three publishes' })
  expect(published.toSorted()).toEqual(['A a1', 'A a2', 'B b1'])
  expect(published.indexOf('A a1')).toBeLessThan(published.indexOf('A a2'))
  await roundAt(notices, 1)
  expect(published).toHaveLength(3)
})

test('a topic that fails holds up its own later messages, but no other topic, and is tried again', async () => {
  const { needs, published, sent, roundAt, warnings, start } = world([
    message('a1', 'A'),
    message('b1', 'B'),
    message('a2', 'A')
  ])
  let tries = 0
  const publish: NoticesNeeds['publish'] = async (topic, payload, options) => {
    if (topic === 'A' && ++tries <= 2) throw new Error('not connected')
    await needs.publish(topic, payload, options)
  }
  const notices = await start({ publish })
  await until(() => sent.has('b1') && notices.state().failingTopics === 1, { what: 'B, and A failing' })
  expect(published).toEqual(['B b1'])
  expect(notices.state().detail).toContain('not connected')

  // Half of the bound each time: half a second after the first failure, one after the second.
  await roundAt(notices, 499)
  expect(tries).toBe(1)
  await roundAt(notices, 500)
  expect(tries).toBe(2)
  await roundAt(notices, 1499)
  expect(tries).toBe(2)
  await roundAt(notices, 1500)
  await until(() => sent.size === 3, { what: 'all of A' })
  await until(() => notices.state().detail === null, { what: 'nothing fails any more' })
  expect(published).toEqual(['B b1', 'A a1', 'A a2'])
  expect(warnings).toEqual(['notices: A is tried again: not connected', 'notices leave again'])
})

test('a failing topic does not overtake itself on the next page', async () => {
  const rows = [...Array.from({ length: 200 }, (_, i) => message(`n${i}`, `T${i}`)), message('later', 'T0')]
  const { needs, published, clock, start } = world(rows)
  const publish: NoticesNeeds['publish'] = async (topic, payload, options) => {
    // By the time of the second page the back-off of the first is over.
    clock.now += 10
    if (payload.includes('"n0"')) throw new Error('no')
    await needs.publish(topic, payload, options)
  }
  await start({ publish })
  await until(() => published.length === 199, { what: 'the other topics' })
  expect(clock.now).toBeGreaterThan(1000)
  await started.pop()?.stop()
  expect(published).not.toContain('T0 later')
})

test('a message that was published but not recorded leaves again, with the same bytes', async () => {
  const { needs, published, sent, clock, start } = world([message('a1', 'A'), message('a2', 'A')])
  let broken = true
  const markSent = async (key: string, at: number) => {
    if (broken) throw new Error('disk full')
    await needs.outbox.markSent(key, at)
  }
  const notices = await start({ outbox: { ...needs.outbox, markSent } })
  await until(() => notices.state().failingTopics === 1, { what: 'the recording fails' })
  expect(published).toEqual(['A a1'])
  broken = false
  clock.now = 1000
  notices.poke()
  await until(() => sent.size === 2, { what: 'both' })
  expect(published).toEqual(['A a1', 'A a1', 'A a2'])
})

test('a broker that never answers counts as failed after the limit', async () => {
  const { start } = world([message('a1', 'A')])
  const notices = await start({ publish: () => new Promise(() => {}), publishLimitMs: 5 })
  await until(() => notices.state().failingTopics === 1, { what: 'the limit' })
  expect(notices.state().detail).toContain('the broker did not confirm within 5 ms')
})

test('an outbox that cannot be read is told and looked at again', async () => {
  const { needs, sent, warnings, start } = world([message('a1', 'A')])
  let broken = true
  const due: NoticesNeeds['outbox']['due'] = async (...args) => {
    if (broken) throw new Error('connection terminated')
    return needs.outbox.due(...args)
  }
  const notices = await start({ outbox: { ...needs.outbox, due } })
  await until(() => notices.state().detail !== null, { what: 'the fault is told' })
  broken = false
  notices.poke()
  await until(() => sent.has('a1'), { what: 'a1' })
  await until(() => notices.state().detail === null, { what: 'the fault is over' })
  expect(warnings).toEqual([
    'notices: the outbox cannot be read: connection terminated',
    'notices leave again'
  ])
})

test('stop waits for the publish under way and begins no other', async () => {
  const { sent, start } = world([message('a1', 'A'), message('a2', 'A')])
  let finish = () => {}
  const publish = () => new Promise<void>(resolve => (finish = resolve))
  const notices = await start({ publish })
  await until(() => finish.name !== 'finish', { what: 'a publish under way' })
  let stopped = false
  const stopping = notices.stop().then(() => {
    stopped = true
  })
  await new Promise(resolve => setImmediate(resolve))
  expect(stopped).toBe(false)
  finish()
  await stopping
  expect([...sent]).toEqual(['a1'])
})

test('the outbox shrinks once a minute, whatever the clock does: of what was cleared away a day ago', async () => {
  const { roundAt, shrunk, start } = world([])
  const notices = await start()
  const day = 24 * 3_600_000
  for (const at of [day, day + 59_999, day + 60_000, day, 0]) await roundAt(notices, at)
  await until(() => shrunk.length >= 4, { what: 'the outbox shrunk' })
  expect([...new Set(shrunk)].sort((a, b) => a - b)).toEqual([-day, 0, 60_000])
})
