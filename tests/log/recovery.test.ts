import { appendFile, copyFile, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HEADER_BYTES } from '../../server/log/frame.ts'
import { openIngestLog } from '../../server/log/ingestLog.ts'
import { LogPositions } from '../../server/log/logPositions.ts'
import { openLogReader } from '../../server/log/logReader.ts'
import { bodies, body, logsInAFolder, small, start, textsFrom } from './openLog.ts'

const logs = logsInAFolder()
const { openLog, pathOf, put, putAll, segmentFiles, state } = logs

it('cuts a torn tail at every byte where it may be torn, and goes on', async () => {
  const log = await openLog()
  await putAll(log, 0, 2)
  await log.stop()
  const file = pathOf((await segmentFiles())[0])
  const whole = await readFile(file)
  for (let length = 0; length <= whole.length; length++) {
    const directory = join(logs.directory, `torn-${length}`)
    await mkdir(directory)
    await writeFile(join(directory, '0000000001.seg'), whole.subarray(0, length))
    const positions = new LogPositions({ names: [] })
    const warnings: string[] = []
    const torn = await openIngestLog(directory, {
      positions,
      now: Date.now,
      warn: text => warnings.push(text)
    })
    await torn.append('readings', 1, Buffer.from('next'))
    await torn.stop()
    const reader = openLogReader(directory, positions)
    const frames = Math.floor(length / 34)
    expect(await textsFrom({ reader }, start)).toEqual([...bodies(0, frames), 'next'])
    await reader.stop()
    const tail = length % 34
    expect(warnings).toEqual(tail === 0 ? [] : [expect.stringContaining(`cut a torn tail of ${tail} bytes`)])
  }
})

it('goes on after a tail of zeros, as a file system may leave it', async () => {
  const log = await openLog()
  await putAll(log, 0, 2)
  await log.stop()
  await appendFile(pathOf((await segmentFiles())[0]), Buffer.alloc(5000))
  const again = await openLog()
  await put(again, 'next')
  expect(await textsFrom(again, start)).toEqual([...bodies(0, 2), 'next'])
  expect(state.warnings).toEqual([expect.stringContaining('cut a torn tail of 5000 bytes')])
})

describe('damage', () => {
  it('in an older segment is reported, once, and read over', async () => {
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
    expect(state.warnings).toEqual([
      expect.stringContaining('segment 2 is damaged at byte 0; 34 bytes passed over')
    ])
    expect(again.status().damagedBytes).toBe(34)
  })

  it('that takes the rest of a segment leads to the next one', async () => {
    const log = await openLog(small)
    await putAll(log, 0, 4)
    const path = pathOf((await segmentFiles())[0])
    await truncate(path, 40)
    expect(await textsFrom(log, start)).toEqual([body(0), ...bodies(2, 4)])
    expect(state.warnings).toEqual([
      expect.stringContaining('segment 1 is damaged at byte 34; 6 bytes passed over')
    ])
  })

  it('with whole frames behind it is never truncated', async () => {
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
    expect(state.warnings).toHaveLength(2)
  })

  it('of one frame in a large segment costs no other frame', async () => {
    const log = await openLog()
    const long = (index: number) => `${index}`.repeat(400_000)
    for (let index = 0; index < 8; index++) await put(log, long(index))
    await log.stop()
    const path = pathOf((await segmentFiles())[0])
    const bytes = await readFile(path)
    bytes[3 * (400_000 + HEADER_BYTES) + 5] = 0xff
    await writeFile(path, bytes)
    const again = await openLog()
    const texts = await textsFrom(again, start, 1_000_000)
    expect(texts.map(text => text[0])).toEqual(['0', '1', '2', '4', '5', '6', '7'])
    expect(again.status().damagedBytes).toBe(400_000 + HEADER_BYTES)
  })
})

it('reads a log of an earlier version: one small frame a message', async () => {
  const log = await openLog()
  await Promise.all(bodies(0, 300).map(text => put(log, text)))
  await log.stop()
  const older = join(logs.directory, 'older')
  await mkdir(older)
  await copyFile(pathOf((await segmentFiles())[0]), join(older, '0000000001.seg'))
  await mkdir(join(older, 'cursors'))
  await writeFile(join(older, 'cursors', 'store.cursor'), '1 3400\n')
  const positions = new LogPositions({ names: ['store'] })
  const again = await openIngestLog(older, { positions, now: Date.now })
  const reader = openLogReader(older, positions)
  const cursor = await reader.openCursor('store')
  expect(await textsFrom({ reader }, cursor.position, 4096)).toEqual(bodies(100, 300))
  await reader.stop()
  await again.stop()
})
