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
  try {
    const parsed = parse(text.replaceAll(/\r\n?/g, '\n'), {
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
  return text.split(/\r\n?|\n/).findIndex(line => line.split('"').length % 2 === 0) + 1
}

/** The refusal of a file: each place with its line. */
export function refused(file: string, faults: readonly Fault[]): CommandFailure {
  const shown = faults.slice(0, SHOWN_FAULTS).map(({ line, reason }) => `${file}, line ${line}: ${reason}`)
  if (faults.length > SHOWN_FAULTS) shown.push(`… and ${faults.length - SHOWN_FAULTS} more`)
  return new CommandFailure(shown.join('\n'))
}
