import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import type { ReadingBatch } from '../../server/log/readingBatch.ts'
import { type Feed, type FeedNeeds, startFeed } from '../../server/readings/feed.ts'
import { StoreError } from '../../server/readings/store.ts'
import { until } from '../helpers/until.ts'
import { meter, NOON, reading } from './readings.ts'
import { type TestLog, testLog } from './testLog.ts'

describe('the feed from the log to the store', () => {
  let log: TestLog
  let cursor: ReturnType<TestLog['cursor']>
  let feed: Feed
  let batches: Reading[][]
  let letters: { at: number; topic: string; payload: Buffer; reason: string }[]
  /** What the store does with the next batches; null takes them. */
  let trouble: ((readings: readonly Reading[]) => Error | null) | null
  let attempts: number
  let waits: number[]

  beforeEach(() => {
    log = testLog()
    cursor = log.cursor()
    batches = []
    letters = []
    trouble = null
    attempts = 0
    waits = []
  })

  afterEach(() => feed.stop())

  const store = {
    async write(batch: ReadingBatch) {
      attempts++
      const readings = batch.readings()
      const error = trouble?.(readings) ?? null
      if (error !== null) throw error
      batches.push(readings)
    }
  }
  const start = (more: Partial<FeedNeeds> = {}) => {
    feed = startFeed({
      log,
      cursor,
      store,
      deadLetters: { put: async letter => void letters.push(letter) },
      now: () => NOON + 1,
      random: () => 0.5,
      gatherMs: 0,
      commitMs: 0,
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
  const allCommitted = () =>
    until(() => log.bytesAfter(cursor.position) === 0, { what: 'the cursor at the end of the log' })

  it('stores the readings in order, passes over other frames, and then moves the cursor', async () => {
    append(m(1), m(2))
    log.append('status', NOON, Buffer.from('{}'))
    start()
    await allCommitted()
    append(m(3))
    log.append('answer', NOON + 5, Buffer.from('{}'))
    await allCommitted()
    expect(batches.flat()).toEqual([m(1), m(2), m(3)])
    expect(feed.state()).toEqual({
      state: 'following',
      detail: null,
      behindBytes: 0,
      storedUpTo: new Date(NOON + 5).toISOString(),
      linesPerS: 0
    })
  })

  it('has nothing to do in an empty log', async () => {
    start()
    expect(feed.state()).toMatchObject({ state: 'following', detail: null, behindBytes: 0, storedUpTo: null })
    await feed.stop()
    expect(attempts).toBe(0)
    expect(cursor.committed).toEqual([])
  })

  it('writes batches of the size that suits the store, whatever the size of the frames', async () => {
    for (let frame = 0; frame < 13; frame++) {
      append(...Array.from({ length: 1_000 }, (_, index) => m(frame * 1_000 + index)))
    }
    append(...Array.from({ length: 9_000 }, (_, index) => m(13_000 + index)))
    start({ store: { ...store, limits: { rows: 4_500, writes: 2 } } })
    await allCommitted()
    expect(batches.map(batch => batch.length)).toEqual([4_500, 4_500, 4_500, 4_500, 4_000])
    expect(batches.flat().map(({ values }) => values.kw)).toEqual(
      Array.from({ length: 22_000 }, (_, kw) => kw)
    )
  })

  it('does not count a frame as passed before its last reading is stored', async () => {
    const first = append(m(1))
    append(...Array.from({ length: 10 }, (_, index) => m(index)))
    trouble = readings => (readings.some(({ values }) => values.kw === 9) ? new Error('not yet') : null)
    start({ store: { ...store, limits: { rows: 5, writes: 1 } }, runBytes: 1 })
    await until(() => waits.length > 1, { what: 'the last batch fails' })
    expect(batches).toHaveLength(2)
    expect(cursor.position).toEqual(first)
    trouble = null
    await allCommitted()
  })

  it('tells who asks what was stored and up to where, until they have enough', async () => {
    start()
    const told: [Reading[], unknown][] = []
    const enough = feed.onStored((batch, about) => told.push([batch.readings(), about]))
    const upTo = append(m(1))
    await until(() => told.length === 1, { what: 'the listener is told' })
    enough()
    append(m(2))
    await allCommitted()
    expect(told).toEqual([[[m(1)], { upTo, isPreview: false }]])
  })

  it('has every reading validated once, in the order of the log, before it is written', async () => {
    const validated: [number | undefined, number][] = []
    trouble = () => (attempts % 3 === 0 ? null : new StoreError('unavailable', 'down'))
    for (let kw = 0; kw < 40; kw++) log.append('readings', NOON + kw * 500, encodeReadings([m(kw)]))
    start({
      store: { ...store, limits: { rows: 7, writes: 4 } },
      validate(batch, arrivedAt) {
        for (const [row, { values }] of batch.readings().entries())
          validated.push([values.kw, (arrivedAt[row] ?? NaN) - NOON])
        batch.quality.fill(32)
      }
    })
    await allCommitted()
    expect(validated.map(([kw]) => kw)).toEqual(Array.from({ length: 40 }, (_, kw) => kw))
    for (const [kw = 0, arrivedMs] of validated) expect(arrivedMs).toBe(kw * 500)
    expect(new Set(batches.flat().map(({ quality }) => quality))).toEqual(new Set([32]))
  })

  it('repeats the same batch while the store is unavailable, ever more slowly, and then goes on', async () => {
    trouble = () => new StoreError('unavailable', 'InfluxDB does not answer')
    append(m(1))
    start()
    await until(() => waits.length >= 3, { what: 'three attempts' })
    append(m(2))
    expect(feed.state()).toMatchObject({ state: 'retrying', detail: 'InfluxDB does not answer' })
    expect(feed.state().behindBytes).toBe(log.end.offset)
    expect(cursor.committed).toEqual([])
    trouble = null
    await allCommitted()
    expect(batches).toEqual([[m(1)], [m(2)]])
    expect(waits.slice(0, 3)).toEqual([1, 2, 3])
    expect(feed.state()).toMatchObject({ state: 'following', detail: null, behindBytes: 0 })
  })

  it('waits as long as the store asks', async () => {
    trouble = () => (attempts > 1 ? null : new StoreError('unavailable', 'throttled', { retryAfterMs: 2 }))
    append(m(1))
    start()
    await allCommitted()
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
    await allCommitted()
    expect(batches).toEqual([[m(1)]])
  })

  it('shows what the store advises while nothing is wrong', async () => {
    start({ store: { ...store, advice: 'set index-version = "tsi1" in time' } })
    expect(feed.state()).toMatchObject({ state: 'following', detail: 'set index-version = "tsi1" in time' })
  })

  it('puts what the store refuses into the dead letters as a device would publish it', async () => {
    const bad = meter('M2', NOON, { kw: 2.5, q: 3 }, { intervalS: 900, quality: 8 })
    const forecast = reading('forecast', 'W1', NOON, { temp_c: 36 }, { issued: NOON - 1 })
    trouble = () =>
      new StoreError('refused', '2 refused', {
        refused: [1, 2].map(row => ({ row, reason: 'beyond retention policy' }))
      })
    append(m(1), bad, forecast)
    start()
    await allCommitted()
    expect(
      letters.map(({ payload, ...letter }) => ({ ...letter, payload: JSON.parse(payload.toString()) }))
    ).toEqual([
      {
        at: NOON + 1,
        topic: 'gridload/v1/meter/M2/reading',
        payload: { ts: NOON, interval: 900, kw: 2.5, q: 3 },
        reason: 'the store refuses it: beyond retention policy'
      },
      {
        at: NOON + 1,
        topic: 'gridload/v1/weather/W1/forecast',
        payload: { ts: NOON, issued: NOON - 1, temp_c: 36 },
        reason: 'the store refuses it: beyond retention policy'
      }
    ])
  })

  it('puts a line that it cannot read into the dead letters and stores those around it', async () => {
    const broken = 'meter,id=M1 kw=?\n'
    const body = Buffer.concat([encodeReadings([m(1)]), Buffer.from(broken), encodeReadings([m(2), m(3)])])
    log.append('readings', NOON, body)
    log.append('readings', NOON, Buffer.from('no end'))
    append(m(4))
    start()
    await allCommitted()
    expect(letters.map(({ topic, payload }) => [topic, payload.toString()])).toEqual([
      ['ingest log', broken],
      ['ingest log', 'no end']
    ])
    expect(letters[0]?.reason).toMatch(/unreadable in the ingest log: not a line of a reading: meter,id=M1/)
    expect(batches.flat()).toEqual([m(1), m(2), m(3), m(4)])
  })

  it('loses nothing while the dead letters cannot be written, and puts none of them twice', async () => {
    trouble = () =>
      new StoreError('refused', 'refused', { refused: [0, 1].map(row => ({ row, reason: 'no' })) })
    let isFull = true
    append(m(1), m(2))
    start({
      deadLetters: {
        async put(letter) {
          if (isFull && letters.length === 1) throw new Error('ENOSPC: no space left on device')
          letters.push(letter)
        }
      }
    })
    await until(() => waits.length > 0, { what: 'the first failure' })
    expect(feed.state()).toMatchObject({ state: 'retrying', detail: 'ENOSPC: no space left on device' })
    expect(cursor.committed).toEqual([])
    isFull = false
    await allCommitted()
    expect(letters.map(({ payload }) => JSON.parse(payload.toString()).kw)).toEqual([1, 2])
    expect(attempts).toBe(1)
  })

  it('waits out a log that cannot be read', async () => {
    log.failure = new Error('EIO')
    append(m(1))
    start()
    await until(() => waits.length > 0, { what: 'the first failure' })
    expect(feed.state()).toMatchObject({ state: 'retrying', detail: 'EIO' })
    log.failure = null
    await allCommitted()
    expect(batches).toEqual([[m(1)]])
  })

  it('says why its cursor is not durable, and tries again', async () => {
    let isFull = true
    append(m(1))
    const commit = cursor.commit
    start({
      cursor: {
        position: cursor.position,
        commit: position => (isFull ? Promise.reject(new Error('ENOSPC')) : commit(position))
      }
    })
    await until(() => feed.state().detail === 'ENOSPC', { what: 'the reason' })
    isFull = false
    await allCommitted()
    expect(feed.state().detail).toBe(null)
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
