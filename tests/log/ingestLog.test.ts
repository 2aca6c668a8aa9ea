import { describe, expect, it } from 'vitest'
import type { DurableGroup } from '../../server/log/ingestLog.ts'
import { until } from '../helpers/until.ts'
import { faultyDisk } from './faultyFile.ts'
import { bodies, body, isPending, logsInAFolder, putLines, small, start, textsFrom } from './openLog.ts'

const logs = logsInAFolder()
const { openLog, put, putAll, segmentFiles, state } = logs

describe('append', () => {
  it('keeps kind, time and body in order, over segments and restarts', async () => {
    const log = await openLog(small)
    const heard: unknown[] = []
    log.onDurable(({ frames }) => {
      for (const { kind, receivedAt, body: bytes } of frames) heard.push([kind, receivedAt, bytes.toString()])
    })
    await log.append('readings', 1000, Buffer.from('a'))
    await log.append('answer', 2000, Buffer.from('b'))
    await log.append('status', 3000, Buffer.alloc(0))
    expect(heard).toEqual([
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
    expect(state.warnings).toEqual([])
  })

  it('refuses what no reader would take for a frame', async () => {
    const log = await openLog()
    const tooLong = 16 * 1024 * 1024 + 1
    await expect(log.append('readings', 0, Buffer.alloc(tooLong))).rejects.toThrow(RangeError)
    expect(() => log.room(tooLong, 0)).toThrow(RangeError)
  })
})

describe('room for lines', () => {
  it('gathers the lines of many messages in one frame', async () => {
    const log = await openLog()
    putLines(log, bodies(0, 500), 1000)
    await until(() => log.heldBytes === 0, { what: 'the lines to be durable' })
    const frames = await log.reader.read(start, 1_000_000)
    expect(frames.map(({ kind, receivedAt }) => [kind, receivedAt])).toEqual([['readings', 1000]])
    expect(frames[0]?.body.toString()).toBe(
      bodies(0, 500)
        .map(line => `${line}\n`)
        .join('')
    )
  })

  it('ends a frame at about 64 KiB, after a second, and before a frame of another kind', async () => {
    const log = await openLog()
    const line = 'x'.repeat(999)
    putLines(
      log,
      Array.from({ length: 100 }, () => line),
      1000
    )
    putLines(log, [line], 1999)
    putLines(log, [line], 2000)
    putLines(log, [line], 900)
    const answered = log.append('answer', 900, Buffer.from('{}'))
    putLines(log, [line], 900)
    putLines(log, ['y'.repeat(200_000)], 900)
    await answered
    await until(() => log.heldBytes === 0, { what: 'all to be durable' })
    const frames = await log.reader.read(start, 1_000_000)
    expect(frames.map(({ kind, receivedAt, body: { length } }) => [kind, receivedAt, length])).toEqual([
      ['readings', 1000, 65_000],
      ['readings', 1000, 36_000],
      ['readings', 2000, 1000],
      ['readings', 900, 1000],
      ['answer', 900, 2],
      ['readings', 900, 1000],
      ['readings', 900, 200_001]
    ])
  })

  it('leaves no trace where nothing was written', async () => {
    const log = await openLog()
    log.room(100, 1)
    await put(log, 'a')
    log.room(100, 1)
    await isPending(Promise.resolve())
    await put(log, 'b')
    expect(await textsFrom(log, start)).toEqual(['a', 'b'])
  })

  it('is the same memory again and again', async () => {
    const log = await openLog()
    const seen = new Set<ArrayBufferLike>()
    for (let index = 0; index < 50; index++) {
      seen.add(log.room(100, 1).bytes.buffer)
      putLines(log, [body(index)], 1)
      await until(() => log.heldBytes === 0, { what: 'the line to be durable' })
    }
    expect(seen.size).toBeLessThanOrEqual(2)
  })

  it('lets memory go that only a rare load needed', async () => {
    const log = await openLog()
    putLines(log, ['x'.repeat(9_000_000)], 1)
    await until(() => log.heldBytes === 0, { what: 'the line to be durable' })
    await put(log, 'a')
    expect(log.room(100, 1).bytes.length).toBeLessThan(100_000)
    await put(log, 'b')
    expect(log.room(100, 1).bytes.length).toBeLessThan(100_000)
  })
})

describe('group commit', () => {
  it('writes what gathered during a sync as one group', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile })
    await Promise.all(bodies(0, 500).map(text => put(log, text)))
    expect(disk.syncs()).toBe(1)
    expect(await textsFrom(log, start, 4096)).toEqual(bodies(0, 500))
    expect(log.status().commits.count).toBe(1)
    expect(log.status().commits.p99Ms).toBeGreaterThan(0)
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
    expect(await log.reader.read(start, 1000)).toEqual([])
    expect(log.heldBytes).toBe(34)
    disk.hold.datasync = null
    sync.resolve()
    await Promise.all([first, second])
    expect(await textsFrom(log, start)).toEqual(['a', 'b'])
    expect(log.heldBytes).toBe(0)
  })

  it('no longer holds the group that it reports: who asks then is not told again', async () => {
    const log = await openLog()
    const held: number[] = []
    log.onDurable(() => held.push(log.heldBytes))
    await put(log, 'x'.repeat(100_000))
    expect(held).toEqual([0])
  })

  it('reports every group once, in order, without a gap in the log', async () => {
    const log = await openLog(small)
    const groups: DurableGroup[] = []
    const off = log.onDurable(done => groups.push(done))
    await putAll(log, 0, 5)
    expect(groups.map(({ group }) => group)).toEqual([1, 2, 3, 4, 5])
    expect(groups.map(({ from, next }) => [from.segment, from.offset, next.segment, next.offset])).toEqual([
      [1, 0, 1, 34],
      [1, 34, 1, 68],
      [2, 0, 2, 34],
      [2, 34, 2, 68],
      [3, 0, 3, 34]
    ])
    expect(log.positions.end).toEqual({ segment: 3, offset: 34 })
    off()
    await putAll(log, 5, 6)
    expect(groups).toHaveLength(5)
  })

  it('gives everything written before the number was read with that number or an earlier one', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile })
    const durable: string[] = []
    let reported = 0
    const promises: { number: number; line: string }[] = []
    log.onDurable(({ group, frames }) => {
      reported = group
      for (const { body: bytes } of frames) durable.push(...bytes.toString().trimEnd().split('\n'))
      const due = promises.filter(({ number }) => number <= group).map(({ line }) => line)
      expect(durable).toEqual(expect.arrayContaining(due))
    })
    for (let index = 0; index < 200; index++) {
      putLines(log, [body(index)], 1)
      promises.push({ number: log.group, line: body(index) })
      // So that some of them come while a group is on its way.
      for (let turn = 0; turn < index % 4; turn++) await new Promise(resolve => setImmediate(resolve))
    }
    await until(() => reported >= (promises.at(-1)?.number ?? 0), { what: 'the last group' })
    expect(durable).toEqual(bodies(0, 200))
    expect(disk.syncs()).toBeLessThan(200)
    expect(disk.syncs()).toBeGreaterThan(1)
  })

  it('reports a group that somebody asked for, though nothing more is written', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile })
    const reported: number[] = []
    log.onDurable(({ group, frames }) => reported.push(group * 1000 + frames.length))
    const sync = Promise.withResolvers<void>()
    disk.hold.datasync = sync.promise
    const written = put(log, 'a')
    await until(() => disk.syncs() === 1, { what: 'the sync to begin' })
    expect(log.group).toBe(2)
    expect(await isPending(written)).toBe(true)
    expect(reported).toEqual([])
    sync.resolve()
    await written
    await until(() => reported.length === 2, { what: 'the empty group' })
    expect(log.group).toBe(3)
    await until(() => reported.length === 3, { what: 'the next empty group' })
    expect(reported).toEqual([1001, 2000, 3000])
    expect(disk.syncs()).toBe(1)
  })
})

describe('a failing disk', () => {
  it('waits while it is full and loses nothing', async () => {
    const disk = faultyDisk()
    const log = await openLog({ openFile: disk.openFile })
    await put(log, 'a')
    disk.failing.write = 'ENOSPC'
    const waiting = put(log, 'b')
    await until(() => log.status().blocked !== null, { what: 'the log to say so' })
    expect(log.status().blocked).toContain('the disk is full (ENOSPC)')
    putLines(log, ['c'], 1)
    expect(await isPending(waiting)).toBe(true)
    disk.failing.write = null
    await waiting
    await until(() => log.heldBytes === 0, { what: 'what gathered meanwhile' })
    expect(log.status().blocked).toBeNull()
    await log.stop()
    expect(await textsFrom(await openLog(), start)).toEqual(['a', 'b', 'c\n'])
    expect(state.warnings).toEqual([])
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
    const failures: string[] = []
    const reported: number[] = []
    log.onFailure(error => failures.push(error.message))
    log.onDurable(({ group }) => reported.push(group))
    disk.failing[call] = code
    const results = await Promise.allSettled([put(log, 'a'), put(log, 'b')])
    disk.failing[call] = null
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(put(log, 'c')).rejects.toThrow(code)
    expect(log.status().blocked).toContain('writing has failed')
    expect(log.failure?.message).toContain(code)
    for (let index = 0; index < 1000; index++) putLines(log, ['x'.repeat(10_000)], 1)
    expect(log.group).toBeGreaterThan(0)
    expect(log.heldBytes).toBeLessThan(100_000)
    expect(await log.reader.read(start, 1000)).toEqual([])
    expect(failures).toEqual([expect.stringContaining(code)])
    expect(reported).toEqual([])
  })

  it('rejects what still waits for space when it stops', async () => {
    const log = await openLog({ ...small, cursors: ['store'] })
    await putAll(log, 0, 12)
    const waiting = expect(put(log, 'late')).rejects.toThrow('the log is stopped')
    await log.stop()
    await waiting
    await expect(put(log, 'later')).rejects.toThrow('the log is stopped')
  })
})
