import type { SQLInputValue } from 'node:sqlite'
import { readingFields, readingKinds } from '../../contract/telemetry.ts'
import type { ReadingBatch } from '../../log/readingBatch.ts'
import { VALUE_COUNT, type ValueName, valueColumn } from '../../log/valueColumns.ts'
import type { LoadRow, LoadStepS } from '../store.ts'
import type { Database } from './database.ts'
import { type DayFiles, dayOf } from './dayFiles.ts'
import { baseOf } from './dayParts.ts'
import type { IdDictionary } from './idDictionary.ts'
import { ROWS_AT_ONCE, upsertLoad, upsertReading, upsertReadings } from './schema.ts'

const DAY_MS = 86_400_000
const FORECAST = readingKinds.indexOf('forecast')
const columnsOf = readingKinds.map(kind => readingFields[kind].map(field => valueColumn[field as ValueName]))
/** Rows sorted at once: their places fit beside the key into one exact number. */
const MOST_ROWS = 65_536

/**
 * Writes the rows of a batch that are not refused. One transaction a day file: a batch of history touches many, and each
 * costs one fsync. Within it in order of place in the file, so that each page is touched once; of one identity in the
 * order of the batch.
 */
export function writeBatch(
  files: DayFiles,
  ids: IdDictionary,
  batch: ReadingBatch,
  isRefused: (row: number) => boolean
): void {
  const numbers = ids.numbers(batch)
  for (let first = 0; first < batch.count; first += MOST_ROWS) {
    const end = Math.min(batch.count, first + MOST_ROWS)
    for (const [day, rows] of rowsByDay(batch, first, end, isRefused)) {
      const file = files.openToWrite(dayOf(day * DAY_MS))
      file.transaction(() => {
        for (const [kind, ofKind] of rows.entries()) {
          if (ofKind.length > 0)
            writeRows(file, batch, kind, inOrder(ofKind, first, file.version, batch, numbers), first)
        }
      })
    }
  }
}

/** By day since 1970, rows of each kind in the order of the batch. */
function rowsByDay(
  { ts, kind }: ReadingBatch,
  first: number,
  end: number,
  isRefused: (row: number) => boolean
): Map<number, number[][]> {
  const days = new Map<number, number[][]>()
  let day = NaN
  let rows: number[][] = []
  for (let row = first; row < end; row++) {
    if (isRefused(row)) continue
    const own = Math.floor((ts[row] ?? 0) / DAY_MS)
    if (own !== day) {
      day = own
      rows = days.get(day) ?? readingKinds.map(() => [])
      days.set(day, rows)
    }
    rows[kind[row] ?? 0]?.push(row)
  }
  return days
}

/** The keys of the rows in the file, ascending; each with the row's place behind it: key × MOST_ROWS + row − first. */
function inOrder(
  rows: readonly number[],
  first: number,
  version: number,
  { ts }: ReadingBatch,
  numbers: Uint32Array
): Float64Array {
  const keys = new Float64Array(rows.length)
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place] ?? 0
    const key = (numbers[row] ?? 0) + baseOf(version, ts[row] ?? 0)
    keys[place] = key * MOST_ROWS + row - first
  }
  return keys.sort()
}

function writeRows(
  file: Database,
  batch: ReadingBatch,
  kind: number,
  keys: Float64Array,
  first: number
): void {
  const { ts, issued, intervalS, quality, values } = batch
  const columns = columnsOf[kind] ?? []
  const one = upsertReading[kind] ?? ''
  const many = upsertReadings[kind] ?? ''
  const bound: SQLInputValue[] = []
  let waiting = 0
  for (let place = 0; place < keys.length; place++) {
    const sorted = keys[place] ?? 0
    const row = first + (sorted % MOST_ROWS)
    bound.push(Math.floor(sorted / MOST_ROWS), ts[row] ?? 0)
    if (kind === FORECAST) bound.push(issued[row] ?? 0)
    bound.push(intervalS[row] ?? 0, quality[row] ?? 0)
    for (const column of columns) {
      const value = values[row * VALUE_COUNT + column] ?? NaN
      bound.push(Number.isNaN(value) ? null : value)
    }
    const left = keys.length - place - 1
    const isOne = waiting === 0 && left < ROWS_AT_ONCE - 1
    if (!isOne && ++waiting < ROWS_AT_ONCE) continue
    file.run(isOne ? one : many, ...bound)
    bound.length = 0
    waiting = 0
  }
}

/** Writes roll-ups of one step. */
export function writeLoadRows(
  files: DayFiles,
  ids: IdDictionary,
  rows: readonly LoadRow[],
  stepS: LoadStepS
): void {
  const numbers = ids.assign(rows.map(row => row.node))
  for (const [day, ofDay] of Map.groupBy(rows, row => dayOf(row.t))) {
    const file = files.openToWrite(day)
    file.transaction(() => {
      for (const { node, t, kw, kwMin = null, kwMax = null, known = 0, reported, expected } of ofDay) {
        const id = (numbers.get(node) ?? 0) + baseOf(file.version, t)
        const members = stepS === 60 ? [kw] : [kw, kwMin, kwMax, known]
        file.run(upsertLoad[stepS], id, t, ...members, reported, expected)
      }
    })
  }
}
