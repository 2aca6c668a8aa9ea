import { type Reading, type ReadingKind, readingFields } from '../../contract/telemetry.ts'
import { appendLoad, emptyLoad } from '../loadSteps.ts'
import type { LatestQuery, LoadStepS, LoadSteps, Series } from '../store.ts'
import type { DayFiles } from './dayFiles.ts'
import type { IdDictionary } from './idDictionary.ts'
import { selectLatest, selectLoad, selectSeries } from './schema.ts'

interface Range {
  /** The number that stands for the id; null when it was never written. */
  n: number | null
  from: number
  to: number
}

export function readSeries(
  files: DayFiles,
  { kind, fields, n, from, to }: Range & { kind: ReadingKind; fields: readonly string[] }
): Series {
  const columns = fields.map((): (number | null)[] => [])
  const series: Series = { t: [], intervalS: [], quality: [], columns: {} }
  const sql = selectSeries(kind, fields)
  for (const day of n === null ? [] : files.days(from, to)) {
    for (const row of files.open(day).rows(sql, n, from, to)) {
      series.t.push(row[0] as number)
      series.intervalS.push(row[1] as number)
      series.quality.push(row[2] as number)
      for (let index = 0; index < columns.length; index++)
        columns[index]?.push(row[index + 3] as number | null)
    }
  }
  for (const [index, field] of fields.entries()) series.columns[field] = columns[index] ?? []
  return series
}

/** Looks from the newest day back, and in each only for the ids not found in a newer one. */
export function readLatest(
  files: DayFiles,
  ids: IdDictionary,
  { kind, ids: wanted, notBefore }: LatestQuery
): Map<string, Reading> {
  const found = new Map<string, Reading>()
  const missing = new Map<string, number>()
  for (const id of wanted ?? ids.all()) {
    const n = ids.find(id)
    if (n !== null) missing.set(id, n)
  }
  const sql = selectLatest(kind)
  for (const day of files.days(notBefore, Number.POSITIVE_INFINITY).reverse()) {
    if (missing.size === 0) break
    const file = files.open(day)
    for (const [id, n] of missing) {
      const [row] = file.rows(sql, n, notBefore)
      if (row === undefined) continue
      found.set(id, toReading(kind, id, row))
      missing.delete(id)
    }
  }
  return found
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

type LoadColumns = [number, number | null, number | null, number | null, number | null, number, number]

export function readLoad(files: DayFiles, { n, from, to, stepS }: Range & { stepS: LoadStepS }): LoadSteps {
  const steps = emptyLoad()
  for (const day of n === null ? [] : files.days(from, to)) {
    for (const row of files.open(day).rows(selectLoad[stepS], n, from, to)) {
      const [t, kw, kwMin, kwMax, known, reported, expected] = row as LoadColumns
      appendLoad(steps, { t, kw, kwMin, kwMax, known, reported, expected }, stepS)
    }
  }
  return steps
}
