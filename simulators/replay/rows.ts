import { createReadStream } from 'node:fs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'

export interface Row {
  /** In the (unpacked) file, the first is 1. */
  line: number
  /** By column name, every column of the header; undefined in a row that is too short. */
  cells: Readonly<Record<string, string | undefined>>
}

/** The rows of a CSV with a header, also gzipped; lines that start with # are left out. Throws when it cannot be read. */
export async function* readRows(file: string, delimiter: string): AsyncGenerator<Row> {
  const parser = parse({
    comment: '#',
    comment_no_infix: true,
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true
  })
  const source = createReadStream(file)
  const unpacked = file.endsWith('.gz') ? createGunzip() : new PassThrough()
  const flowing = pipeline(source, unpacked, parser).catch((error: unknown) => {
    parser.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  let header: string[] | null = null
  for await (const { record, info } of parser as AsyncIterable<{
    record: string[]
    info: { lines: number }
  }>) {
    if (header === null) header = record
    else
      yield {
        line: info.lines,
        cells: Object.fromEntries(header.map((name, index) => [name, record[index]]))
      }
  }
  await flowing
}
