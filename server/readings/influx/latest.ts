import { type Reading, type ReadingKind, readingFields } from '../../contract/telemetry.ts'
import { measurementOf } from '../../log/lines.ts'
import type { LatestQuery } from '../store.ts'
import { numberAt, type RowGroup, rowGroups } from './answer.ts'
import {
  boundedSpan,
  during,
  halves,
  IDS_AT_ONCE,
  oneOf,
  quotedName,
  type RunQuery,
  type Span
} from './influxQl.ts'
import { issuedOf } from './seriesOf.ts'

/** The newest reading of each id. */
export async function latestReadings(
  run: RunQuery,
  { kind, ids, notBefore, most = Number.POSITIVE_INFINITY }: LatestQuery
): Promise<Map<string, Reading>> {
  const found = new Map<string, Reading>()

  /** Where the span is too long to be read at once, its newer half first; the older one only for who is not in it. */
  async function look(wanted: readonly string[] | null, span: Span): Promise<void> {
    if (wanted?.length === 0) return
    const who = wanted === null ? '' : `${oneOf('id', wanted)} AND `
    const groups = rowGroups(await run(selectLatest(kind, who + during(span))))
    for (const group of groups ?? []) {
      if (wanted === null && found.size >= most) return
      keepNewest(found, toReading(kind, group))
    }
    if (groups !== null) return
    const [older, newer] = halves(span)
    await look(wanted, newer)
    await look(wanted?.filter(id => !found.has(id)) ?? null, older)
  }

  const span = boundedSpan({ from: notBefore, to: Number.POSITIVE_INFINITY })
  if (ids === null) await look(null, span)
  else
    for (let first = 0; first < ids.length; first += IDS_AT_ONCE) {
      await look(ids.slice(first, first + IDS_AT_ONCE), span)
    }
  return found
}

/**
 * last() picks the point of the newest interval_s, which stands in every reading; the other columns are those of that
 * very point, so that members of an older reading are never mixed in.
 */
function selectLatest(kind: ReadingKind, where: string): string {
  const columns = ['quality', ...readingFields[kind]].map(quotedName).join(', ')
  const groupBy = kind === 'forecast' ? '"id", "issued"' : '"id"'
  return `SELECT last("interval_s"), ${columns} FROM "${measurementOf[kind]}" WHERE ${where} GROUP BY ${groupBy}`
}

function toReading(kind: ReadingKind, { tags, rows, place }: RowGroup): Reading | null {
  const [row] = rows
  const ts = row === undefined ? null : numberAt(row, place('time'))
  if (row === undefined || ts === null || tags.id === undefined) return null
  const values: Reading['values'] = {}
  for (const field of readingFields[kind]) {
    const value = numberAt(row, place(field))
    if (value !== null) values[field] = value
  }
  return {
    kind,
    id: tags.id,
    ts,
    issued: kind === 'forecast' ? issuedOf(tags) : null,
    intervalS: numberAt(row, place('last')) ?? 0,
    quality: numberAt(row, place('quality')) ?? 0,
    values
  }
}

function keepNewest(found: Map<string, Reading>, reading: Reading | null): void {
  if (reading === null) return
  const other = found.get(reading.id)
  const isNewer =
    other === undefined ||
    reading.ts > other.ts ||
    (reading.ts === other.ts && (reading.issued ?? 0) > (other.issued ?? 0))
  if (isNewer) found.set(reading.id, reading)
}
