import { type Reading, type ReadingKind, readingFields } from '../../contract/telemetry.ts'
import type { LatestQuery } from '../store.ts'
import type { Database } from './database.ts'
import type { DayFiles } from './dayFiles.ts'
import { basesIn, HOUR_BASE } from './dayParts.ts'
import type { IdDictionary } from './idDictionary.ts'
import { IDS_AT_ONCE, selectIds, selectLatest } from './schema.ts'

/**
 * The newest reading of each id. Looks from the newest hour back, and in each only for who was not found in a newer one:
 * for everybody who is there, or for everybody who is missing, whichever are fewer.
 */
export function readLatest(
  files: DayFiles,
  ids: IdDictionary,
  { kind, ids: wanted, notBefore, most = Number.POSITIVE_INFINITY }: LatestQuery
): Map<string, Reading> {
  const found = new Map<string, Reading>()
  const missing = wanted === null ? ids.all() : numbersOf(ids, wanted)
  const sql = selectLatest(kind)
  for (const day of files.days(notBefore, Number.POSITIVE_INFINITY).reverse()) {
    const file = files.open(day)
    for (const base of basesIn(file.version, day, notBefore, Number.POSITIVE_INFINITY).reverse()) {
      for (const n of candidates(file, kind, base, missing)) {
        if (wanted === null && found.size >= most) return found
        const id = missing.get(n) ?? ''
        const [row] = file.rows(sql, base + n, notBefore)
        if (row === undefined) continue
        found.set(id, toReading(kind, id, row))
        missing.delete(n)
      }
      if (missing.size === 0) return found
    }
  }
  return found
}

function numbersOf(ids: IdDictionary, wanted: readonly string[]): Map<number, string> {
  const numbers = new Map<number, string>()
  for (const id of wanted) {
    const n = ids.find(id)
    if (n !== null) numbers.set(n, id)
  }
  return numbers
}

/** Who may have a row in a part of a file: at most all who are missing. */
function candidates(
  file: Database,
  kind: ReadingKind,
  base: number,
  missing: ReadonlyMap<number, string>
): number[] {
  const sql = selectIds(kind)
  const present: number[] = []
  let isMore = true
  for (let from = base, seen = 0; isMore; ) {
    const rows = file.rows(sql, from, base + HOUR_BASE)
    seen += rows.length
    if (seen > missing.size) return [...missing.keys()]
    for (const [key] of rows) {
      from = Number(key) + 1
      if (missing.has(from - 1 - base)) present.push(from - 1 - base)
    }
    isMore = rows.length === IDS_AT_ONCE
  }
  return present
}

function toReading(kind: ReadingKind, id: string, row: unknown[]): Reading {
  const [ts, issued, intervalS, quality, ...members] = row as [
    number,
    number | null,
    number,
    number,
    ...(number | null)[]
  ]
  const values: Reading['values'] = {}
  for (const [index, field] of readingFields[kind].entries()) {
    const value = members[index] ?? null
    if (value !== null) values[field] = value
  }
  return { kind, id, ts, issued, intervalS, quality, values }
}
