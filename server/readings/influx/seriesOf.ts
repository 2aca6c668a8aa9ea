import type { ReadingKind } from '../../contract/telemetry.ts'
import type { Series } from '../store.ts'
import { numberAt, type RowGroup } from './answer.ts'

export function emptySeries(fields: readonly string[], kind: ReadingKind): Series {
  const issued = kind === 'forecast' && { issued: [] }
  return {
    t: [],
    intervalS: [],
    quality: [],
    ...issued,
    columns: Object.fromEntries(fields.map(field => [field, []]))
  }
}

/** When the forecasts of a group were made: the tag is epoch ms, or RFC 3339 where another program wrote it. */
export function issuedOf(tags: Record<string, string>): number {
  const text = tags.issued ?? ''
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text)
}

/** The series of each id. Where an id has several groups (a forecast: one each time issued) the newest issued wins each ts. */
export function seriesById(
  groups: readonly RowGroup[],
  fields: readonly string[],
  kind: ReadingKind
): Map<string, Series> {
  const found = new Map<string, Series>()
  for (const [id, ofId] of Map.groupBy(groups, group => group.tags.id ?? '')) {
    const series = emptySeries(fields, kind)
    for (const [group, row] of rowsInOrder(ofId)) appendRow(series, group, row, fields)
    found.set(id, series)
  }
  return found
}

type PlacedRow = readonly [RowGroup, readonly unknown[]]

function rowsInOrder(groups: readonly RowGroup[]): Iterable<PlacedRow> {
  const [only] = groups
  if (groups.length === 1 && only !== undefined) return only.rows.map(row => [only, row])
  const newest = new Map<number, PlacedRow>()
  for (const group of groups.toSorted((a, b) => issuedOf(a.tags) - issuedOf(b.tags))) {
    for (const row of group.rows) newest.set(numberAt(row, group.place('time')) ?? 0, [group, row])
  }
  return [...newest].sort(([a], [b]) => a - b).map(([, placed]) => placed)
}

function appendRow(
  series: Series,
  group: RowGroup,
  row: readonly unknown[],
  fields: readonly string[]
): void {
  series.t.push(numberAt(row, group.place('time')) ?? 0)
  series.intervalS.push(numberAt(row, group.place('interval_s')) ?? 0)
  series.quality.push(numberAt(row, group.place('quality')) ?? 0)
  series.issued?.push(issuedOf(group.tags))
  for (const field of fields) series.columns[field]?.push(numberAt(row, group.place(field)))
}

/** Adds later rows behind a series. */
export function appendSeries(series: Series, later: Series): void {
  // Not push(...): a call takes only so many arguments.
  for (const t of later.t) series.t.push(t)
  for (const intervalS of later.intervalS) series.intervalS.push(intervalS)
  for (const quality of later.quality) series.quality.push(quality)
  for (const issued of later.issued ?? []) series.issued?.push(issued)
  for (const [field, column] of Object.entries(series.columns)) {
    for (const value of later.columns[field] ?? []) column.push(value)
  }
}
