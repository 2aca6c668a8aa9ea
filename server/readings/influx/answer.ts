import { StoreError } from '../store.ts'

/** What `/query` answers with `epoch=ms`. */
interface QueryAnswer {
  error?: string
  results?: { error?: string; series?: AnswerSeries[] }[]
}

interface AnswerSeries {
  tags?: Record<string, string>
  columns: string[]
  values: unknown[][]
  partial?: boolean
}

/** One group of rows: its tags, and how to read a column's number in a row. */
export interface RowGroup {
  tags: Record<string, string>
  rows: unknown[][]
  /** The place of a column in each row; -1 when it is not there. */
  place(column: string): number
}

/** InfluxDB 1.x emits rows in runs of this many, and leaves the mark `partial` on a longer answer although it is whole. */
const RUN_OF_ROWS = 10_000

/** InfluxDB 3 reads a limited number of files for one statement; how long a time that is depends on its data. */
const TOO_LONG = /file limit/i

/** Whether an error says that a statement covers more time than the server reads at once. */
export function isTooLong(error: string): boolean {
  return TOO_LONG.test(error)
}

/**
 * The groups of the one statement asked; null when it covers more time than the server reads at once. Throws a StoreError
 * for another error in the answer, or an answer cut short.
 */
export function rowGroups(answer: unknown): RowGroup[] | null {
  const { error, results } = answer as QueryAnswer
  const result = results?.[0]
  const trouble = error ?? result?.error
  if (trouble !== undefined && isTooLong(trouble)) return null
  if (trouble !== undefined) throw queryError(trouble)
  const series = result?.series ?? []
  const rows = series.reduce((sum, { values }) => sum + values.length, 0)
  if (rows <= RUN_OF_ROWS && series.some(({ partial }) => partial === true)) {
    throw new StoreError('unavailable', 'InfluxDB cut the answer short: set max-row-limit = 0 in [http]')
  }
  return series.map(({ tags = {}, columns, values }) => ({
    tags,
    rows: values,
    place: column => columns.indexOf(column)
  }))
}

function queryError(message: string): StoreError {
  const missing = /database not found|bucket.*not found|not found.*bucket/i.test(message)
  return new StoreError(missing ? 'paused' : 'unavailable', `InfluxDB refuses the query: ${message}`)
}

/** The number at a place of a row; null where there is none. */
export function numberAt(row: readonly unknown[], place: number): number | null {
  const value = row[place]
  return typeof value === 'number' ? value : null
}
