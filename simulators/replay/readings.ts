import { type Mapping, mapsTo, requiredMembers } from './mapping.ts'
import type { ReplayOptions, Target } from './options.ts'
import type { Row } from './rows.ts'

/** A row as the readings that it becomes: one a target, null where the member it needs is unknown. */
export interface RowReadings {
  ts: number
  /** In the order of the targets; ts and interval are added when it is published. */
  members: readonly (Readonly<Record<string, number>> | null)[]
}

/** Something in the file that is no measurement. */
export interface BadCell {
  line: number
  column: string
  reason: string
}

export interface RowReader {
  /** null: outside of the range, or without a readable time. */
  read(row: Row): RowReadings | null
  readonly badCells: readonly BadCell[]
  counts(): { badCells: number; outside: number; badTimes: number }
}

const UNKNOWN = new Set(['', 'na', 'nan', 'null', 'none', '-', '?'])
const MOST_LISTED = 20

/** For a file with this header. Throws when a mapped column is not in it. */
export function createRowReader(options: ReplayOptions, header: readonly string[]): RowReader {
  const timeColumn = options.timeColumn ?? header[0] ?? ''
  if (!header.includes(timeColumn)) throw new Error(missingColumn('--time', timeColumn, header))
  const mapped = options.mappings.map(mapping => ({ mapping, terms: termsOf(mapping, header) }))
  const badCells: BadCell[] = []
  const counts = { badCells: 0, outside: 0, badTimes: 0 }
  const report = (cell: BadCell) => {
    if (badCells.length < MOST_LISTED) badCells.push(cell)
  }

  function cell(row: Row, column: string): number | null {
    const written = row.cells[column] ?? ''
    if (UNKNOWN.has(written.toLowerCase())) return null
    const value = Number(written)
    if (Number.isFinite(value)) return value
    counts.badCells += 1
    report({ line: row.line, column, reason: `"${written}" is not a number` })
    return null
  }

  /** The sum of the products; unknown as soon as one of its cells is. */
  function evaluate(row: Row, terms: readonly (readonly string[])[]): number | null {
    let sum = 0
    for (const factors of terms) {
      let product = 1
      for (const column of factors) {
        const value = cell(row, column)
        if (value === null) return null
        product *= value
      }
      sum += product
    }
    return sum
  }

  function membersFor(target: Target, values: ReadonlyMap<Mapping, number>): Record<string, number> | null {
    const members: Record<string, number> = {}
    for (const [mapping, value] of values) if (mapsTo(mapping, target.kind)) members[mapping.member] = value
    return requiredMembers[target.kind].some(member => member in members) ? members : null
  }

  return {
    badCells,
    counts: () => ({ ...counts }),
    read(row) {
      const stamp = options.readStamp(row.cells[timeColumn] ?? '')
      if (typeof stamp !== 'number') {
        counts.badTimes += 1
        report({ line: row.line, column: timeColumn, reason: stamp.reason })
        return null
      }
      const ts = options.stampAtEnd ? stamp - (options.intervalS ?? 0) * 1000 : stamp
      if ((options.from !== null && ts < options.from) || (options.to !== null && ts >= options.to)) {
        counts.outside += 1
        return null
      }
      const values = new Map<Mapping, number>()
      for (const { mapping, terms } of mapped) {
        const value = evaluate(row, terms)
        if (value !== null) values.set(mapping, mapping.convert(value))
      }
      return { ts, members: options.targets.map(target => membersFor(target, values)) }
    }
  }
}

/** A name of the header as it is; else products of names, added up. */
function termsOf(mapping: Mapping, header: readonly string[]): readonly (readonly string[])[] {
  if (header.includes(mapping.columns)) return [[mapping.columns]]
  const terms = mapping.columns.split('+').map(term => term.split('*').map(name => name.trim()))
  for (const name of terms.flat()) {
    if (!header.includes(name)) throw new Error(missingColumn(`--map ${mapping.text}`, name, header))
  }
  return terms
}

function missingColumn(option: string, name: string, header: readonly string[]): string {
  return `${option}: the file has no column "${name}"; it has ${header.join(', ')}`
}
