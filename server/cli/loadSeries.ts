import { CommandFailure } from './command.ts'
import { type Fault, readTable, readText, refused, type TableRow } from './loadText.ts'

/** Measured values in the order of time, each time once; times are epoch ms. */
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
  const [, year, month, day, hour, minute, second = '0', fraction = '', zulu, sign, hours, minutes] = match
  if (zulu === undefined && sign === undefined) return `${quoted(text)} has no offset from UTC`
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = [year, month, day, hour, minute, second].map(Number)
  const midnight = Date.UTC(y, mo - 1, d)
  const isDay = mo >= 1 && mo <= 12 && d >= 1 && new Date(midnight).getUTCDate() === d
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
  if (!isDay || h > 23 || mi > 59 || s > 59 || offset > 18 * 60 || Number(minutes ?? 0) > 59) {
    return `${quoted(text)} does not exist`
  }
  const offsetMinutes = sign === '-' ? -offset : offset
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const t = midnight + ((h * 60 + mi) * 60 + s) * 1000 + milliseconds - offsetMinutes * 60_000
  return { t, offsetMinutes: zulu === undefined ? offsetMinutes : null }
}

/** A decimal number, or what is wrong with it. */
export function readNumber(text: string): number | string {
  if (text === '') return 'is empty: leave out a row whose value is not known'
  const value = DECIMAL.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : `${quoted(text)} is no number`
}

/**
 * Reads a file with the columns `time` (with its offset) and `column`, in any order, gzipped or not; further columns are
 * left alone. Rows may stand in any order; equal ones count once. Throws a CommandFailure that names every line that
 * cannot be read, and both lines where one time has two values.
 */
export async function readSeries(file: string, column: string): Promise<Series> {
  const [header, ...rows] = readTable(file, await readText(file))
  const names = header?.cells.map(name => name.toLowerCase()) ?? []
  if (header === undefined) throw new CommandFailure(`${file} is empty; its header is time,${column}`)
  const missing = ['time', column].filter(name => !names.includes(name))
  const twice = ['time', column].filter(name => names.indexOf(name) !== names.lastIndexOf(name))
  if (missing.length + twice.length > 0) {
    const what = missing.length > 0 ? `has no column ${missing.join(' and ')}` : `names ${twice.join()} twice`
    throw refused(file, [{ line: header.line, reason: `the header ${what}; it should be time,${column}` }])
  }
  const places = { time: names.indexOf('time'), value: names.indexOf(column), count: names.length }
  const points = readPoints(file, rows, column, places)
  if (points.length === 0) throw new CommandFailure(`${file} has no rows below its header`)
  return {
    file,
    t: points.map(({ t }) => t),
    values: points.map(({ value }) => value),
    offsetMinutes: points.map(({ offsetMinutes }) => offsetMinutes)
  }
}

interface Point {
  line: number
  t: number
  value: number
  offsetMinutes: number | null
}

function readPoints(
  file: string,
  rows: readonly TableRow[],
  column: string,
  places: { time: number; value: number; count: number }
): Point[] {
  const faults: Fault[] = []
  const points: Point[] = []
  for (const { line, cells } of rows) {
    if (cells.length !== places.count) {
      faults.push({ line, reason: `has ${cells.length} columns, the header ${places.count}` })
      continue
    }
    const moment = readMoment(cells[places.time] ?? '')
    const value = readNumber(cells[places.value] ?? '')
    if (typeof moment === 'string') faults.push({ line, reason: `time ${moment}` })
    if (typeof value === 'string') faults.push({ line, reason: `${column} ${value}` })
    if (typeof moment !== 'string' && typeof value !== 'string') points.push({ line, value, ...moment })
  }
  const sorted = points.sort((a, b) => a.t - b.t || a.line - b.line)
  const once = sorted.filter((point, i) => {
    const before = sorted[i - 1]
    if (before === undefined || before.t !== point.t) return true
    if (before.value !== point.value)
      faults.push({ line: point.line, reason: twoValues(before, point, column) })
    return false
  })
  if (faults.length > 0)
    throw refused(
      file,
      faults.sort((a, b) => a.line - b.line)
    )
  return once
}

function twoValues(before: Point, { t, value }: Point, column: string): string {
  const time = new Date(t).toISOString()
  return `${column} is ${value} at ${time}, but ${before.value} on line ${before.line}`
}

const quoted = (text: string) => (text.length > 40 ? `"${text.slice(0, 40)}…"` : `"${text}"`)
