import { backoffMs } from '../contract/backoff.ts'
import { readingKinds } from '../contract/telemetry.ts'
import type { RollupNote, RollupNotes } from '../grid/rollupNote.ts'
import { endOfLog } from '../log/inspectLog.ts'
import { LogPositions } from '../log/logPositions.ts'
import { openLogReader } from '../log/logReader.ts'
import { ReadingBatch } from '../log/readingBatch.ts'
import type { Position } from '../log/segments.ts'
import { type ReadingsStore, StoreError } from '../readings/store.ts'

export interface ReplayCounts {
  readings: number
  refused: number
  /** Damaged places and lines that are none. */
  unreadable: number
  /** Hours noted for the roll-ups. */
  hours: number
}

export interface ReplayNeeds {
  /** Of the log, which nobody else has open. */
  directory: string
  /** Epoch ms of receipt: [from, to). */
  from: number
  to: number
  store: Pick<ReadingsStore, 'write'>
  notes: RollupNotes<Position>
  /** Sees every reading of the log up to `to`, so that it knows what came before. */
  validate(batch: ReadingBatch, receivedAt: number): void
  onStored(batch: ReadingBatch): void
  now(): number
  random(): number
  pause(ms: number): Promise<void>
  warn(text: string): void
}

const HOUR_MS = 3_600_000
const READ_BYTES = 1_000_000
const MOST_ATTEMPTS = 8
/** How long a reading acts at most, where the roll-ups have not seen a longer one. */
const LOOK_BACK_MS = 6 * HOUR_MS

/**
 * Writes the readings of the log received in [from, to) to the store. `counts` says how far it came, also when it
 * rejects with the StoreError of a store that is away or waits for a person.
 */
export async function replayReadings(counts: ReplayCounts, needs: ReplayNeeds): Promise<void> {
  const { directory, from, to, notes, store, validate, onStored } = needs
  const positions = new LogPositions({ names: [] })
  positions.end = await endOfLog(directory)
  const log = openLogReader(directory, positions, { warn: needs.warn, reuseMemory: true })
  const note = await noteHours(notes, needs.now())
  /** Lines of one frame, which arrived together. */
  const arrived = new ReadingBatch({ capacity: 2000 })
  const batch = new ReadingBatch({ capacity: 5000 })

  const flush = async (): Promise<void> => {
    if (batch.count === 0) return
    await note.add(batch)
    counts.hours = note.hours
    const refused = await write(store, batch, needs)
    counts.refused += refused
    counts.readings += batch.count - refused
    onStored(batch)
    batch.clear()
  }

  const gather = async (): Promise<void> => {
    const lines = arrived.bytes.subarray(0, arrived.lineStart[arrived.count])
    for (let at = 0, row = 0; at < lines.length; ) {
      const first = batch.count
      at = batch.add(lines, at)
      for (let added = first; added < batch.count; added++) batch.quality[added] = arrived.quality[row++] ?? 0
      if (at < lines.length) await flush()
    }
  }

  try {
    let position: Position = { segment: 0, offset: 0 }
    for (;;) {
      const frames = await log.read(position, READ_BYTES)
      if (frames.length === 0) break
      for (const { kind, receivedAt, body, next } of frames) {
        position = next
        if (kind !== 'readings' || receivedAt >= to) continue
        for (let at = 0; at < body.length; ) {
          arrived.clear()
          const line = takeLines(arrived, body, at)
          if (line.isBad) counts.unreadable++
          at = line.next
          validate(arrived, receivedAt)
          if (receivedAt >= from) await gather()
        }
      }
    }
    await flush()
    if (positions.damagedBytes > 0) counts.unreadable++
  } finally {
    await log.stop()
  }
}

/** Lines from `from` on until the batch is full or a line is none: that one is passed over. */
function takeLines(batch: ReadingBatch, body: Buffer, from: number): { next: number; isBad: boolean } {
  try {
    return { next: batch.add(body, from), isBad: false }
  } catch {
    const taken = from + (batch.lineStart[batch.count] ?? 0)
    const end = body.indexOf(0x0a, taken)
    return { next: end === -1 ? body.length : end + 1, isBad: true }
  }
}

/** How many rows the store will never take. Rejects when it is away for long, or waits for a person. */
async function write(
  store: Pick<ReadingsStore, 'write'>,
  batch: ReadingBatch,
  { random, pause, warn }: ReplayNeeds
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      await store.write(batch)
      return 0
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      if (error.what === 'refused') {
        for (const { row, reason } of error.refused.slice(0, 3))
          warn(`refused: ${batch.line(row)}: ${reason}`)
        return error.refused.length
      }
      if (error.what === 'paused' || attempt === MOST_ATTEMPTS) throw error
      const waitMs = error.retryAfterMs ?? backoffMs(attempt, random())
      warn(`${error.message}; tried again in ${Math.ceil(waitMs / 1000)} s`)
      await pause(waitMs)
    }
  }
}

/** The hours in which written readings act are noted before they are written: whatever happens then, they are rolled up. */
async function noteHours(notes: RollupNotes<Position>, now: number) {
  const nothing: RollupNote<Position> = {
    position: null,
    dirty: [],
    recentFrom: now,
    registry: null,
    lookBackMs: 0
  }
  const note = (await notes.load()) ?? nothing
  const hours = new Set<number>()

  return {
    get hours() {
      return hours.size
    },
    async add(batch: ReadingBatch): Promise<void> {
      const before = hours.size
      for (let row = 0; row < batch.count; row++) {
        const kind = readingKinds[batch.kind[row] ?? 0]
        if (kind !== 'meter' && kind !== 'transformer') continue
        const ts = batch.ts[row] ?? 0
        const actsMs = Math.max(LOOK_BACK_MS, note.lookBackMs, 3000 * (batch.intervalS[row] ?? 0))
        const last = Math.floor(Math.min(ts + actsMs, now) / HOUR_MS)
        for (let hour = Math.floor(ts / HOUR_MS); hour <= last; hour++) hours.add(hour)
      }
      if (hours.size === before) return
      await notes.save({ ...note, dirty: [...note.dirty, ...rangesOf(hours)] })
    }
  }
}

/** Pairs [first, last] of hours that follow on one another. */
function rangesOf(hours: ReadonlySet<number>): [number, number][] {
  const ranges: [number, number][] = []
  for (const hour of [...hours].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === hour - 1) last[1] = hour
    else ranges.push([hour, hour])
  }
  return ranges
}
