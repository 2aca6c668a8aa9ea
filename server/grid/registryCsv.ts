import { CsvError, parse } from 'csv-parse/sync'
import { type ImportError, registryColumns } from '../contract/registry.ts'

export type RegistryColumn = (typeof registryColumns)[number]
/** May be left out of a file, which then says nothing of it. */
const OPTIONAL = 'cooling'
const knownColumns: readonly string[] = [...registryColumns, OPTIONAL]

/** One row of the file: its cells by column, and the line on which it begins (the header is line 1). */
export interface CsvRow {
  line: number
  cells: Record<RegistryColumn, string> & { [OPTIONAL]?: string }
}

interface Parsed {
  record: string[]
  info: { lines: number }
}

/** Takes the file apart. A faulty header or quoting leaves no rows: nothing after it could be trusted. */
export function readRegistryCsv(csvText: string): { rows: CsvRow[]; errors: ImportError[] } {
  let parsed: Parsed[]
  try {
    // One kind of line end first: csv-parse counts the CR LF inside a quoted cell as two lines.
    parsed = parse(csvText.replaceAll(/\r\n?/g, '\n'), {
      bom: true,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true
    }) as unknown as Parsed[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { rows: [], errors: [quotingFault(error)] }
  }
  const [header, ...records] = parsed
  if (header === undefined) {
    return {
      rows: [],
      errors: [{ line: 1, reason: `the file is empty; its header is ${registryColumns.join()}` }]
    }
  }
  const columns = header.record.map(name => name.trim())
  const reasons = headerFaults(columns)
  if (reasons.length > 0)
    return { rows: [], errors: reasons.map(reason => ({ line: lineOf(header), reason })) }
  return toRows(records, columns)
}

/** Told with the line on which its row begins; the parser tells how far it had come. */
function quotingFault(error: CsvError): ImportError {
  const begun = String(error.raw ?? '').trim()
  const line = Number(error.lines) - begun.split('\n').length + 1
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return { line, reason: 'a quote is opened in this row and never closed' }
  return { line, reason: `cannot be read: ${error.message}` }
}

function headerFaults(columns: readonly string[]): string[] {
  const missing = registryColumns.filter(name => !columns.includes(name))
  const unknown = columns.filter(name => !knownColumns.includes(name))
  const twice = columns.filter((name, i) => columns.indexOf(name) !== i)
  const faults: string[] = []
  if (missing.length > 0) faults.push(`missing in the header: ${missing.join(', ')}`)
  if (unknown.length > 0) faults.push(`unknown in the header: ${unknown.map(name => `"${name}"`).join(', ')}`)
  if (twice.length > 0) faults.push(`twice in the header: ${[...new Set(twice)].join(', ')}`)
  return faults
}

function toRows(
  records: readonly Parsed[],
  columns: readonly string[]
): { rows: CsvRow[]; errors: ImportError[] } {
  const rows: CsvRow[] = []
  const errors: ImportError[] = []
  for (const parsed of records) {
    const { record } = parsed
    const line = lineOf(parsed)
    if (record.length === columns.length) {
      const cells = Object.fromEntries(columns.map((name, i) => [name, (record[i] ?? '').trim()]))
      rows.push({ line, cells: cells as CsvRow['cells'] })
    } else {
      errors.push({ line, reason: `has ${record.length} cells where the header has ${columns.length}` })
    }
  }
  return { rows, errors }
}

/** The parser tells the line on which a record ends. */
function lineOf({ record, info }: Parsed): number {
  return info.lines - record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
}
