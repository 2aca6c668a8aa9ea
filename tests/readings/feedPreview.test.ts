import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { type Feed, startFeed } from '../../server/readings/feed.ts'
import { until } from '../helpers/until.ts'
import { merged } from './arrivals.ts'
import { gatedStore } from './gatedStore.ts'
import { HOUR, meter, NOON } from './readings.ts'
import { type TestLog, testLog } from './testLog.ts'

describe('the newest readings between a backlog', () => {
  let log: TestLog
  let store: ReturnType<typeof gatedStore>
  let feed: Feed
  let told: { kw: (number | undefined)[]; isPreview: boolean }[]
  let validated: (number | undefined)[]
  let appended: Reading[]

  beforeEach(() => {
    log = testLog()
    store = gatedStore({ rows: 100, writes: 2 })
    told = []
    validated = []
    appended = []
  })

  afterEach(async () => {
    const stopped = feed.stop()
    for (const write of [...store.held]) write.succeed()
    await stopped
  })

  /** `runBytes`: 1 for each frame by itself. */
  const start = (cursor: ReturnType<TestLog['cursor']>, runBytes = 1) => {
    feed = startFeed({
      log,
      cursor,
      store,
      deadLetters: { put: async () => undefined },
      validate: batch => validated.push(...batch.readings().map(({ values }) => values.kw)),
      now: () => NOON,
      random: () => 0.5,
      gatherMs: 0,
      commitMs: 0,
      previewBehindBytes: 20_000,
      runBytes
    })
    feed.onStored((batch, { isPreview }) => {
      told.push({ kw: batch.readings().map(({ values }) => values.kw), isPreview })
    })
  }
  const append = (...readings: Reading[]) => {
    appended.push(...readings)
    log.append('readings', NOON, encodeReadings(readings))
  }
  /** Frames of 100 readings each. */
  const backlog = (frames: number) => {
    for (let frame = 0; frame < frames; frame++)
      append(...Array.from({ length: 100 }, (_, n) => meter('M', NOON + frame * 100 + n, { kw: frame })))
  }
  const live = meter('L', NOON + 5 * HOUR, { kw: 999 })
  /** Lets writes go one after another until something is so. */
  const letGoUntil = (is: () => boolean, what: string) =>
    until(
      () => {
        if (!is()) store.held[0]?.succeed()
        return is()
      },
      { what }
    )
  const isLiveStored = () => store.content('L').some(({ ts }) => ts === live.ts)

  it('are stored while most of the backlog is not, and once more in their turn', async () => {
    const cursor = log.cursor()
    backlog(60)
    start(cursor)
    append(live)
    await letGoUntil(isLiveStored, 'the live reading is stored')
    const behind = log.bytesAfter(cursor.position)
    expect(behind).toBeGreaterThan(log.end.offset / 2)
    expect(told.at(-1)).toEqual({ kw: [999], isPreview: true })
    // Nobody has looked at it yet, and the cursor has not passed it.
    expect(validated).not.toContain(999)
    await letGoUntil(() => log.bytesAfter(cursor.position) === 0, 'all is stored')
    expect(told.filter(({ kw }) => kw.includes(999)).map(({ isPreview }) => isPreview)).toEqual([true, false])
    expect(validated.filter(kw => kw === 999)).toHaveLength(1)
    expect(told.filter(({ isPreview }) => !isPreview).flatMap(({ kw }) => kw)).toEqual(
      appended.map(({ values }) => values.kw)
    )
  })

  it('are stored also when all of the backlog has been read, and is only being stored', async () => {
    const cursor = log.cursor()
    backlog(60)
    start(cursor, 10_000_000)
    await until(() => store.held.length > 0, { what: 'the backlog is read' })
    append(live)
    await letGoUntil(isLiveStored, 'the live reading is stored')
    expect(told.at(-1)).toEqual({ kw: [999], isPreview: true })
    expect(log.bytesAfter(cursor.position)).toBeGreaterThan(log.end.offset / 2)
    await letGoUntil(() => log.bytesAfter(cursor.position) === 0, 'all is stored')
    expect(store.content('L')).toEqual(merged([live]))
  })

  it('keep coming as they arrive, the newest first when there are too many', async () => {
    const cursor = log.cursor()
    backlog(100)
    start(cursor)
    let second = 0
    const previewed = () => told.filter(({ isPreview }) => isPreview).flatMap(({ kw }) => kw)
    await until(
      () => {
        store.held[0]?.succeed()
        append(
          ...Array.from({ length: 20 }, (_, n) =>
            meter(`L${n}`, NOON + 6 * HOUR + second, { kw: 1000 + second })
          )
        )
        second++
        return previewed().length >= 300
      },
      { what: 'previews' }
    )
    const kws = previewed().map(Number)
    // In order, none twice.
    expect(kws).toEqual(kws.toSorted((a, b) => a - b))
    expect(kws.filter(kw => kw === kws[0])).toHaveLength(20)
    // All that was previewed is newer than what was there at the start.
    expect(Math.min(...kws)).toBeGreaterThanOrEqual(1000)
    expect(log.bytesAfter(cursor.position)).toBeGreaterThan(0)
  })

  it('do not win over a later value of the same moment, nor lose to an earlier one, also after a crash', async () => {
    const cursor = log.cursor()
    append(meter('L', live.ts, { kw: 1, v: 230 }))
    backlog(60)
    start(cursor)
    append(live)
    await letGoUntil(isLiveStored, 'the live reading is stored')
    expect(log.bytesAfter(cursor.position)).toBeGreaterThan(10_000)
    // The process ends here: what is under way never arrives.
    const before = cursor.position
    for (const write of [...store.held]) write.fail(new Error('killed'))
    await feed.stop()

    append(meter('L', live.ts, { kw: 1234 }))
    const again = log.cursor(before)
    start(again)
    await letGoUntil(() => log.bytesAfter(again.position) === 0, 'all is stored')
    expect(store.content('L')).toEqual(merged(appended.filter(({ id }) => id === 'L')))
    expect(store.content('L')[0]?.values).toEqual({ kw: 1234, v: 230 })
    expect(store.content('M')).toEqual(merged(appended.filter(({ id }) => id === 'M')))
  })

  it('are not looked for when there is little to catch up with', async () => {
    const cursor = log.cursor()
    backlog(4)
    start(cursor)
    append(live)
    await letGoUntil(() => log.bytesAfter(cursor.position) === 0, 'all is stored')
    expect(told.some(({ isPreview }) => isPreview)).toBe(false)
  })
})
