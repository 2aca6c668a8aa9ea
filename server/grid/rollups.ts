import { setTimeout as delay } from 'node:timers/promises'
import type { GridNode } from '../contract/registry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import type { Waiting } from './dirtyBlocks.ts'
import { DEFAULT_REPORT_INTERVAL_S } from './hold.ts'
import { HOUR_MS } from './recentHours.ts'
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
  /** How long late readings are gathered before their hours are computed again, ms. */
  quietMs?: number
  /** Waits between two turns; resolves early when aborted. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
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
 * The roll-ups of every node but households, by data time: a row a minute, and out of those a row a half-hour.
 *
 *   mark ──┬─► last three hours, in memory ──────► rows that changed ──┬─► store.writeLoad
 *          └─► dirty hours ──► raw readings of the block ──► rows ─────┘
 *              (newest first, in short slices, after the running minutes)
 *
 * Where nothing new comes, held values are written up to now, and unknown when they end. A half-hour is written when
 * it is over, and again whenever one of its minutes is: one that has no row yet is to be read from its minutes. In what
 * order batches are marked makes no difference in the end: what is stored ahead of its turn is marked again in its turn.
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
  status(): RollupsStatus
  stop(): Promise<void>
}

const NOTE_EVERY_MS = 3000

const pauseFor = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => {})

/** Begins to turn with the first registry: without one, nothing that waits could be computed. Rejects when the note cannot be read. */
export async function startRollups<P>(needs: RollupNeeds<P>): Promise<Rollups<P>> {
  const { store, notes, now, defaultReportIntervalS: defaultS = DEFAULT_REPORT_INTERVAL_S } = needs
  const { cycleMs = 2000, quietMs = 2000, pause = pauseFor } = needs
  const kept = await notes.load()
  const marks = createRollupMarks(now, defaultS, kept)
  const stopping = new AbortController()
  let position = kept?.position ?? null
  let noted = { text: '', at: 0 }
  let error: string | null = null

  if (kept !== null) {
    for (const [first, last] of kept.dirty) marks.markRange(first * HOUR_MS, (last + 1) * HOUR_MS)
    marks.markRange(kept.recentFrom, marks.recent.from)
  }

  const saveNote = async (): Promise<void> => {
    const { registry, lookBackMs, recent } = marks
    const inWork = work.inWork.map((hour): [number, number] => [hour, hour])
    const dirty = [...inWork, ...marks.dirty.ranges()]
    const note: RollupNote<P> = { position, dirty, recentFrom: recent.from, registry, lookBackMs }
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
    return now() - lastAt >= quietMs || now() - firstAt >= longestMs
  }

  const cycle = async () => {
    while (!stopping.signal.aborted) {
      try {
        await work.keepUp()
        await work.catchUp(isDue)
        error = null
      } catch (failure) {
        const reason = failure instanceof Error ? failure.message : String(failure)
        if (reason !== error) needs.warn?.(`roll-ups: ${reason}; tried again every ${cycleMs} ms`)
        error = reason
      }
      await pause(cycleMs, stopping.signal)
    }
  }
  let cycling: Promise<void> | null = null

  return {
    resumeFrom: position,
    setRegistry: nodes => {
      marks.setRegistry(nodes)
      cycling ??= cycle()
    },
    mark: (batch, upTo) => {
      marks.mark(batch)
      if (upTo !== undefined) position = upTo
    },
    status: () => ({ dirtyHours: marks.dirty.size, dropped: marks.dirty.dropped, error }),
    stop: async () => {
      stopping.abort()
      await cycling
      await saveNote()
    }
  }
}
