import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { type IngestLog, type IngestLogOptions, openIngestLog } from '../../server/log/ingestLog.ts'
import { LogPositions } from '../../server/log/logPositions.ts'
import { type LogReader, openLogReader } from '../../server/log/logReader.ts'
import type { Position } from '../../server/log/segments.ts'
import { tempDir } from '../helpers/tempDir.ts'

/** Before everything: reads begin at the oldest frame kept. */
export const start: Position = { segment: 0, offset: 0 }

/** Segments of two frames of 34 bytes each. */
export const small = { segmentBytes: 100, quotaBytes: 400 }
export const body = (index: number) => `frame ${String(index).padStart(12, '0')}`
export const bodies = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => body(from + index))

/** An ingest log with a reader beside it, as another thread would have it. */
export interface OpenLog extends IngestLog {
  positions: LogPositions
  reader: LogReader
}

type Options = Partial<IngestLogOptions> & { cursors?: readonly string[] }

/** A folder for each test, and the logs opened in it; all of them end with the test. */
export function logsInAFolder() {
  let directory: { path: string; remove: () => Promise<void> }
  let open: { stop(): Promise<void> }[]
  const state = { clock: 0, warnings: [] as string[] }
  const warn = (message: string) => void state.warnings.push(message)

  beforeEach(async () => {
    directory = await tempDir()
    open = []
    state.warnings = []
    state.clock = Date.now()
  })
  afterEach(async () => {
    for (const part of open.reverse()) await part.stop()
    await directory.remove()
  })

  return {
    state,
    get directory() {
      return directory.path
    },
    async openLog({ cursors = [], ...options }: Options = {}): Promise<OpenLog> {
      const positions = options.positions ?? new LogPositions({ names: cursors })
      const log = await openIngestLog(directory.path, {
        now: () => state.clock,
        warn,
        lookEveryMs: 5,
        retryMs: 5,
        ...options,
        positions
      })
      const reader = openLogReader(directory.path, positions, { warn })
      open.push(log, reader)
      return Object.assign(log, { positions, reader })
    },
    put: (log: IngestLog, text: string) => log.append('readings', state.clock, Buffer.from(text)),
    async putAll(log: IngestLog, from: number, to: number): Promise<void> {
      for (const text of bodies(from, to)) await log.append('readings', state.clock, Buffer.from(text))
    },
    segmentFiles: async () => (await readdir(directory.path)).filter(name => name.endsWith('.seg')).sort(),
    pathOf: (name: string | undefined) => join(directory.path, name ?? '')
  }
}

/** Writes lines as the intake does, one room for each. */
export function putLines(log: IngestLog, lines: readonly string[], receivedAt: number): void {
  for (const line of lines) {
    const room = log.room(line.length + 1, receivedAt)
    room.length += room.bytes.write(`${line}\n`, room.length, 'latin1')
  }
}

/** All bodies from a position on, read in small pieces. */
export async function textsFrom(
  log: { reader: LogReader },
  from: Position,
  maxBytes = 64
): Promise<string[]> {
  const texts: string[] = []
  let at = from
  for (;;) {
    const frames = await log.reader.read(at, maxBytes)
    const last = frames.at(-1)
    if (last === undefined) return texts
    texts.push(...frames.map(({ body: bytes }) => bytes.toString()))
    at = last.next
  }
}

/** The positions behind each frame. */
export async function placesIn(log: { reader: LogReader }): Promise<Position[]> {
  const places: Position[] = []
  let at = start
  for (;;) {
    const frames = await log.reader.read(at, 1_000_000)
    if (frames.length === 0) return places
    places.push(...frames.map(({ next }) => next))
    at = places.at(-1) ?? start
  }
}

/** Whether a promise has settled once everything that is ready has run. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
  const pending = Symbol('pending')
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending
}
