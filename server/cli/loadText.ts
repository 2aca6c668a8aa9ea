import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { CsvError, parse } from 'csv-parse/sync'
import { CommandFailure } from './command.ts'

/** Shown of the places of a file that cannot be read; the rest is counted. */
const SHOWN_FAULTS = 20
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])

/** What is wrong in a line of a file. */
export interface Fault {
  line: number
  reason: string
}

/** A line of a table: its cells in the order of the header. */
export interface TableRow {
  line: number
  cells: readonly string[]
}

/** The text of a file, unpacked where it is gzipped. Throws a CommandFailure that names the file. */
export async function readText(file: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`)
  }
  if (!bytes.subarray(0, 2).equals(GZIP_MAGIC)) return bytes.toString()
  try {
    return gunzipSync(bytes).toString()
  } catch (error) {
    throw new CommandFailure(`${file} cannot be unpacked: ${(error as Error).message}`)
  }
}

/** The rows of a CSV text; empty lines and those that start with # are left out. Throws when it has no such form. */
export function readTable(file: string, text: string): TableRow[] {
  return [...tableRows(file, text)]
}

/** The same, one after the other: a file of millions of rows is never held twice. */
export function tableRows(file: string, text: string): Iterable<TableRow> {
  const lines = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
  return lines.includes('"') ? quotedRows(file, lines) : plainRows(lines)
}

/** Without a quotation mark each line is a row: many times as fast as the parser. */
function* plainRows(text: string): Generator<TableRow, void, void> {
  for (let line = 1, from = text.startsWith('\uFEFF') ? 1 : 0; from < text.length; line++) {
    const found = text.indexOf('\n', from)
    const end = found === -1 ? text.length : found
    const row = text.slice(from, end)
    from = end + 1
    if (row.startsWith('#') || row.trim() === '') continue
    const cells = row.split(',')
    for (let i = 0; i < cells.length; i++) cells[i] = (cells[i] ?? '').trim()
    yield { line, cells }
  }
}

function quotedRows(file: string, text: string): TableRow[] {
  try {
    const parsed = parse(text, {
      ...{ bom: true, comment: '#', comment_no_infix: true, info: true },
      ...{ relax_column_count: true, skip_empty_lines: true, trim: true }
    }) as unknown as { record: string[]; info: { lines: number } }[]
    return parsed.map(({ record, info }) => ({ line: info.lines, cells: record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED'
    const line = isOpen ? firstOpenQuote(text) : Number(error.lines)
    const reason = isOpen ? 'a quotation mark is opened and not closed' : `is no CSV: ${error.message}`
    throw refused(file, [{ line, reason }])
  }
}

/** The first line with an odd number of quotation marks: the parser names the last line of the file. */
function firstOpenQuote(text: string): number {
  return text.split('\n').findIndex(line => line.split('"').length % 2 === 0) + 1
}

/** The refusal of a file: each place with its line. */
export function refused(file: string, faults: readonly Fault[]): CommandFailure {
  const shown = faults.slice(0, SHOWN_FAULTS).map(({ line, reason }) => `${file}, line ${line}: ${reason}`)
  if (faults.length > SHOWN_FAULTS) shown.push(`… and ${faults.length - SHOWN_FAULTS} more`)
  return new CommandFailure(shown.join('\n'))
}
