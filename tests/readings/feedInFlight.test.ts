import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { type Feed, type FeedNeeds, startFeed } from '../../server/readings/feed.ts'
import { StoreError } from '../../server/readings/store.ts'
import { until } from '../helpers/until.ts'
import { gatedStore } from './gatedStore.ts'
import { meter, NOON } from './readings.ts'
import { type TestLog, testLog } from './testLog.ts'

describe('several batches of the feed under way', () => {
  let log: TestLog
  let cursor: ReturnType<TestLog['cursor']>
  let store: ReturnType<typeof gatedStore>
  let feed: Feed

  beforeEach(() => {
    log = testLog()
    cursor = log.cursor()
    store = gatedStore()
  })

  afterEach(async () => {
    const stopped = feed.stop()
    for (const write of [...store.held]) write.succeed()
    await stopped
  })

  const start = (more: Partial<FeedNeeds> = {}) => {
    feed = startFeed({
      log,
      cursor,
      store,
      deadLetters: { put: async () => undefined },
      now: () => NOON,
      random: () => 0.5,
      gatherMs: 0,
      commitMs: 0,
      retryMs: () => 1,
      // Each frame by itself.
      runBytes: 1,
      ...more
    })
  }
  /** Frames of ten readings of their own meters; frame n holds kw = n. Returns where each ends. */
  const appendFrames = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => log.append('readings', NOON, frame(from + n)))
  const frame = (n: number) =>
    encodeReadings(Array.from({ length: 10 }, (_, index) => meter(`M${index}`, NOON + n, { kw: n })))
  const kwOf = ({ readings }: { readings: Reading[] }) => readings[0]?.values.kw
  const underWay = () => store.held.map(kwOf)
  const write = (kw: number) => {
    const found = store.held.find(one => kwOf(one) === kw)
    if (found === undefined) throw new Error(`no write of ${kw} is under way`)
    return found
  }
  const seen = (kws: number[]) =>
    until(() => JSON.stringify(underWay()) === JSON.stringify(kws), { what: `writes of ${kws} under way` })

  it('are as many as suit the store, in the order of the log', async () => {
    appendFrames(0, 10)
    start()
    await seen([0, 1, 2, 3])
    write(1).succeed()
    await seen([0, 2, 3, 4])
  })

  it('move the cursor only over what is stored without a gap', async () => {
    const ends = appendFrames(0, 4)
    start()
    await seen([0, 1, 2, 3])
    const told: [number | undefined, unknown][] = []
    feed.onStored((batch, { upTo }) => told.push([batch.reading(0).values.kw, upTo]))
    write(2).succeed()
    write(1).succeed()
    await until(() => told.length === 2, { what: 'two are stored' })
    expect(cursor.committed).toEqual([])
    write(0).succeed()
    await until(() => cursor.committed.length > 0, { what: 'a commit' })
    expect(cursor.position).toEqual(ends[2])
    write(3).succeed()
    await until(() => cursor.position.offset === ends[3]?.offset, { what: 'the last commit' })
    const start0 = { segment: 1, offset: 0 }
    expect(told).toEqual([
      [2, start0],
      [1, start0],
      [0, ends[2]],
      [3, ends[3]]
    ])
  })

  it('after a failure let the others settle, and then give what is missing again in order', async () => {
    const ends = appendFrames(0, 6)
    start()
    await seen([0, 1, 2, 3])
    write(1).fail(new StoreError('unavailable', 'timeout'))
    await until(() => feed.state().state === 'retrying', { what: 'retrying' })
    // Nothing new while others are under way.
    expect(underWay()).toEqual([0, 2, 3])
    write(3).fail(new StoreError('unavailable', 'hung up'))
    write(0).succeed()
    write(2).succeed()
    // One at a time at first.
    await seen([1])
    expect(cursor.position).toEqual(ends[0])
    expect(feed.state()).toMatchObject({ state: 'retrying', detail: 'timeout' })
    write(1).succeed()
    await seen([3, 4])
    expect(feed.state().state).toBe('following')
    write(4).succeed()
    write(3).succeed()
    await seen([5])
    write(5).succeed()
    await until(() => log.bytesAfter(cursor.position) === 0, { what: 'all is stored' })
    expect(store.content('M3').map(({ values }) => values.kw)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('are finished when the feed stops, and no other is begun', async () => {
    const ends = appendFrames(0, 10)
    start()
    await seen([0, 1, 2, 3])
    const stopped = feed.stop()
    for (const kw of [3, 0, 1]) write(kw).succeed()
    write(2).fail(new StoreError('unavailable', 'too late'))
    await stopped
    expect(store.held).toEqual([])
    expect(cursor.position).toEqual(ends[1])
  })

  it('are left to themselves when they hang while the feed stops', async () => {
    const ends = appendFrames(0, 10)
    start()
    await seen([0, 1, 2, 3])
    const told: unknown[] = []
    feed.onStored(batch => told.push(batch.count))
    write(0).succeed()
    await until(() => told.length === 1, { what: 'the first is stored' })
    const left = [1, 2, 3].map(write)
    await feed.stop()
    expect(cursor.position).toEqual(ends[0])
    for (const one of left) one.succeed()
    await new Promise(setImmediate)
    // What comes in now is stored once more after the next start.
    expect(told).toHaveLength(1)
    expect(cursor.committed).toHaveLength(1)
  })

  it('commit at most once in the time given for it', async () => {
    appendFrames(0, 40)
    start({ commitMs: 20 })
    let isOver = false
    const begun = performance.now()
    const answering = until(
      () => {
        for (const one of [...store.held]) one.succeed()
        return isOver
      },
      { what: 'the end of the log' }
    )
    await until(() => log.bytesAfter(cursor.position) === 0, { what: 'all is stored' })
    isOver = true
    await answering
    expect(cursor.committed.length).toBeLessThanOrEqual((performance.now() - begun) / 20 + 1)
  })
})
