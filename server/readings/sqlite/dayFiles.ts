import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from './database.ts'
import { createTables, EARLIER_VERSIONS, migrations, SCHEMA_VERSION } from './schema.ts'

const NAME = /^readings-(\d{4}-\d{2}-\d{2})\.sqlite$/
const DAY_MS = 86_400_000
/** Memory for pages: enough for the hour that is being written, and little for each file that is only read. */
const WRITE_CACHE_KIB = 4096
const READ_CACHE_KIB = 64

const layout = {
  version: SCHEMA_VERSION,
  create: createTables,
  cacheKiB: READ_CACHE_KIB,
  earlier: EARLIER_VERSIONS,
  migrations
}

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
  /** The same, to write much: one file at a time has the memory for it. */
  openToWrite(day: string): Database
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
  let writing: string | null = null

  function closeLongestUnused(): void {
    const [longestUnused] = opened
    if (longestUnused === undefined) return
    const [day, database] = longestUnused
    opened.delete(day)
    if (writing === day) writing = null
    database.close()
  }

  function open(day: string): Database {
    let database = opened.get(day)
    if (database === undefined) {
      if (opened.size >= maxOpen) closeLongestUnused()
      database = openDatabase(join(directory, `readings-${day}.sqlite`), layout)
      if (!present.has(day)) {
        present.add(day)
        sorted = null
      }
    } else {
      opened.delete(day)
    }
    opened.set(day, database)
    return database
  }

  return {
    days(from, to) {
      if (to <= from) return []
      sorted ??= [...present].sort()
      return sorted.filter(day => Date.parse(day) < to && Date.parse(day) + DAY_MS > from)
    },
    open,
    openToWrite(day) {
      const database = open(day)
      if (writing !== day) {
        if (writing !== null) opened.get(writing)?.setCache(READ_CACHE_KIB)
        database.setCache(WRITE_CACHE_KIB)
        writing = day
      }
      return database
    },
    close() {
      for (const database of opened.values()) database.close()
      opened.clear()
    }
  }
}
