import { describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { createIntake } from '../../server/ingest/intake.ts'
import type { NewDeadLetter } from '../../server/log/deadLetters.ts'
import { decodeReadings } from '../../server/log/lines.ts'

const now = Date.parse('2026-11-22T05:00:00Z')

function fixture(append: () => Promise<void> = async () => undefined) {
  const frames: { kind: string; receivedAt: number; body: Buffer }[] = []
  const letters: NewDeadLetter[] = []
  const readings: Reading[] = []
  const statuses: unknown[] = []
  const intake = createIntake({
    log: {
      append: (kind, receivedAt, body) => {
        frames.push({ kind, receivedAt, body })
        return append()
      }
    },
    deadLetters: {
      put: async letter => {
        letters.push(letter)
      }
    },
    now: () => now,
    onReadings: (items, arrivedAt) => {
      expect(arrivedAt).toBe(now)
      readings.push(...items)
    },
    onStatus: (...status) => statuses.push(status)
  })
  const accept = (topic: string, value: unknown) =>
    intake.accept(`gridload/v1/${topic}`, Buffer.from(JSON.stringify(value)))
  return { intake, accept, frames, letters, readings, statuses }
}

describe('the intake', () => {
  it('writes all readings of a message as one frame, then tells of them', async () => {
    const { intake, accept, frames, readings } = fixture()
    await accept('meter/M1/reading', [
      { ts: now, kw: 1, x: 0 },
      { ts: now - 1, kw: 2 }
    ])
    expect(frames).toHaveLength(1)
    expect(frames[0]).toMatchObject({ kind: 'readings', receivedAt: now })
    expect(decodeReadings(frames[0]?.body ?? Buffer.alloc(0))).toEqual(readings)
    expect(intake.counters(now + 1000)).toEqual({
      messages: 1,
      readings: 2,
      readingsPerS: 0.2,
      unknownMembers: 1
    })
  })

  it('tells of nothing that is not durable', async () => {
    const durable = Promise.withResolvers<void>()
    const { intake, accept, readings } = fixture(() => durable.promise)
    const accepted = accept('meter/M1/reading', { ts: now, kw: 1 })
    await new Promise(resolve => setImmediate(resolve))
    expect(readings).toEqual([])
    expect(intake.counters(now).messages).toBe(0)
    durable.resolve()
    await accepted
    expect(readings).toHaveLength(1)
  })

  it('rejects when the log does', async () => {
    const { accept, readings } = fixture(() => Promise.reject(new Error('EIO')))
    await expect(accept('meter/M1/reading', { ts: now, kw: 1 })).rejects.toThrow('EIO')
    expect(readings).toEqual([])
  })

  it('puts what is bad among the dead letters and keeps the rest', async () => {
    const { accept, frames, letters, readings } = fixture()
    await accept('meter/M1/reading', [{ ts: now, kw: 1 }, { ts: now }])
    await accept('somewhere', 5)
    expect(readings).toHaveLength(1)
    expect(frames).toHaveLength(1)
    expect(letters.map(({ payload, ...letter }) => ({ ...letter, payload: payload.toString() }))).toEqual([
      {
        at: now,
        topic: 'gridload/v1/meter/M1/reading',
        reason: 'item 1: kw is missing',
        payload: JSON.stringify({ ts: now })
      },
      { at: now, topic: 'gridload/v1/somewhere', reason: 'topic is not in the contract', payload: '5' }
    ])
  })

  it('writes answers and statuses the same durable way', async () => {
    const { accept, frames, statuses } = fixture()
    await accept('answer/ACME', { event: 'E1', version: 1, answer: 'accept', kw: 50 })
    await accept('status/M1', { online: false })
    expect(frames.map(({ kind, body }) => [kind, JSON.parse(body.toString())])).toEqual([
      [
        'answer',
        { customerId: 'ACME', message: { event: 'E1', version: 1, answer: 'accept', kw: 50, reason: null } }
      ],
      ['status', { id: 'M1', online: false, ts: null }]
    ])
    expect(statuses).toEqual([['M1', false, null]])
  })
})
