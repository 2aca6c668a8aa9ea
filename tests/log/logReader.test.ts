import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { HEADER_BYTES, putFrame } from '../../server/log/frame.ts'
import { LogPositions } from '../../server/log/logPositions.ts'
import { openLogReader } from '../../server/log/logReader.ts'
import { until } from '../helpers/until.ts'
import { bodies, body, logsInAFolder, placesIn, putLines, small, start, textsFrom } from './openLog.ts'

const logs = logsInAFolder()
const { openLog, put, putAll, segmentFiles, state } = logs

describe('reading', () => {
  it('gives at least one frame, however small the limit', async () => {
    const log = await openLog()
    const long = 'x'.repeat(300_000)
    await put(log, long)
    await put(log, 'y')
    expect((await log.reader.read(start, 1)).map(({ body: bytes }) => bytes.length)).toEqual([300_000])
    expect(await textsFrom(log, start, 10)).toEqual([long, 'y'])
  })

  it('says how much stands after a position', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 5)
    const places = await placesIn(log)
    expect(log.reader.bytesAfter(start)).toBe(log.status().bytes)
    expect(log.reader.bytesAfter(places[0] ?? start)).toBe(4 * 34)
    expect(log.reader.bytesAfter(places[3] ?? start)).toBe(34)
    expect(log.reader.bytesAfter(places[4] ?? start)).toBe(0)
    expect(log.reader.bytesAfter({ segment: 99, offset: 0 })).toBe(0)
  })

  it('goes on where the oldest segments have gone meanwhile', async () => {
    const log = await openLog({ ...small, keepMs: 0, cursors: ['store'] })
    await putAll(log, 0, 6)
    const first = await log.reader.read(start, 1)
    expect(first.map(({ body: bytes }) => bytes.toString())).toEqual([body(0)])
    state.clock += 1000
    await (await log.reader.openCursor('store')).commit(log.positions.end)
    await until(async () => (await segmentFiles()).length === 1, { what: 'the passed segments to go' })
    expect(await textsFrom(log, { segment: 2, offset: 34 })).toEqual(bodies(4, 6))
  })

  it('passes over frames of a kind that it does not know, without taking them for the end', async () => {
    const bytes = Buffer.alloc(100 * (HEADER_BYTES + 18))
    let end = 0
    for (let index = 0; index < 100; index++)
      end = putFrame(bytes, end, index < 99 ? 200 : 0, 1, Buffer.from(body(index)))
    await writeFile(logs.pathOf('0000000001.seg'), bytes)
    const log = await openLog()
    await put(log, 'next')
    expect(await textsFrom(log, start)).toEqual([body(99), 'next'])
  })

  it('keeps what earlier reads gave, unless told that it may use the memory again', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 2)
    const [first] = await log.reader.read(start, 1)
    await log.reader.read(first?.next ?? start, 1)
    expect(first?.body.toString()).toBe(body(0))
    const thrifty = openLogReader(logs.directory, log.positions, { reuseMemory: true })
    const [one] = await thrifty.read(start, 1)
    const [two] = await thrifty.read(one?.next ?? start, 1)
    expect(two?.body.toString()).toBe(body(1))
    expect(one?.body.buffer).toBe(two?.body.buffer)
    await thrifty.stop()
  })

  it('serves callers that come at once one after the other', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 6)
    const places = [start, ...(await placesIn(log))]
    const read = await Promise.all(places.map(place => log.reader.read(place, 1)))
    expect(read.map(([frame]) => frame?.body.toString())).toEqual([...bodies(0, 6), undefined])
  })
})

describe('listening', () => {
  it('hears of what is durable, until it leaves', async () => {
    const log = await openLog()
    let heard = 0
    const off = log.reader.onAppend(() => heard++)
    await put(log, 'a')
    await until(() => heard === 1, { what: 'the listener to hear of it' })
    off()
    let other = 0
    log.reader.onAppend(() => other++)
    await put(log, 'b')
    await until(() => other === 1, { what: 'the other listener to hear of it' })
    expect(heard).toBe(1)
  })

  it('ends at once with its reader', async () => {
    const log = await openLog()
    const reader = openLogReader(logs.directory, log.positions)
    reader.onAppend(() => undefined)
    await reader.stop()
    expect(await reader.read(start, 1)).toEqual([])
  })
})

describe('on another thread', () => {
  it('a reader follows everything while the owner writes, and its cursor frees the log', async () => {
    const log = await openLog({
      ...{ segmentBytes: 20_000, quotaBytes: 60_000, keepMs: 0 },
      cursors: ['store']
    })
    const worker = new Worker(new URL('./followingThread.ts', import.meta.url), {
      workerData: { directory: logs.directory, buffer: log.positions.buffer, until: body(19_999) }
    })
    const counted = once(worker, 'message')
    for (let index = 0; index < 20_000; index++) {
      putLines(log, [body(index)], 1)
      if (index % 100 === 0) await until(() => log.heldBytes < 5_000, { what: 'the log to take more' })
    }
    expect((await counted)[0]).toEqual({ lines: 20_000, inOrder: true })
    await once(worker, 'exit')
    expect(log.status().behindBytes).toEqual({ store: 0 })
    // More than the quota has passed.
    expect(log.positions.end.segment).toBeGreaterThan(10)
    expect(log.status().damagedBytes).toBe(0)
  })
})

it('memory stays flat while far more passes through than the log may hold', async () => {
  const log = await openLog({
    ...{ segmentBytes: 4_000_000, quotaBytes: 12_000_000, keepMs: 0 },
    cursors: ['store']
  })
  const reader = openLogReader(logs.directory, log.positions, { reuseMemory: true })
  const cursor = await reader.openCursor('store')
  const line = 'x'.repeat(99)
  const many = Array.from({ length: 2000 }, () => line)
  const held = () => process.memoryUsage().arrayBuffers
  let position = start
  let lines = 0
  let most = 0
  const before = held()
  for (let round = 0; round < 300; round++) {
    putLines(log, many, 1)
    most = Math.max(most, held() - before)
    if (round % 10 !== 9) continue
    await until(() => log.heldBytes === 0, { what: 'the lines to be durable' })
    for (let frames = await reader.read(position, 1_000_000); frames.length > 0; ) {
      for (const { body: bytes } of frames) lines += bytes.length / 100
      position = frames.at(-1)?.next ?? position
      frames = await reader.read(position, 1_000_000)
    }
    await cursor.commit(position)
  }
  await reader.stop()
  expect(lines).toBe(600_000)
  expect(log.positions.end.segment).toBeGreaterThan(10)
  // 60 MB have passed; two groups of at most 4 MiB and 1 MB of reads are kept.
  expect(most).toBeLessThan(24_000_000)
})

describe('positions', () => {
  it('are seen in another view of the same memory', () => {
    const one = new LogPositions({ names: ['store', 'answers'] })
    const two = new LogPositions({ buffer: one.buffer })
    expect(two.names).toEqual(['store', 'answers'])
    expect(two.cursor('store')).toBeNull()
    expect(two.end).toEqual({ segment: 0, offset: 0 })
    one.end = { segment: 3_000_000, offset: 4_294_967_295 }
    one.setCursor('store', { segment: 7, offset: 0 })
    expect(two.end).toEqual({ segment: 3_000_000, offset: 4_294_967_295 })
    expect(two.cursor('store')).toEqual({ segment: 7, offset: 0 })
    expect(two.cursor('answers')).toBeNull()
    expect(() => two.cursor('other')).toThrow(RangeError)
  })

  it('note a damaged place once, and go on counting beyond what they remember', () => {
    const one = new LogPositions({ names: [] })
    const two = new LogPositions({ buffer: one.buffer })
    expect(one.noteDamage({ segment: 1, offset: 5 }, 10)).toBe(true)
    expect(two.noteDamage({ segment: 1, offset: 5 }, 10)).toBe(false)
    for (let offset = 6; offset < 106; offset++) one.noteDamage({ segment: 1, offset }, 1)
    expect(two.damagedBytes).toBe(110)
  })

  it('wake who waits for an append, and do not let wait who is behind', async () => {
    const positions = new LogPositions({ names: [] })
    await positions.waitForAppend({ segment: 1, offset: 0 }, 60_000)
    positions.end = { segment: 1, offset: 0 }
    const woken = positions.waitForAppend({ segment: 1, offset: 0 }, 60_000)
    positions.end = { segment: 1, offset: 10 }
    await woken
    await positions.waitForAppend({ segment: 1, offset: 10 }, 1)
  })
})
