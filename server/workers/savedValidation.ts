import { readFile } from 'node:fs/promises'
import { replaceFile } from '../log/durableFile.ts'
import type { Cursor } from '../log/ingestLog.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { isBefore, type Position } from '../log/segments.ts'
import type { Validator } from '../validation/validator.ts'

/** What validation remembers, kept in a file so that a start need not read the whole log for it. */
export interface SavedValidation {
  /** Puts back what the file holds; where in the log it stands. A file that cannot be used is as none: null. */
  load(): Promise<Position | null>
  /** Everything before this place has been validated, and nothing behind it. */
  standsAt(position: Position): void
  /** Validates a batch of the feed. */
  validate(batch: ReadingBatch, arrivedAt: Float64Array, upTo: Position | null): void
  /** A snapshot is due: taken now, or as soon as all before some place has come. The one that still waits for the cursor goes first. */
  due(): void
  /** The cursor may have moved: what it has passed is written. */
  cursorMoved(): void
  /** Writes the newest that the cursor has passed; with nothing of that kind the file stays as it is. */
  stop(): Promise<void>
}

export interface SavedValidationNeeds {
  file: string
  validator: Validator
  /** How far the readings are stored. */
  cursor: Pick<Cursor, 'position'>
  warn(text: string): void
}

/**
 * What is validated runs ahead of what is stored, and after a start comes once more from the cursor on. A state that had
 * seen it would take it for late, and what was held against it would be lost. So a snapshot waits for the cursor:
 *
 *   log  ──── file ───────── cursor ───────── snapshot ───── validated ──►
 *               └── read again ──┘ comes again    └─ becomes the file once the cursor is here
 */
export function savedValidation({ file, validator, cursor, warn }: SavedValidationNeeds): SavedValidation {
  let snapshot: { state: Buffer; at: Position } | null = null
  let isDue = false
  /** Where validation stands; null while lines from before and behind it are still to come. */
  let place: Position | null = null
  let writing: Promise<void> = Promise.resolve()

  const isPassed = (at: Position): boolean => !isBefore(cursor.position, at)

  function take(at: Position): void {
    snapshot = { state: validator.save(at), at }
    isDue = false
  }

  function writePassed(): void {
    if (snapshot === null || !isPassed(snapshot.at)) return
    const { state } = snapshot
    snapshot = null
    writing = writing
      .then(() => replaceFile(file, state))
      .catch((error: Error) => warn(`what validation remembers is not saved: ${error.message}`))
  }

  return {
    async load() {
      const bytes = await readFile(file).catch(() => null)
      return bytes === null ? null : validator.load(bytes)
    },
    standsAt(position) {
      place = position
    },
    validate(batch, arrivedAt, upTo) {
      validator.validate(batch, arrivedAt)
      place = upTo
      if (isDue && place !== null) take(place)
    },
    due() {
      writePassed()
      if (snapshot !== null) return
      if (place === null) isDue = true
      else take(place)
      writePassed()
    },
    cursorMoved: writePassed,
    async stop() {
      if (place !== null && isPassed(place)) take(place)
      writePassed()
      await writing
    }
  }
}
