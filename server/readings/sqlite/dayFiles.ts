import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from './database.ts'
import { createTables, migrations, SCHEMA_VERSION } from './schema.ts'

const NAME = /^readings-(\d{4}-\d{2}-\d{2})\.sqlite$/

/**
 * The files of a directory, one a UTC day of data time, of which a bounded number is open.
 *
 *   readings-2026-11-21.sqlite   closed
 *   readings-2026-11-22.sqlite   open  ◄── longest unused: closed when another one is needed
 *   readings-2026-11-23.sqlite   open
 */
export interface DayFiles {
  /** The days that have a file and overlap [from, to), ascending. */
  days(from: number, to: number): string[]
  /** The file of a day, created when there is none. */
  open(day: string): Database
  close(): void
}

/** The UTC day of a moment: `2026-11-22`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

export function openDayFiles(directory: string, maxOpen: number): DayFiles {
  mkdirSync(directory, { recursive: true })
  const present = new Set(readdirSync(directory).flatMap(name => NAME.exec(name)?.[1] ?? []))
  // A Map iterates in order of insertion: the first is the longest unused.
  const opened = new Map<string, Database>()
  let sorted: string[] | null = null

  function closeLongestUnused(): void {
    const [longestUnused] = opened
    if (longestUnused === undefined) return
    const [day, database] = longestUnused
    opened.delete(day)
    database.close()
  }

  return {
    days(from, to) {
      if (to <= from) return []
      sorted ??= [...present].sort()
      return sorted.filter(day => Date.parse(day) < to && Date.parse(day) + 86_400_000 > from)
    },
    open(day) {
      let database = opened.get(day)
      if (database === undefined) {
        if (opened.size >= maxOpen) closeLongestUnused()
        const file = join(directory, `readings-${day}.sqlite`)
        database = openDatabase(file, { version: SCHEMA_VERSION, create: createTables, migrations })
        if (!present.has(day)) {
          present.add(day)
          sorted = null
        }
      } else {
        opened.delete(day)
      }
      opened.set(day, database)
      return database
    },
    close() {
      for (const database of opened.values()) database.close()
      opened.clear()
    }
  }
}
