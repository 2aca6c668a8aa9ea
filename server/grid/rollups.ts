import { setTimeout as pause } from 'node:timers/promises'
import type { GridNode } from '../contract/registry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import type { Waiting } from './dirtyBlocks.ts'
import { DEFAULT_REPORT_INTERVAL_S } from './hold.ts'
import { HOUR_MS } from './hotWindow.ts'
import { createRollupMarks } from './rollupMarks.ts'
import type { RollupNote, RollupNotes } from './rollupNote.ts'
import { createRollupWork, type RollupStore } from './rollupWork.ts'

export interface RollupNeeds<P> {
  store: RollupStore
  notes: RollupNotes<P>
  now(): number
  defaultReportIntervalS?: number
  /** How often the running minutes are written, ms. */
  cycleMs?: number
  /** Hears of a turn that failed, once for each reason in a row. */
  warn?: (message: string) => void
}

export interface RollupsStatus {
  /** Hours that wait to be computed again. */
  dirtyHours: number
  /** Hours that were not noted because too many waited. */
  dropped: number
  /** Why the last turn failed; null when it did not. It is tried again. */
  error: string | null
}

/**
 * The one-minute roll-ups of every node but households, by data time.
 *
 *   mark ──┬─► last three hours, in memory ──────► rows that changed ──┬─► store.writeLoad
 *          └─► dirty hours ──► raw readings of the block ──► rows ─────┘
 *              (newest first, in short slices, after the running minutes)
 *
 * Where nothing new comes, held values are written up to now, and unknown when they end.
 */
export interface Rollups<P> {
  /** Where in the log marking must go on after a start; null: from its beginning. */
  readonly resumeFrom: P | null
  setRegistry(nodes: readonly GridNode[]): void
  /**
   * Readings that the store holds by now. `position`: everything in the log before it has been marked; absent for what
   * is stored ahead of its turn, which is marked again when its turn comes.
   */
  mark(batch: ReadingBatch, position?: P): void
  /** Everybody's hours in [from, to), epoch ms. */
  markRange(from: number, to: number): void
  /** All that waits, at once. Rejects when the store does. */
  recompute(): Promise<void>
  status(): RollupsStatus
  stop(): Promise<void>
}

const NOTE_EVERY_MS = 3000
const QUIET_MS = 2000

/** Starts with an empty registry. Rejects when the note cannot be read. */
export async function startRollups<P>(needs: RollupNeeds<P>): Promise<Rollups<P>> {
  const { store, notes, now, defaultReportIntervalS: defaultS = DEFAULT_REPORT_INTERVAL_S } = needs
  const cycleMs = needs.cycleMs ?? 2000
  const kept = await notes.load()
  const marks = createRollupMarks(now, defaultS, kept)
  const stopping = new AbortController()
  let position = kept?.position ?? null
  let noted = { text: '', at: 0 }
  let error: string | null = null
  let turn: Promise<void> = Promise.resolve()

  if (kept !== null) {
    for (const [first, last] of kept.dirty) marks.markRange(first * HOUR_MS, (last + 1) * HOUR_MS)
    marks.markRange(kept.hotFrom, marks.hot.from)
  }

  const saveNote = async (): Promise<void> => {
    const { registry, lookBackMs, hot } = marks
    const inWork = work.inWork.map((hour): [number, number] => [hour, hour])
    const dirty = [...inWork, ...marks.dirty.ranges()]
    const note: RollupNote<P> = { position, dirty, hotFrom: hot.from, registry, lookBackMs }
    const text = JSON.stringify(note)
    if (text === noted.text) return
    await notes.save(note)
    noted = { text, at: now() }
  }

  const work = createRollupWork({
    store,
    marks,
    now,
    defaultS,
    cycleMs,
    afterKeepUp: async () => {
      if (now() - noted.at >= NOTE_EVERY_MS) await saveNote()
    },
    isStopping: () => stopping.signal.aborted
  })

  const isDue = (hour: number, { firstAt, lastAt }: Waiting) => {
    const longestMs = now() - hour * HOUR_MS < 26 * HOUR_MS ? 5_000 : 30_000
    return now() - lastAt >= QUIET_MS || now() - firstAt >= longestMs
  }

  /** One after the other: the cycle and whoever calls recompute. */
  const inTurn = (job: () => Promise<void>): Promise<void> => {
    const run = turn.then(job)
    turn = run.catch(() => {})
    return run
  }

  const cycle = async () => {
    while (!stopping.signal.aborted) {
      try {
        await inTurn(async () => {
          await work.keepUp()
          await work.catchUp(isDue)
        })
        error = null
      } catch (failure) {
        const reason = failure instanceof Error ? failure.message : String(failure)
        if (reason !== error) needs.warn?.(`roll-ups: ${reason}; tried again every ${cycleMs} ms`)
        error = reason
      }
      await pause(cycleMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const cycling = cycle()

  return {
    resumeFrom: position,
    setRegistry: marks.setRegistry,
    mark: (batch, upTo) => {
      for (const reading of batch.readings()) marks.mark(reading)
      if (upTo !== undefined) position = upTo
    },
    markRange: marks.markRange,
    recompute: () =>
      inTurn(async () => {
        await work.keepUp()
        await work.catchUp(() => true)
        await saveNote()
      }),
    status: () => ({ dirtyHours: marks.dirty.size, dropped: marks.dirty.dropped, error }),
    stop: async () => {
      stopping.abort()
      await cycling
      await inTurn(saveNote)
    }
  }
}
