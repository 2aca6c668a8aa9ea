import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { type Feed, type FeedNeeds, startFeed } from '../../server/readings/feed.ts'
import { StoreError } from '../../server/readings/store.ts'
import { type MemoryLog, memoryLog } from '../helpers/memoryLog.ts'
import { until } from '../helpers/until.ts'
import { meter, NOON, reading } from './readings.ts'

describe('the feed from the log to the store', () => {
  let log: MemoryLog
  let cursor: ReturnType<MemoryLog['cursor']>
  let feed: Feed
  let batches: Reading[][]
  let letters: { at: number; topic: string; payload: Buffer; reason: string }[]
  /** What the store does with the next batches; null takes them. */
  let trouble: ((readings: readonly Reading[]) => Error | null) | null
  let attempts: number
  let waits: number[]

  beforeEach(() => {
    log = memoryLog()
    cursor = log.cursor()
    batches = []
    letters = []
    trouble = null
    attempts = 0
    waits = []
  })

  afterEach(() => feed.stop())

  const start = (more: Partial<FeedNeeds> = {}) => {
    feed = startFeed({
      log,
      cursor,
      store: {
        async write(readings) {
          attempts++
          const error = trouble?.(readings) ?? null
          if (error !== null) throw error
          batches.push([...readings])
        }
      },
      deadLetters: { put: async letter => void letters.push(letter) },
      now: () => NOON + 1,
      random: () => 0.5,
      gatherMs: 0,
      pausedMs: 1,
      retryMs: attempt => {
        waits.push(attempt)
        return 1
      },
      ...more
    })
  }
  const append = (...readings: Reading[]) => log.append('readings', NOON, encodeReadings(readings))
  const m = (kw: number) => meter('M1', NOON + kw, { kw })
  const end = () => ({ segment: 1, offset: log.bytesAfter({ segment: 1, offset: 0 }) })

  it('stores the readings in order, passes over other frames, and then moves the cursor', async () => {
    append(m(1), m(2))
    log.append('status', NOON, Buffer.from('{}'))
    start()
    await feed.drained()
    append(m(3))
    log.append('answer', NOON + 5, Buffer.from('{}'))
    await feed.drained()
    expect(batches.flat()).toEqual([m(1), m(2), m(3)])
    expect(cursor.position).toEqual(end())
    expect(feed.state()).toEqual({
      state: 'following',
      detail: null,
      behindBytes: 0,
      storedUpTo: new Date(NOON + 5).toISOString()
    })
  })

  it('has nothing to wait for in an empty log', async () => {
    start()
    await feed.drained()
    expect(feed.state()).toEqual({ state: 'following', detail: null, behindBytes: 0, storedUpTo: null })
    expect(attempts).toBe(0)
  })

  it('writes whole frames in batches of about 5,000 readings', async () => {
    for (let frame = 0; frame < 13; frame++) {
      append(...Array.from({ length: 1_000 }, (_, index) => m(frame * 1_000 + index)))
    }
    start()
    await feed.drained()
    expect(batches.map(batch => batch.length)).toEqual([5_000, 5_000, 3_000])
    expect(batches.flat().map(({ values }) => values.kw)).toEqual(
      Array.from({ length: 13_000 }, (_, kw) => kw)
    )
  })

  it('tells who asks what was stored, until they have enough', async () => {
    start()
    const told: (readonly Reading[])[] = []
    const enough = feed.onStored(readings => told.push(readings))
    append(m(1))
    await until(() => told.length === 1, { what: 'the listener is told' })
    enough()
    append(m(2))
    await feed.drained()
    expect(told).toEqual([[m(1)]])
  })

  it('repeats the same batch while the store is unavailable, ever more slowly, and then goes on', async () => {
    trouble = () => new StoreError('unavailable', 'InfluxDB does not answer')
    append(m(1))
    start()
    await until(() => waits.length >= 3, { what: 'three attempts' })
    append(m(2))
    expect(feed.state()).toMatchObject({ state: 'retrying', detail: 'InfluxDB does not answer' })
    expect(feed.state().behindBytes).toBe(end().offset)
    expect(cursor.committed).toEqual([])
    trouble = null
    await feed.drained()
    expect(batches).toEqual([[m(1)], [m(2)]])
    expect(waits.slice(0, 3)).toEqual([1, 2, 3])
    expect(feed.state()).toMatchObject({ state: 'following', detail: null, behindBytes: 0 })
  })

  it('waits as long as the store asks', async () => {
    trouble = () => (attempts > 1 ? null : new StoreError('unavailable', 'throttled', { retryAfterMs: 2 }))
    append(m(1))
    start()
    await feed.drained()
    expect(waits).toEqual([])
    expect(batches).toEqual([[m(1)]])
  })

  it('says what a person must do, and goes on by itself when it is done', async () => {
    trouble = () => new StoreError('paused', 'set index-version = "tsi1"')
    append(m(1))
    start()
    await until(() => attempts >= 2, { what: 'a second attempt' })
    expect(feed.state()).toMatchObject({ state: 'paused', detail: 'set index-version = "tsi1"' })
    expect(letters).toEqual([])
    trouble = null
    await feed.drained()
    expect(batches).toEqual([[m(1)]])
  })

  it('puts what the store refuses into the dead letters and goes on', async () => {
    const bad = meter('M2', NOON, { kw: 2 })
    const forecast = reading('forecast', 'W1', NOON, { temp_c: 36 }, { issued: NOON - 1 })
    trouble = readings =>
      new StoreError('refused', '2 refused', {
        refused: readings.slice(1).map(refused => ({ reading: refused, reason: 'beyond retention policy' }))
      })
    append(m(1), bad, forecast)
    start()
    const told: Reading[] = []
    feed.onStored(readings => told.push(...readings))
    await feed.drained()
    expect(letters).toEqual([
      {
        at: NOON + 1,
        topic: 'gridload/v1/meter/M2/reading',
        payload: encodeReadings([bad]),
        reason: 'the store refuses it: beyond retention policy'
      },
      {
        at: NOON + 1,
        topic: 'gridload/v1/weather/W1/forecast',
        payload: encodeReadings([forecast]),
        reason: 'the store refuses it: beyond retention policy'
      }
    ])
    await until(() => told.length > 0, { what: 'the listener is told' })
    expect(told).toEqual([m(1)])
    expect(cursor.position).toEqual(end())
  })

  it('puts a frame that it cannot read into the dead letters and goes on', async () => {
    log.append('readings', NOON, Buffer.from('meter,id=M1 kw=?\n'))
    append(m(1))
    start()
    await feed.drained()
    expect(letters).toHaveLength(1)
    expect(letters[0]).toMatchObject({ topic: 'ingest log', payload: Buffer.from('meter,id=M1 kw=?\n') })
    expect(batches).toEqual([[m(1)]])
  })

  it('loses nothing while the dead letters cannot be written', async () => {
    trouble = readings =>
      new StoreError('refused', 'refused', {
        refused: readings.map(refused => ({ reading: refused, reason: 'no' }))
      })
    let isFull = true
    append(m(1))
    start({
      deadLetters: {
        async put(letter) {
          if (isFull) throw new Error('ENOSPC: no space left on device')
          letters.push(letter)
        }
      }
    })
    await until(() => waits.length > 0, { what: 'the first failure' })
    expect(feed.state()).toMatchObject({ state: 'retrying', detail: 'ENOSPC: no space left on device' })
    expect(cursor.committed).toEqual([])
    isFull = false
    await feed.drained()
    expect(letters).toHaveLength(1)
  })

  it('waits out a log that cannot be read', async () => {
    log.failure = new Error('EIO')
    append(m(1))
    start()
    await until(() => waits.length > 0, { what: 'the first failure' })
    expect(feed.state()).toMatchObject({ state: 'retrying', detail: 'EIO' })
    log.failure = null
    await feed.drained()
    expect(batches).toEqual([[m(1)]])
  })

  it('finishes the batch under way when it is stopped, and starts no other', async () => {
    const writing = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    append(m(1))
    start({
      store: {
        async write(readings) {
          begun.resolve()
          await writing.promise
          batches.push([...readings])
        }
      }
    })
    await begun.promise
    append(m(2))
    const drained = expect(feed.drained()).rejects.toThrow('stopped')
    const stopped = feed.stop()
    writing.resolve()
    await stopped
    await drained
    expect(batches).toEqual([[m(1)]])
    expect(cursor.committed).toHaveLength(1)
    await expect(feed.drained()).rejects.toThrow('stopped')
  })

  it('stops at once while it waits to try again', async () => {
    trouble = () => new StoreError('paused', 'create the bucket')
    append(m(1))
    start({ pausedMs: 3_600_000 })
    await until(() => feed.state().state === 'paused', { what: 'paused' })
    await feed.stop()
    expect(attempts).toBe(1)
    expect(cursor.committed).toEqual([])
  })
})
