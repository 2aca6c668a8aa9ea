import { readFile } from 'node:fs/promises'
import { replaceFile } from '../log/durableFile.ts'

/**
 * What must outlive a crash so that the roll-ups can be made whole again. Roll-ups follow from the raw readings; the
 * note only says where they may not do so yet.
 *
 *   log       ──── marked ────┬──── not yet noted ────►      after a crash: read the log again from `position`, mark
 *                          position
 *   hours     dirty ranges … │ recentFrom ─ now              and compute `dirty` and everything from recentFrom on
 */
export interface RollupNote<P> {
  /** Up to here the log's readings are in `dirty`, or were rolled up. */
  position: P | null
  /** Pairs [first, last] of dirty hours, counted since 1970. */
  dirty: [number, number][]
  /** Epoch ms: from here on rows may be missing. */
  recentFrom: number
  /** The shape of the registry that the rows were computed with. */
  registry: string | null
  /** The longest time, ms, over which one reading was seen to act. */
  lookBackMs: number
}

export interface RollupNotes<P> {
  /** null: there is none, or it cannot be read. */
  load(): Promise<RollupNote<P> | null>
  /** Durable when resolved. */
  save(note: RollupNote<P>): Promise<void>
}

/** The note as a file; `onSaved` hears of the position after it is durable, and may let go of the log before it. */
export function rollupNoteFile<P>(
  file: string,
  onSaved: (position: P | null) => Promise<void> = async () => {}
): RollupNotes<P> {
  return {
    load: async () => {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      return text === null ? null : parse<P>(text)
    },
    save: async note => {
      await replaceFile(file, JSON.stringify(note))
      await onSaved(note.position)
    }
  }
}

/** As written before half-hours were rolled up. */
interface NoteWithoutHalfHours {
  hotFrom?: number
}

/** A file that is not a whole note counts as none: then more is computed again than needed, never less. */
function parse<P>(text: string): RollupNote<P> | null {
  try {
    const read: (Partial<RollupNote<P>> & NoteWithoutHalfHours) | null = JSON.parse(text)
    const note = read?.hotFrom === undefined ? read : withHalfHours(read, read.hotFrom)
    const isWhole =
      note !== null &&
      Array.isArray(note.dirty) &&
      note.dirty.every(range => Array.isArray(range) && range.every(Number.isInteger)) &&
      Number.isFinite(note.recentFrom) &&
      Number.isFinite(note.lookBackMs)
    return isWhole ? (note as RollupNote<P>) : null
  } catch {
    return null
  }
}

/** Without a registry that they were computed with, the rows of the last weeks are computed again, half-hours too. */
function withHalfHours<P>(note: Partial<RollupNote<P>>, recentFrom: number): Partial<RollupNote<P>> {
  const { position = null, dirty, lookBackMs } = note
  return { position, dirty, recentFrom, registry: null, lookBackMs } as Partial<RollupNote<P>>
}
