import type { ReadingKind } from '../../contract/telemetry.ts'
import { appendLoad, emptyLoad } from '../loadSteps.ts'
import type { LoadStepS, LoadSteps, Series } from '../store.ts'
import type { DayFiles } from './dayFiles.ts'
import { basesIn } from './dayParts.ts'
import { selectLoad, selectSeries } from './schema.ts'

interface Range {
  /** The number that stands for the id; null when it was never written. */
  n: number | null
  from: number
  to: number
}

/** The rows of one id, in order of time; `more` is what the statement asks beyond its range. */
function* rowsOf(
  files: DayFiles,
  sql: string,
  { n, from, to }: Range,
  more: readonly number[] = []
): Generator<unknown[]> {
  if (n === null) return
  for (const day of files.days(from, to)) {
    for (const base of basesIn(files.open(day).version, day, from, to)) {
      // Opened again: whoever takes the rows may have had other files opened meanwhile.
      yield* files.open(day).rows(sql, base + n, from, to, ...more)
    }
  }
}

interface SeriesRange extends Range {
  kind: ReadingKind
  fields: readonly string[]
  issuedBy?: number
}

export function readSeries(
  files: DayFiles,
  { kind, fields, issuedBy = Number.MAX_SAFE_INTEGER, ...range }: SeriesRange
): Series {
  const columns = fields.map((): (number | null)[] => [])
  const isForecast = kind === 'forecast'
  const series: Series = { t: [], intervalS: [], quality: [], ...(isForecast && { issued: [] }), columns: {} }
  for (const row of rowsOf(files, selectSeries(kind, fields), range, isForecast ? [issuedBy] : [])) {
    series.t.push(row[0] as number)
    series.intervalS.push(row[1] as number)
    series.quality.push(row[2] as number)
    series.issued?.push(row.at(-1) as number)
    for (let index = 0; index < columns.length; index++) columns[index]?.push(row[index + 3] as number | null)
  }
  for (const [index, field] of fields.entries()) series.columns[field] = columns[index] ?? []
  return series
}

type LoadColumns = [number, number | null, number | null, number | null, number | null, number, number]

export function readLoad(files: DayFiles, { stepS, ...range }: Range & { stepS: LoadStepS }): LoadSteps {
  const steps = emptyLoad()
  for (const row of rowsOf(files, selectLoad[stepS], range)) {
    const [t, kw, kwMin, kwMax, known, reported, expected] = row as LoadColumns
    appendLoad(steps, { t, kw, kwMin, kwMax, known, reported, expected }, stepS)
  }
  return steps
}
