import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HEADER_BYTES } from '../../server/log/frame.ts'
import { type IngestLog, type IngestLogOptions, openIngestLog } from '../../server/log/ingestLog.ts'
import type { Position } from '../../server/log/segments.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { faultyDisk } from './faultyFile.ts'

const start: Position = { segment: 0, offset: 0 }
let directory: { path: string; remove: () => Promise<void> }
let warnings: string[]
let clock: number
let open: IngestLog[]

beforeEach(async () => {
  directory = await tempDir()
  warnings = []
  clock = Date.now()
  open = []
})

afterEach(async () => {
  for (const log of open) await log.stop()
  await directory.remove()
})

async function openLog(options: Partial<IngestLogOptions> = {}): Promise<IngestLog> {
  const log = await openIngestLog(directory.path, {
    now: () => clock,
    warn: message => warnings.push(message),
    ...options
  })
  open.push(log)
  return log
}

function put(log: IngestLog, text: string): Promise<void> {
  return log.append('readings', clock, Buffer.from(text))
}

/** All bodies from a position on, read in small pieces. */
async function textsFrom(log: IngestLog, from: Position, maxBytes = 64): Promise<string[]> {
  const texts: string[] = []
  let at = from
  for (;;) {
    const frames = await log.read(at, maxBytes)
    const last = frames.at(-1)
    if (last === undefined) return texts
    texts.push(...frames.map(({ body }) => body.toString()))
    at = last.next
  }
}

const segmentFiles = async () => (await readdir(directory.path)).filter(name => name.endsWith('.seg')).sort()
const pathOf = (name: string | undefined) => join(directory.path, name ?? '')

/** Segments of two frames of 34 bytes each. */
const small = { segmentBytes: 100, quotaBytes: 400 }
const body = (index: number) => `frame ${String(index).padStart(12, '0')}`
const bodies = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => body(from + index))

async function putAll(log: IngestLog, from: number, to: number): Promise<void> {
  for (const text of bodies(from, to)) await put(log, text)
}

/** Whether a promise has settled once everything that is ready has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
  const pending = Symbol('pending')
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending
}

describe('append and read', () => {
  it('gives back kind, time and body in order, over segments and restarts', async () => {
    const log = await openLog(small)
    await log.append('readings', 1000, Buffer.from('a'))
    await log.append('answer', 2000, Buffer.from('b'))
    await log.append('status', 3000, Buffer.alloc(0))
    const frames = await log.read(start, 1_000_000)
    expect(frames.map(({ kind, receivedAt, body: bytes }) => [kind, receivedAt, bytes.toString()])).toEqual([
      ['readings', 1000, 'a'],
      ['answer', 2000, 'b'],
      ['status', 3000, '']
    ])
    await putAll(log, 0, 6)
    await log.stop()
    const again = await openLog(small)
    await putAll(again, 6, 8)
    expect(await textsFrom(again, start)).toEqual(['a', 'b', '', ...bodies(0, 8)])
    expect((await segmentFiles()).length).toBeGreaterThan(3)
    expect(warnings).toEqual([])
  })

  it('reads at least one frame, however small the limit', async () => {
    const log = await openLog()
    const long = 'x'.repeat(300_000)
    await put(log, long)
    await put(log, 'y')
    expect((await log.read(start, 1)).map(({ body: bytes }) => bytes.length)).toEqual([300_000])
    expect(await textsFrom(log, start, 10)).toEqual([long, 'y'])
  })

  it('says how much stands after a position', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 5)
    const frames = await log.read(start, 1_000_000)
    expect(log.bytesAfter(start)).toBe(log.status().bytes)
    expect(log.bytesAfter(frames[3]?.next ?? start)).toBe(34)
    expect(log.bytesAfter(frames[4]?.next ?? start)).toBe(0)
  })

  it('tells listeners of what is durable, until they leave', async () => {
    const log = await openLog()
    let heard = 0
    const off = log.onAppend(() => heard++)
    await put(log, 'a')
    expect(heard).toBe(1)
    off()
    await put(log, 'b')
    expect(heard).toBe(1)
  })
})

describe('group commit', () => {
  it('writes what gathered during a sync as one group', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile })
    await Promise.all(bodies(0, 500).map(text => put(log, text)))
    expect(disk.syncs()).toBe(1)
    expect(await textsFrom(log, start, 4096)).toEqual(bodies(0, 500))
  })

  it('resolves nothing and shows nothing before the sync has ended', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile })
    const sync = Promise.withResolvers<void>()
    disk.hold.datasync = sync.promise
    const first = put(log, 'a')
    await until(() => disk.syncs() === 1, { what: 'the sync to begin' })
    const second = put(log, 'b')
    expect(await isPending(first)).toBe(true)
    expect(await log.read(start, 1000)).toEqual([])
    disk.hold.datasync = null
    sync.resolve()
    await Promise.all([first, second])
    expect(await textsFrom(log, start)).toEqual(['a', 'b'])
  })

  it('lets appends wait once its memory is full, and loses none', async () => {
    const log = await openLog({ memoryBytes: 200 })
    await Promise.all(bodies(0, 100).map(text => put(log, text)))
    expect(await textsFrom(log, start)).toEqual(bodies(0, 100))
  })
})

describe('recovery', () => {
  it.each([1, 15, 17, 33])('cuts a torn tail of %i bytes and goes on', async bytes => {
    const log = await openLog()
    await putAll(log, 0, 3)
    await log.stop()
    const path = pathOf((await segmentFiles())[0])
    const whole = await readFile(path)
    await appendFile(path, whole.subarray(0, bytes))
    const again = await openLog()
    expect(warnings).toEqual([expect.stringContaining(`cut a torn tail of ${bytes} bytes`)])
    await put(again, 'next')
    expect(await textsFrom(again, start)).toEqual([...bodies(0, 3), 'next'])
  })

  it('reports a damaged frame in an older segment and reads on behind it', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 6)
    await log.stop()
    const path = pathOf((await segmentFiles())[1])
    const bytes = await readFile(path)
    bytes[HEADER_BYTES + 3] = 0
    await writeFile(path, bytes)
    const again = await openLog(small)
    expect(await textsFrom(again, start)).toEqual([...bodies(0, 2), ...bodies(3, 6)])
    expect(await textsFrom(again, start)).toHaveLength(5)
    expect(warnings).toEqual([
      expect.stringContaining('segment 2 is damaged at byte 0; 34 bytes passed over')
    ])
    expect(again.status().damagedBytes).toBe(34)
  })

  it('reads the next segment when the rest of one is lost', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 4)
    const path = pathOf((await segmentFiles())[0])
    await truncate(path, 40)
    expect(await textsFrom(log, start)).toEqual([body(0), ...bodies(2, 4)])
    expect(warnings).toEqual([
      expect.stringContaining('segment 1 is damaged at byte 34; 34 bytes passed over')
    ])
  })

  it('never truncates where whole frames follow the damage', async () => {
    const log = await openLog()
    await putAll(log, 0, 4)
    await log.stop()
    const path = pathOf((await segmentFiles())[0])
    const bytes = await readFile(path)
    bytes[34 + HEADER_BYTES] = 0
    await writeFile(path, bytes)
    const again = await openLog()
    await put(again, 'next')
    expect((await stat(path)).size).toBe(bytes.length)
    expect(await textsFrom(again, start)).toEqual([body(0), ...bodies(2, 4), 'next'])
    expect(warnings).toHaveLength(2)
  })
})

describe('cursors', () => {
  it('start at the oldest frame and are durable', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 6)
    const cursor = await log.openCursor('store')
    expect(await textsFrom(log, cursor.position)).toEqual(bodies(0, 6))
    const frames = await log.read(cursor.position, 1_000_000)
    await cursor.commit(frames[3]?.next ?? start)
    await log.stop()
    const again = await openLog(small)
    const same = await again.openCursor('store')
    expect(await textsFrom(again, same.position)).toEqual(bodies(4, 6))
    expect(await again.openCursor('store')).toBe(same)
  })

  it('write the last of commits that come at once', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 6)
    const cursor = await log.openCursor('store')
    const frames = await log.read(start, 1_000_000)
    await Promise.all(frames.map(({ next }) => cursor.commit(next)))
    expect(cursor.position).toEqual(frames.at(-1)?.next)
    await log.stop()
    const again = await openLog(small)
    expect((await again.openCursor('store')).position).toEqual(frames.at(-1)?.next)
  })

  it.each([
    ['garbage', []],
    ['99 5\n', ['cursor store stood behind the end of the log: it starts again at the oldest frame']],
    ['1 9999\n', ['cursor store stood behind the end of the log: it starts again at the oldest frame']]
  ])('start again at the oldest frame from %j', async (text, expected) => {
    const log = await openLog()
    await putAll(log, 0, 2)
    await writeFile(join(directory.path, 'cursors', 'store.cursor'), text)
    const cursor = await log.openCursor('store')
    expect(await textsFrom(log, cursor.position)).toEqual(bodies(0, 2))
    expect(warnings).toEqual(expected)
  })
})

describe('space', () => {
  async function commitAll(log: IngestLog, name: string): Promise<void> {
    const cursor = await log.openCursor(name)
    const last = (await log.read(cursor.position, 1_000_000)).at(-1)
    if (last !== undefined) await cursor.commit(last.next)
  }

  it('deletes what every cursor has passed, once it is old', async () => {
    const log = await openLog({ ...small, keepMs: 1000 })
    await log.openCursor('slow')
    await putAll(log, 0, 6)
    clock += 2000
    await commitAll(log, 'fast')
    expect(await segmentFiles()).toHaveLength(3)
    await commitAll(log, 'slow')
    await until(async () => (await segmentFiles()).length === 1, { what: 'the passed segments to go' })
    await putAll(log, 6, 7)
    expect(await textsFrom(log, start)).toEqual(bodies(4, 7))
  })

  it('keeps what is young, though passed', async () => {
    const log = await openLog({ ...small, keepMs: 1000 })
    await putAll(log, 0, 6)
    await commitAll(log, 'store')
    await log.stop()
    expect(await segmentFiles()).toHaveLength(3)
  })

  it('keeps what a cursor of an earlier run has not passed', async () => {
    const log = await openLog({ ...small, keepMs: 0 })
    await log.openCursor('earlier')
    await putAll(log, 0, 6)
    await log.stop()
    clock += 2000
    const again = await openLog({ ...small, keepMs: 0 })
    await commitAll(again, 'store')
    await again.stop()
    expect(await segmentFiles()).toHaveLength(3)
  })

  it('waits at the quota, says why, and goes on by itself when a cursor frees space', async () => {
    const log = await openLog(small)
    const cursor = await log.openCursor('store')
    await putAll(log, 0, 12)
    const waiting = put(log, 'late')
    expect(await isPending(waiting)).toBe(true)
    expect(log.status().blocked).toContain('the ingest log has reached its quota')
    const frames = await log.read(start, 1_000_000)
    await cursor.commit(frames[5]?.next ?? start)
    await waiting
    expect(log.status().blocked).toBeNull()
    expect(await textsFrom(log, cursor.position)).toEqual([...bodies(6, 12), 'late'])
  })

  it('at the quota lets a cursor of an earlier run go without', async () => {
    const log = await openLog(small)
    await log.openCursor('earlier')
    await log.stop()
    const again = await openLog(small)
    await again.openCursor('store')
    await putAll(again, 0, 12)
    const waiting = put(again, 'late')
    expect(await isPending(waiting)).toBe(true)
    await commitAll(again, 'store')
    await waiting
  })

  it('refuses a quota that could never be freed', async () => {
    await expect(openLog({ segmentBytes: 100, quotaBytes: 150 })).rejects.toThrow(RangeError)
  })
})

describe('a failing disk', () => {
  it('waits while it is full and loses nothing', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile, retryMs: 5 })
    await put(log, 'a')
    disk.failing.write = 'ENOSPC'
    const waiting = put(log, 'b')
    await until(() => log.status().blocked !== null, { what: 'the log to say so' })
    expect(log.status().blocked).toContain('the disk is full (ENOSPC)')
    expect(await isPending(waiting)).toBe(true)
    disk.failing.write = null
    await waiting
    expect(log.status().blocked).toBeNull()
    await log.stop()
    expect(await textsFrom(await openLog(), start)).toEqual(['a', 'b'])
    expect(warnings).toEqual([])
  })

  it('stops while it is full, rejecting what is not durable', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile, retryMs: 60_000 })
    disk.failing.write = 'ENOSPC'
    const waiting = put(log, 'b')
    await until(() => log.status().blocked !== null, { what: 'the log to say so' })
    const rejected = expect(waiting).rejects.toThrow('ENOSPC')
    await log.stop()
    await rejected
  })

  it.each([
    ['datasync', 'EIO'],
    ['write', 'EIO']
  ] as const)('is given up for good when a %s ends in %s', async (call, code) => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile })
    disk.failing[call] = code
    const results = await Promise.allSettled([put(log, 'a'), put(log, 'b')])
    disk.failing[call] = null
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(put(log, 'c')).rejects.toThrow(code)
    expect(log.status().blocked).toContain('writing has failed')
    expect(await log.read(start, 1000)).toEqual([])
  })

  it('rejects what still waits when it stops', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 12)
    const waiting = expect(put(log, 'late')).rejects.toThrow('the log is stopped')
    await log.stop()
    await waiting
    await expect(put(log, 'later')).rejects.toThrow('the log is stopped')
  })
})
