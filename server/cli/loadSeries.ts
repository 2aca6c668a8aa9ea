import { CommandFailure } from './command.ts'
import { type Fault, readText, refused, type TableRow, tableRows } from './loadText.ts'

/** Measured values in the order of time, each time once; times are epoch ms. NaN is unknown, where that may be written. */
export interface Series {
  file: string
  t: readonly number[]
  values: readonly number[]
  /** Local minus UTC as written beside each time, minutes; null where only `Z` stands. */
  offsetMinutes: readonly (number | null)[]
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** A moment with the offset it is written with; or what is wrong with it. */
export function readMoment(text: string): { t: number; offsetMinutes: number | null } | string {
  const match = RFC_3339.exec(text)
  if (match === null) return `${quoted(text)} is no time like 2013-09-23T14:00:00-07:00`
  const zulu = match[8]
  const sign = match[9]
  if (zulu === undefined && sign === undefined) return `${quoted(text)} has no offset from UTC`
  const part = (place: number) => Number(match[place] ?? 0)
  const [y, mo, d] = [part(1), part(2), part(3)]
  const [h, mi, s] = [part(4), part(5), part(6)]
  const offset = part(10) * 60 + part(11)
  if (!isDay(y, mo, d) || h > 23 || mi > 59 || s > 59 || offset > 18 * 60 || part(11) > 59) {
    return `${quoted(text)} does not exist`
  }
  const offsetMinutes = sign === '-' ? -offset : offset
  const milliseconds = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'))
  const t = Date.UTC(y, mo - 1, d, h, mi, s, milliseconds) - offsetMinutes * 60_000
  return { t, offsetMinutes: zulu === undefined ? offsetMinutes : null }
}

function isDay(year: number, month: number, day: number): boolean {
  if (day < 1 || day > 31 || month < 1 || month > 12) return false
  return day <= 28 || new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
}

/** A decimal number, or what is wrong with it. */
export function readNumber(text: string): number | string {
  if (text === '') return 'is empty: leave out a row whose value is not known'
  const value = DECIMAL.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : `${quoted(text)} is no number`
}

/** What a cell without a value may hold where a file may have them. */
const UNKNOWN = /^(nan|na|n\/a|null)?$/i

/**
 * Reads a file with the columns `time` (with its offset) and `column`, in any order, gzipped or not; further columns are
 * left alone. Rows may stand in any order; equal ones count once. With `mayBeUnknown` a row may stand without a value.
 * Throws a CommandFailure that names every line that cannot be read, and both lines where one time has two values.
 */
export async function readSeries(
  file: string,
  column: string,
  { mayBeUnknown = false }: { mayBeUnknown?: boolean } = {}
): Promise<Series> {
  const rows = tableRows(file, await readText(file))[Symbol.iterator]()
  const first = rows.next()
  if (first.done) throw new CommandFailure(`${file} is empty; its header is time,${column}`)
  const header = first.value
  const names = header.cells.map(name => name.toLowerCase())
  const missing = ['time', column].filter(name => !names.includes(name))
  const twice = ['time', column].filter(name => names.indexOf(name) !== names.lastIndexOf(name))
  if (missing.length + twice.length > 0) {
    const what = missing.length > 0 ? `has no column ${missing.join(' and ')}` : `names ${twice.join()} twice`
    throw refused(file, [{ line: header.line, reason: `the header ${what}; it should be time,${column}` }])
  }
  const places = { time: names.indexOf('time'), value: names.indexOf(column), count: names.length }
  const points = readPoints(rows, column, places, mayBeUnknown)
  const once = eachTimeOnce(points, column)
  if (points.faults.length > 0) {
    throw refused(
      file,
      points.faults.sort((a, b) => a.line - b.line)
    )
  }
  if (once.length === 0) throw new CommandFailure(`${file} has no rows below its header`)
  return {
    file,
    t: once.map(i => points.t[i] ?? 0),
    values: once.map(i => points.values[i] ?? NaN),
    offsetMinutes: once.map(i => points.offsetMinutes[i] ?? null)
  }
}

/** Rows as columns: a file may have millions. */
interface Points {
  lines: number[]
  t: number[]
  values: number[]
  offsetMinutes: (number | null)[]
  faults: Fault[]
}

function readPoints(
  rows: Iterator<TableRow>,
  column: string,
  places: { time: number; value: number; count: number },
  mayBeUnknown: boolean
): Points {
  const points: Points = { lines: [], t: [], values: [], offsetMinutes: [], faults: [] }
  const { faults } = points
  for (let next = rows.next(); !next.done; next = rows.next()) {
    const { line, cells } = next.value
    if (cells.length !== places.count) {
      faults.push({ line, reason: `has ${cells.length} columns, the header ${places.count}` })
      continue
    }
    const text = cells[places.value] ?? ''
    const moment = readMoment(cells[places.time] ?? '')
    const value = mayBeUnknown && UNKNOWN.test(text) ? NaN : readNumber(text)
    if (typeof moment === 'string') faults.push({ line, reason: `time ${moment}` })
    if (typeof value === 'string') faults.push({ line, reason: `${column} ${value}` })
    if (typeof moment === 'string' || typeof value === 'string') continue
    points.lines.push(line)
    points.t.push(moment.t)
    points.values.push(value)
    points.offsetMinutes.push(moment.offsetMinutes)
  }
  return points
}

/** The places of the points in the order of time; of those with the same time the first that has a value. */
function eachTimeOnce({ lines, t, values, faults }: Points, column: string): number[] {
  const order = t.map((_, i) => i)
  const isSorted = order.every(i => i === 0 || (t[i - 1] ?? 0) <= (t[i] ?? 0))
  if (!isSorted) order.sort((a, b) => (t[a] ?? 0) - (t[b] ?? 0) || a - b)
  const once: number[] = []
  for (const i of order) {
    const before = once.at(-1)
    const value = values[i] ?? NaN
    if (before === undefined || t[before] !== t[i]) once.push(i)
    else if (Number.isNaN(values[before])) once[once.length - 1] = i
    else if (!Number.isNaN(value) && values[before] !== value) {
      const time = new Date(t[i] ?? 0).toISOString()
      const other = `${values[before]} on line ${lines[before]}`
      faults.push({ line: lines[i] ?? 0, reason: `${column} is ${value} at ${time}, but ${other}` })
    }
  }
  return once
}

const quoted = (text: string) => (text.length > 40 ? `"${text.slice(0, 40)}…"` : `"${text}"`)
