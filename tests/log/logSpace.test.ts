import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LogPositions } from '../../server/log/logPositions.ts'
import { until } from '../helpers/until.ts'
import {
  bodies,
  isPending,
  logsInAFolder,
  type OpenLog,
  placesIn,
  putLines,
  small,
  start,
  textsFrom
} from './openLog.ts'

const logs = logsInAFolder()
const { openLog, put, putAll, segmentFiles, state } = logs

async function commitAll(log: OpenLog, name: string): Promise<void> {
  await (await log.reader.openCursor(name)).commit(log.positions.end)
}

describe('cursors', () => {
  it('start at the oldest frame and are durable', async () => {
    const log = await openLog({ ...small, cursors: ['store'] })
    await putAll(log, 0, 6)
    const cursor = await log.reader.openCursor('store')
    expect(await textsFrom(log, cursor.position)).toEqual(bodies(0, 6))
    expect(log.status().behindBytes).toEqual({ store: 6 * 34 })
    await cursor.commit((await placesIn(log))[3] ?? start)
    expect(log.status().behindBytes).toEqual({ store: 2 * 34 })
    await log.stop()
    const again = await openLog({ ...small, cursors: ['store'] })
    const same = await again.reader.openCursor('store')
    expect(await textsFrom(again, same.position)).toEqual(bodies(4, 6))
    expect(await again.reader.openCursor('store')).toBe(same)
  })

  it('write the last of commits that come at once', async () => {
    const log = await openLog({ ...small, cursors: ['store'] })
    await putAll(log, 0, 6)
    const cursor = await log.reader.openCursor('store')
    const places = await placesIn(log)
    await Promise.all(places.map(place => cursor.commit(place)))
    expect(cursor.position).toEqual(places.at(-1))
    const { segment, offset } = cursor.position
    expect(await readFile(join(logs.directory, 'cursors', 'store.cursor'), 'utf8')).toBe(
      `${segment} ${offset}\n`
    )
  })

  it('that the log was not opened with are refused', async () => {
    const log = await openLog({ cursors: ['store'] })
    await expect(log.reader.openCursor('other')).rejects.toThrow('the log has no cursor other')
  })

  it.each([
    ['garbage', []],
    ['99 5\n', ['cursor store stood behind the end of the log: it starts again at the oldest frame']],
    ['1 9999\n', ['cursor store stood behind the end of the log: it starts again at the oldest frame']]
  ])('start again at the oldest frame from %j', async (text, expected) => {
    const log = await openLog({ cursors: ['store'] })
    await putAll(log, 0, 2)
    await log.stop()
    await writeFile(join(logs.directory, 'cursors', 'store.cursor'), text)
    const again = await openLog({ cursors: ['store'] })
    const cursor = await again.reader.openCursor('store')
    expect(await textsFrom(again, cursor.position)).toEqual(bodies(0, 2))
    expect(state.warnings).toEqual(expected)
  })

  it('that stood before the oldest frame kept go on there', async () => {
    const log = await openLog({ ...small, keepMs: 0, cursors: ['store'] })
    await putAll(log, 0, 6)
    state.clock += 2000
    await commitAll(log, 'store')
    await until(async () => (await segmentFiles()).length === 1, { what: 'the passed segments to go' })
    await log.stop()
    await writeFile(join(logs.directory, 'cursors', 'store.cursor'), '1 34\n')
    const again = await openLog({ ...small, cursors: ['store'] })
    expect((await again.reader.openCursor('store')).position).toEqual({ segment: 3, offset: 0 })
    expect(state.warnings).toEqual([expect.stringContaining('stood before the oldest frame kept')])
  })
})

describe('old segments', () => {
  it('go when every cursor has passed them and they are old', async () => {
    let looks = 0
    const freeShare = async () => {
      looks++
      return 1
    }
    const log = await openLog({ ...small, keepMs: 1000, freeShare, cursors: ['slow', 'fast'] })
    await putAll(log, 0, 6)
    state.clock += 2000
    await commitAll(log, 'fast')
    const then = looks
    await until(() => looks > then + 2, { what: 'the log to look twice' })
    expect(await segmentFiles()).toHaveLength(3)
    await commitAll(log, 'slow')
    await until(async () => (await segmentFiles()).length === 1, { what: 'the passed segments to go' })
    expect(await textsFrom(log, start)).toEqual(bodies(4, 6))
  })

  it('stay while they are young, though passed', async () => {
    const log = await openLog({ ...small, keepMs: 1000, cursors: ['store'] })
    await putAll(log, 0, 6)
    await commitAll(log, 'store')
    await log.stop()
    await (await openLog({ ...small, keepMs: 1000, cursors: ['store'] })).stop()
    expect(await segmentFiles()).toHaveLength(3)
  })

  it('stay while a cursor of an earlier run has not passed them', async () => {
    const log = await openLog({ ...small, keepMs: 0, cursors: ['earlier'] })
    await putAll(log, 0, 6)
    await log.stop()
    state.clock += 2000
    const again = await openLog({ ...small, keepMs: 0, cursors: ['store'] })
    await commitAll(again, 'store')
    await again.stop()
    await (await openLog({ ...small, keepMs: 0, cursors: ['store'] })).stop()
    expect(await segmentFiles()).toHaveLength(3)
  })
})

describe('at the quota', () => {
  it('nothing is durable, it says why, and goes on by itself when another thread moves its cursor', async () => {
    const log = await openLog({ ...small, cursors: ['store', 'answers'] })
    await putAll(log, 0, 12)
    const waiting = put(log, 'late')
    putLines(log, ['line'], state.clock)
    expect(await isPending(waiting)).toBe(true)
    expect(log.status().blocked).toContain('the ingest log has reached its quota')
    expect(log.heldBytes).toBeGreaterThan(34)
    const place = (await placesIn(log))[5] ?? start
    const elsewhere = new LogPositions({ buffer: log.positions.buffer })
    elsewhere.setCursor('store', place)
    expect(await isPending(waiting)).toBe(true)
    elsewhere.setCursor('answers', place)
    await waiting
    expect(log.status().blocked).toBeNull()
    await until(() => log.heldBytes === 0, { what: 'the line to be durable' })
    expect(await textsFrom(log, place)).toEqual([...bodies(6, 12), 'late', 'line\n'])
  })

  it('a cursor of an earlier run holds nothing any more', async () => {
    const log = await openLog({ ...small, cursors: ['earlier'] })
    await log.stop()
    const again = await openLog({ ...small, cursors: ['store'] })
    await putAll(again, 0, 12)
    const waiting = put(again, 'late')
    expect(await isPending(waiting)).toBe(true)
    await commitAll(again, 'store')
    await waiting
  })

  it('a cursor of this run holds what it lacks from the start on, before anybody follows it', async () => {
    const log = await openLog({ ...small, cursors: ['store', 'answers'] })
    await putAll(log, 0, 12)
    await commitAll(log, 'answers')
    await log.stop()
    const again = await openLog({ ...small, cursors: ['store', 'answers'] })
    const waiting = put(again, 'late').catch(() => undefined)
    expect(await isPending(waiting)).toBe(true)
    expect(await textsFrom(again, start)).toEqual(bodies(0, 12))
  })

  it('is refused where it could never be freed', async () => {
    await expect(openLog({ segmentBytes: 100, quotaBytes: 150 })).rejects.toThrow(RangeError)
  })
})

describe('the share of the disk that must stay free', () => {
  it('stops writing when it is gone, and goes on by itself when it is back', async () => {
    let free = 0.5
    const log = await openLog({ minFreeShare: 0.1, freeShare: async () => free })
    await put(log, 'a')
    free = 0.05
    await until(() => log.status().blocked !== null, { what: 'the log to see it' })
    expect(log.status().blocked).toContain('only 5.0 % of the disk of the ingest log is free')
    const waiting = put(log, 'b')
    expect(await isPending(waiting)).toBe(true)
    free = 0.1
    await waiting
    expect(log.status().blocked).toBeNull()
    expect(await textsFrom(log, start)).toEqual(['a', 'b'])
  })

  it('lets go of what every cursor has passed, though it is young', async () => {
    let free = 0.05
    const log = await openLog({
      ...{ ...small, cursors: ['store'], minFreeShare: 0.1 },
      freeShare: async () => free
    })
    free = 1
    await putAll(log, 0, 6)
    await commitAll(log, 'store')
    expect(await segmentFiles()).toHaveLength(3)
    free = 0.05
    await until(async () => (await segmentFiles()).length === 1, { what: 'the passed segments to go' })
  })

  it('is asked of the real disk', async () => {
    const log = await openLog({ minFreeShare: 1.1 })
    expect(log.status().blocked).toMatch(/^only \d+\.\d % of the disk/)
  })

  it('is told once where it cannot be asked, and then nothing is held up', async () => {
    const log = await openLog({ minFreeShare: 0.1, freeShare: () => Promise.reject(new Error('EACCES')) })
    await put(log, 'a')
    expect(log.status().blocked).toBeNull()
    expect(state.warnings.length).toBeGreaterThan(0)
    expect(new Set(state.warnings)).toEqual(new Set(['ingest log: cannot look after its space: EACCES']))
    expect(state.warnings).toHaveLength(1)
  })
})
