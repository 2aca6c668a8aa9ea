import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logCommand } from '../../server/cli/log.ts'
import type { Environment } from '../../server/config.ts'
import { qualityNames } from '../../server/contract/quality.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { type RollupNote, rollupNoteFile } from '../../server/grid/rollupNote.ts'
import { lockDirectory } from '../../server/lock.ts'
import { HEADER_BYTES } from '../../server/log/frame.ts'
import { type IngestLog, openIngestLog, type Position } from '../../server/log/ingestLog.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { LogPositions } from '../../server/log/logPositions.ts'
import { openLogReader } from '../../server/log/logReader.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { saying } from './saying.ts'

const HOUR_MS = 3_600_000
const noon = Date.UTC(2026, 10, 20, 12)
let directory: { path: string; remove: () => Promise<void> }
let positions: LogPositions
let log: IngestLog

beforeEach(async () => {
  directory = await tempDir()
  positions = new LogPositions({ names: ['store', 'answers'] })
  log = await openIngestLog(join(directory.path, 'log'), {
    ...{ positions, now: () => noon, segmentBytes: 1000, quotaBytes: 100_000 }
  })
})

afterEach(async () => {
  await log.stop()
  await directory.remove()
})

const meter = (minute: number): Reading => ({
  ...{ kind: 'meter', id: 'M1', ts: noon + minute * 60_000, issued: null, intervalS: 0, quality: 0 },
  values: { kw: minute, v: 230 }
})
const put = (minute: number) =>
  log.append('readings', noon + minute * 60_000, encodeReadings([meter(minute)]))
const putAll = async (minutes: number) => {
  for (let minute = 0; minute < minutes; minute++) await put(minute)
}
const run = (args: string[], environment: Environment = {}) =>
  saying(logCommand, args, { DATA_DIR: directory.path, ...environment })

describe('log status', () => {
  it('says how large the log is, of what time, and how far each follower has come; beside its owner', async () => {
    await putAll(60)
    const reader = openLogReader(join(directory.path, 'log'), positions)
    await (await reader.openCursor('answers')).commit(positions.end)
    await reader.stop()
    const { code, said } = await run(['status'])
    expect(code).toBe(0)
    const lines = said.split('\n')
    expect(lines[0]).toContain('log')
    expect(lines[1]).toMatch(/^ {2}\d segments, \d\.\d KiB$/)
    expect(lines[2]).toBe('  received from 2026-11-20T12:00:00.000Z to 2026-11-20T12:59:00.000Z')
    const { segment, offset } = positions.end
    expect(lines[3]?.replace(/ +/g, ' ')).toBe(
      ` answers at segment ${segment}, byte ${offset} has everything`
    )
    expect(lines[4]).toMatch(/^ {2}store {6}at segment 1, byte 0 +\d\.\d KiB behind$/)
    expect(lines).toHaveLength(5)
  })

  it('tells of a torn tail and leaves it', async () => {
    await putAll(1)
    const file = join(directory.path, 'log', '0000000001.seg')
    await appendFile(file, 'torn')
    expect((await run(['status'])).said).toContain(
      'After the last whole frame 4 bytes: being written just now, or torn'
    )
    expect((await readFile(file)).subarray(-4).toString()).toBe('torn')
  })

  it('of an empty log, of none, and with a cursor that cannot be read', async () => {
    await writeFile(join(directory.path, 'log', 'cursors', 'store.cursor'), 'x')
    const { said } = await run(['status'])
    expect(said).toContain('\n  empty\n')
    expect(said).toContain('store      cannot be read')
    const { code, complained } = await run(['status'], { DATA_DIR: join(directory.path, 'none') })
    expect([code, complained.startsWith('There is no ingest log in ')]).toEqual([1, true])
  })
})

describe('log verify', () => {
  it('finds a whole log whole, beside its owner, with a tail being written', async () => {
    await putAll(30)
    await log.append('answer', noon, Buffer.from('{}'))
    await log.append('status', noon, Buffer.from('{}'))
    await appendFile(join(directory.path, 'log', '0000000003.seg'), 'in the making')
    const { code, said, complained } = await run(['verify'])
    expect([code, complained]).toEqual([0, ''])
    expect(said).toContain('30 readings in 30 frames, 1 answer, 1 status\n')
    expect(said).toContain('After the last whole frame 13 bytes')
    expect(said).toContain('Every frame and every line is whole.')
  })

  it('finds each damaged place and each line that is none', async () => {
    await putAll(30)
    await log.append('readings', noon, Buffer.from('meter,id=M1 kw=x,interval_s=0,quality=0 1\n'))
    await log.append('answer', noon, Buffer.from('{"customerId":'))
    const file = join(directory.path, 'log', '0000000001.seg')
    const bytes = await readFile(file)
    bytes[HEADER_BYTES + 3] = 0
    await writeFile(file, bytes)
    const { code, said, complained } = await run(['verify'])
    expect(code).toBe(1)
    expect(said).toContain('29 readings in 30 frames')
    expect(said).toContain('Damaged places: 3')
    const lines = complained.split('\n')
    expect(lines[0]).toMatch(/^segment 1, byte 0, \d+ bytes: no frame with the right checksum$/)
    expect(lines[1]).toMatch(/^segment \d, byte \d+, \d+ bytes: not a line of a reading: meter,id=M1 kw=x/)
    expect(lines[2]).toContain('JSON')
    expect(lines).toHaveLength(3)
  })
})

const between = (from: string, to: string) => ['replay', '--from', from, '--to', to]

describe('log replay', () => {
  const stored = async (from: number, to: number) => {
    const store = await openReadingsStore(
      { kind: 'sqlite', directory: `${directory.path}/readings` },
      Date.now
    )
    const series = await store.query({ kind: 'meter', id: 'M1', from, to, fields: ['kw'] })
    await store.stop()
    return series
  }
  const notes = () => rollupNoteFile<Position>(join(directory.path, 'rollups.json'))

  it('writes what was received in [from, to) once more, however often, and notes its hours', async () => {
    await putAll(120)
    await log.stop()
    const args = between('2026-11-20T12:10:00Z', '2026-11-20T19:20:00+07:00')
    const { code, said, complained } = await run(args)
    expect([code, complained]).toEqual([0, ''])
    expect(said).toContain('10 readings written to sqlite once more.')
    expect((await stored(noon, noon + 24 * HOUR_MS)).columns.kw).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19
    ])
    const hour = noon / HOUR_MS
    const note = await notes().load()
    expect(note?.dirty).toEqual([[hour, hour + 6]])
    expect((await run(args)).code).toBe(0)
    expect((await stored(noon, noon + 24 * HOUR_MS)).t).toHaveLength(10)
  })

  it('adds its hours to those that wait, and leaves the rest of the note', async () => {
    await putAll(10)
    await log.stop()
    const note: RollupNote<Position> = {
      position: { segment: 1, offset: 0 },
      dirty: [[5, 6]],
      recentFrom: noon,
      registry: 'shape',
      lookBackMs: 20 * HOUR_MS
    }
    await notes().save(note)
    expect((await run(between('2026-11-20T12:00:00Z', '2026-11-20T13:00:00Z'))).code).toBe(0)
    const hour = noon / HOUR_MS
    expect(await notes().load()).toEqual({
      ...note,
      dirty: [
        [5, 6],
        [hour, hour + 20]
      ]
    })
  })

  it('judges each reading by those before it in the log, as the server does', async () => {
    await put(0)
    // Sent again: other values for the same moment.
    const again = { ...meter(0), values: { kw: 5 } }
    await log.append('readings', noon + 5 * 60_000, encodeReadings([again]))
    await log.stop()
    await run(between('2026-11-20T12:05:00Z', '2026-11-20T13:00:00Z'))
    const { quality } = await stored(noon, noon + 24 * HOUR_MS)
    expect(quality.map(qualityNames)).toEqual([['duplicate']])
  })

  it('says so where nothing was received then', async () => {
    await put(0)
    await log.stop()
    const { code, said, complained } = await run(between('2020-11-20T12:00:00Z', '2020-11-20T13:00:00Z'))
    expect([code, said]).toEqual([1, ''])
    expect(complained).toMatch(/^The log has no readings that were received then/)
  })

  it('passes over what cannot be read, and says so', async () => {
    await put(0)
    const lines = Buffer.concat([
      encodeReadings([meter(1)]),
      Buffer.from('not a line\n'),
      encodeReadings([meter(2)])
    ])
    await log.append('readings', noon, lines)
    await log.stop()
    const { code, said, complained } = await run(between('2026-11-20T12:00:00Z', '2026-11-20T13:00:00Z'))
    expect(code).toBe(1)
    expect(said).toContain('3 readings written')
    expect(complained).toContain('Cannot be read: 1 place of the log; verify says where')
  })

  it('does nothing while a server runs, and says so', async () => {
    const lock = lockDirectory(directory.path)
    try {
      const { code, complained } = await run(between('2026-11-20T12:00:00Z', '2026-11-20T13:00:00Z'))
      expect(code).toBe(1)
      expect(complained).toMatch(/^Gridload is running with DATA_DIR .*: stop it first$/)
    } finally {
      lock.release()
    }
  })
})

describe('a wrong command', () => {
  it.each([
    [[], 'say one of: status, verify, replay'],
    [['trim'], 'say one of: status, verify, replay'],
    [['status', 'now'], 'say one of: status, verify, replay'],
    [['replay'], '--from is missing'],
    [['replay', '--from', '2026-11-20T12:00:00Z'], '--to is missing'],
    [between('2026-11-20', '2026-11-21'), '--from 2026-11-20 is not a time'],
    [between('2026-11-20T12:00:00', '2026-11-20T13:00:00'), '--from 2026-11-20T12:00:00 is not a time'],
    [between('2026-13-20T12:00:00Z', '2026-11-20T13:00:00Z'), '--from 2026-13-20T12:00:00Z is not a time'],
    [between('2026-11-20T13:00:00Z', '2026-11-20T13:00:00Z'), '--from must be before --to'],
    [['verify', '--to', '2026-11-20T13:00:00Z'], 'verify looks at the whole log'],
    [['status', '--frob'], "Unknown option '--frob'\n"]
  ])('%j is answered with what is wrong, and how it is used', async (args, expected) => {
    const { code, said, complained } = await run(args)
    expect([code, said]).toEqual([2, ''])
    expect(complained.startsWith(expected)).toBe(true)
    expect(complained).toContain('Usage: npm run log')
  })
})
