import { beforeEach, describe, expect, it } from 'vitest'
import { topics } from '../../server/contract/topics.ts'
import { type ForeignDecoder, nothing } from '../../server/ingest/decode.ts'
import { createIntake, type Intake } from '../../server/ingest/intake.ts'
import type { NewDeadLetter } from '../../server/log/deadLetters.ts'
import { decodeReadings } from '../../server/log/lines.ts'
import { type GatheringLog, gatheringLog } from '../helpers/memoryLog.ts'
import { until } from '../helpers/until.ts'
import { logsInAFolder } from '../log/openLog.ts'

const now = Date.parse('2026-11-22T05:00:00Z')
const M1 = topics.meterReading('M1')
const good = { ts: now, kw: 1 }

let log: GatheringLog
let intake: Intake
let letters: (NewDeadLetter & { durable: PromiseWithResolvers<void> })[]
let statuses: unknown[]
let told: number[]
let failures: Error[]
const foreign: ForeignDecoder = {
  filters: [],
  decode: topic =>
    topic === 'a/node/with/two/devices'
      ? { ...nothing(), statuses: ['M1', 'M2'].map(id => ({ id, online: false, ts: null })) }
      : null
}

beforeEach(() => {
  log = gatheringLog()
  letters = []
  statuses = []
  told = []
  failures = []
  intake = createIntake({
    log,
    deadLetters: {
      put(letter) {
        const durable = Promise.withResolvers<void>()
        letters.push({ ...letter, durable })
        return durable.promise
      }
    },
    foreign: [foreign],
    now: () => now,
    onStatus: (...status) => statuses.push(status),
    maxHeldBytes: 1000
  })
  intake.onDurable(group => told.push(group))
  intake.onFailure(error => failures.push(error))
})

/** Takes a message out of the middle of a chunk, and returns its group. */
function take(topic: string, value: unknown): number {
  const payload = typeof value === 'string' ? value : JSON.stringify(value)
  const bytes = Buffer.from(`..${topic}..${payload}..`)
  const topicEnd = 2 + Buffer.byteLength(topic)
  intake.take(bytes, 2, topicEnd, topicEnd + 2, bytes.length - 2)
  // Whoever reads from a socket uses its buffer again.
  bytes.fill(0)
  return intake.group
}

const settled = () => new Promise(resolve => setImmediate(resolve))
const written = () =>
  log.durable.flatMap(({ frames }) =>
    frames.flatMap(({ kind, body }) =>
      kind === 'readings' ? decodeReadings(body).map(({ id, values }) => `${id} ${values.kw}`) : [kind]
    )
  )

describe('groups', () => {
  it('are told of once they are durable, each once and in order', async () => {
    const first = take(M1, good)
    expect(take(M1, { ts: now, kw: 2 })).toBe(first)
    log.begin()
    const second = take(M1, { ts: now, kw: 3 })
    expect(second).toBe(first + 1)
    await settled()
    expect(told).toEqual([])
    expect(intake.counters(now).messages).toBe(0)
    log.finish()
    expect(told).toEqual([first])
    log.commit()
    expect(told).toEqual([first, second])
    expect(written()).toEqual(['M1 1', 'M1 2', 'M1 3'])
  })

  it('wait for their dead letters', async () => {
    const first = take(M1, [good, { ts: now }])
    log.commit()
    const second = take(M1, good)
    log.commit()
    await settled()
    expect(told).toEqual([])
    letters[0]?.durable.resolve()
    await settled()
    expect(told).toEqual([first, second])
  })

  it('need no log where nothing of them is in it', async () => {
    const letter = take('elsewhere', 'x')
    await settled()
    expect(told).toEqual([])
    letters[0]?.durable.resolve()
    await settled()
    const empty = take(topics.status('M1'), '')
    expect(told).toEqual([letter])
    await settled()
    const inLog = take(M1, good)
    expect(told).toEqual([letter, empty])
    expect([letter, empty, inLog]).toEqual([1, 2, 3])
  })

  it('that hold nothing but end behind others wait for these', async () => {
    const first = take(M1, good)
    log.begin()
    const second = take(M1, [])
    await settled()
    expect(told).toEqual([])
    log.finish()
    expect(told).toEqual([first, second])
  })
})

describe('counters', () => {
  it('count what is durable', async () => {
    take(M1, [
      { ts: now, kw: 1, x: 0 },
      { ts: now - 1, kw: 2 }
    ])
    take(M1, { ts: now, kw: 1e21, y: { z: 0 } })
    take(topics.status('M1'), { online: true })
    expect(intake.counters(now)).toMatchObject({ messages: 0, readings: 0 })
    log.commit()
    expect(intake.counters(now + 1000)).toEqual({
      messages: 3,
      readings: 3,
      readingsPerS: 0.3,
      unknownMembers: 2,
      slowPath: 1
    })
  })
})

describe('what may wait', () => {
  const { openLog } = logsInAFolder()

  it('is bounded by what is in the log', () => {
    while (!intake.isFull) take(M1, good)
    expect(log.heldBytes).toBeGreaterThan(1000)
    expect(log.heldBytes).toBeLessThan(1100)
    log.commit()
    expect(intake.isFull).toBe(false)
  })

  it('may be less than one group: once that is durable there is room again', async () => {
    const real = await openLog()
    const small = createIntake({
      ...{ log: real, deadLetters: { put: async () => undefined }, onStatus: () => undefined },
      ...{ now: () => now, maxHeldBytes: 1000 }
    })
    const payload = Buffer.from(`${M1}[${Array.from({ length: 50 }, () => JSON.stringify(good)).join(',')}]`)
    const full: boolean[] = []
    small.onDurable(() => full.push(small.isFull))
    small.take(payload, 0, M1.length, M1.length, payload.length)
    expect(small.isFull).toBe(true)
    await until(() => full.length > 0, { what: 'the group to be durable' })
    expect(full).toEqual([false])
  })

  it('is bounded by what is on its way to the dead letters', async () => {
    while (!intake.isFull) take(M1, 'x'.repeat(200))
    expect(letters).toHaveLength(6)
    for (const { durable } of letters) durable.resolve()
    await settled()
    expect(intake.isFull).toBe(false)
  })
})

describe('a failure', () => {
  it('of the log ends it: nothing is told of, nothing more is taken', async () => {
    take(M1, good)
    const accepted = intake.accept(M1, Buffer.from(JSON.stringify(good)))
    log.fail(new Error('EIO'))
    await expect(accepted).rejects.toThrow('EIO')
    await expect(intake.accept(M1, Buffer.from('{}'))).rejects.toThrow('EIO')
    take(M1, good)
    take('elsewhere', '')
    await settled()
    expect({ told, full: intake.isFull, letters }).toEqual({ told: [], full: true, letters: [] })
    expect(failures.map(({ message }) => message)).toEqual(['EIO'])
  })

  it('of the dead letters too', async () => {
    take('elsewhere', 'x')
    letters[0]?.durable.reject(new Error('EROFS'))
    await settled()
    expect(failures.map(({ message }) => message)).toEqual(['EROFS'])
    expect(told).toEqual([])
  })
})

describe('the general door', () => {
  it('opens when the message is durable', async () => {
    let acknowledged = 0
    const accept = (topic: string, value: unknown) =>
      intake.accept(topic, Buffer.from(JSON.stringify(value))).then(() => acknowledged++)
    const accepted = [accept(M1, good), accept(M1, [{ ts: now, kw: 2 }]), accept(M1, { ts: now })]
    log.commit()
    await settled()
    expect(acknowledged).toBe(0)
    letters[0]?.durable.resolve()
    await Promise.all(accepted)
    expect(written()).toEqual(['M1 1', 'M1 2'])
  })

  it('keeps what is bad, with its topic, whatever that is', async () => {
    const topic = `gridload/v1/meter/${'Ł'.repeat(40)}/reading`
    const long = topics.meterReading('M'.repeat(5000))
    for (const name of [topic, long]) {
      const accepted = intake.accept(name, Buffer.from(JSON.stringify(good)))
      letters.at(-1)?.durable.resolve()
      await accepted
    }
    const rejected = intake.reject('', Buffer.alloc(0), 'too long')
    letters.at(-1)?.durable.resolve()
    await rejected
    expect(letters.map(letter => [letter.topic, letter.reason])).toEqual([
      [topic, 'topic is not in the contract'],
      [long, 'topic is not in the contract'],
      ['', 'too long']
    ])
  })
})

it('puts what is bad among the dead letters and keeps the rest', () => {
  take(M1, [good, { ts: now }])
  take('somewhere', 5)
  log.commit()
  expect(written()).toEqual(['M1 1'])
  expect(letters.map(({ at, topic, reason, payload }) => [at, topic, reason, payload.toString()])).toEqual([
    [now, M1, 'item 1: kw is missing', JSON.stringify({ ts: now })],
    [now, 'somewhere', 'topic is not in the contract', '5']
  ])
})

it('writes answers and statuses the same durable way', () => {
  take(topics.answer('ACME'), { event: 'E1', version: 1, answer: 'accept', kw: 50 })
  take(topics.status('M1'), { online: false })
  expect(statuses).toEqual([])
  log.commit()
  const frames = log.durable.flatMap(group => group.frames)
  expect(frames.map(({ kind, body }) => [kind, JSON.parse(body.toString())])).toEqual([
    [
      'answer',
      { customerId: 'ACME', message: { event: 'E1', version: 1, answer: 'accept', kw: 50, reason: null } }
    ],
    ['status', { id: 'M1', online: false, ts: null }]
  ])
  expect(statuses).toEqual([['M1', false, null]])
})

it('writes each status of one message, in their order', () => {
  take('a/node/with/two/devices', '')
  log.commit()
  const frames = log.durable.flatMap(group => group.frames)
  expect(frames.map(({ kind, body }) => [kind, JSON.parse(body.toString()).id])).toEqual([
    ['status', 'M1'],
    ['status', 'M2']
  ])
  expect(statuses).toEqual([
    ['M1', false, null],
    ['M2', false, null]
  ])
  expect(intake.counters(now).messages).toBe(1)
})
