import { CommandFailure } from './command.ts'
import { readMoment, readNumber } from './loadSeries.ts'
import { type Fault, readTable, readText, refused, type TableRow } from './loadText.ts'

/** A row of the load of a transformer, in the order of time. */
export interface LoadRow {
  line: number
  /** As it is written in the file. */
  time: string
  /** Epoch ms; a time without an offset counts as it stands. */
  t: number
  load: number
  ambientC: number
}

export type LoadColumn = 'load_pu' | 'load_a'

interface Places {
  time: number
  load: number
  ambient: number
  count: number
}

/**
 * Reads a file with the columns `time`, `load_pu` or `load_a`, and `ambient_c`, in any order, gzipped or not; further
 * columns are left alone. Rows may stand in any order, at any step. Times carry their offset, or none of them does.
 * Throws a CommandFailure that names the line and the column of everything that cannot be read, and both lines where one
 * time has two loads or two temperatures.
 */
export async function readTransformerLoad(file: string, column: LoadColumn): Promise<LoadRow[]> {
  const [header, ...table] = readTable(file, await readText(file))
  const names = ['time', column, 'ambient_c']
  if (header === undefined) throw new CommandFailure(`${file} is empty; its header is ${names}`)
  const given = header.cells.map(name => name.toLowerCase())
  const faults: Fault[] = []
  for (const name of names) {
    const places = given.filter(one => one === name).length
    if (places === 1) continue
    const reason = places === 0 ? `no column ${name}${hint(name, given)}` : `${places} columns ${name}`
    faults.push({ line: header.line, reason: `the header has ${reason}` })
  }
  if (faults.length > 0) throw refused(file, faults)
  const [time = 0, load = 0, ambient = 0] = names.map(name => given.indexOf(name))
  const rows = readRows(table, column, { time, load, ambient, count: given.length }, faults)
  rows.sort((a, b) => a.t - b.t || a.line - b.line)
  faults.push(...contradictions(rows, column))
  faults.sort((a, b) => a.line - b.line)
  if (faults.length > 0) throw refused(file, faults)
  if (rows.length === 0) throw new CommandFailure(`${file} has no rows below its header`)
  return rows
}

function hint(name: string, given: readonly string[]): string {
  if (name === 'load_pu' && given.includes('load_a')) return '; amperes in load_a need --rated-a'
  return name === 'load_a' && given.includes('load_pu') ? '; with load_pu leave --rated-a out' : ''
}

function readRows(table: readonly TableRow[], column: string, at: Places, faults: Fault[]): LoadRow[] {
  const rows: LoadRow[] = []
  let hasOffsets: boolean | null = null
  for (const { line, cells } of table) {
    if (cells.length !== at.count) {
      faults.push({ line, reason: `has ${cells.length} columns, the header ${at.count}` })
      continue
    }
    const time = cells[at.time] ?? ''
    const hasOffset = /([Zz]|[+-]\d\d:?\d\d)$/.test(time.slice(10))
    const moment = readMoment(hasOffset ? time : `${time}Z`)
    const load = readNumber(cells[at.load] ?? '')
    const ambientC = readNumber(cells[at.ambient] ?? '')
    if (typeof moment !== 'string') hasOffsets ??= hasOffset
    if (typeof moment === 'string') {
      faults.push({ line, reason: `time ${hasOffset ? moment : moment.replace('Z"', '"')}` })
    } else if (hasOffset !== hasOffsets) {
      const what = hasOffset ? 'has an offset from UTC' : 'has no offset from UTC'
      faults.push({ line, reason: `time "${time}" ${what}, unlike the first row` })
    }
    if (typeof load === 'string') faults.push({ line, reason: `${column} ${load}` })
    if (typeof ambientC === 'string') faults.push({ line, reason: `ambient_c ${ambientC}` })
    if (typeof moment === 'string' || typeof load === 'string' || typeof ambientC === 'string') continue
    rows.push({ line, time, t: moment.t, load, ambientC })
  }
  return rows
}

function contradictions(rows: readonly LoadRow[], column: string): Fault[] {
  return rows.flatMap(({ line, time, t, load, ambientC }, i) => {
    const before = rows[i - 1]
    if (before === undefined || before.t !== t) return []
    const name = before.load !== load ? column : before.ambientC !== ambientC ? 'ambient_c' : null
    if (name === null) return []
    const [now, was] = name === column ? [load, before.load] : [ambientC, before.ambientC]
    return [{ line, reason: `${name} is ${now} at ${time}, but ${was} on line ${before.line}` }]
  })
}
