import { isUtf8 } from 'node:buffer'
import { parse } from 'csv-parse/sync'
import { isCbor, parseCbor } from '../cbor.ts'
import { parseJson, toJson } from '../json.ts'
import type { MappingSettings } from './schema.ts'

/** One form of payload: how it becomes a value, and how a value is written again so that it can be sent again. */
export interface PayloadForm {
  parse(payload: Buffer): { value: unknown } | { reason: string }
  /** null where it cannot be written. */
  write(value: unknown): Buffer | null
}

export function payloadForm(csv: MappingSettings['csv']): PayloadForm {
  return csv === undefined ? jsonOrCbor : csvForm(csv.separator, csv.header)
}

const jsonOrCbor: PayloadForm = {
  parse: payload => (isCbor(payload) ? parseCbor(payload) : parseText(payload)),
  write: toJson
}

/** JSON; a bare text that is none (a number with a decimal comma) stands for itself. */
function parseText(payload: Buffer): { value: unknown } | { reason: string } {
  const json = parseJson(payload)
  if ('value' in json || payload.length === 0 || payload.length > 32 || !isUtf8(payload)) return json
  const text = payload.toString('utf8').trim()
  return text.startsWith('{') || text.startsWith('[') ? json : { value: text }
}

/**
 * Rows become a list: of objects by the names of the first row where there is a header, else of lists. Quoting as in
 * RFC 4180; all values are texts.
 */
function csvForm(separator: string, header: boolean): PayloadForm {
  return {
    parse(payload) {
      if (!isUtf8(payload)) return { reason: 'payload is not UTF-8' }
      try {
        const rows = parse(payload, {
          ...{ delimiter: separator, bom: true, trim: true },
          ...{ skip_empty_lines: true, relax_column_count: true }
        })
        if (!header) return rows.length > 0 ? { value: rows } : { reason: 'payload has no row' }
        const [names, ...values] = rows
        return names === undefined
          ? { reason: 'payload has no header' }
          : { value: values.map(row => named(names, row)) }
      } catch (error) {
        return { reason: `payload is not CSV: ${(error as Error).message.slice(0, 200)}` }
      }
    },
    write(value) {
      const rows = value as (string[] | Record<string, string>)[]
      const texts = rows.map(row => (Array.isArray(row) ? row : Object.values(row)))
      const [first] = rows
      if (header && first !== undefined) texts.unshift(Object.keys(first))
      return Buffer.from(
        texts.map(row => row.map(text => quoted(text, separator)).join(separator)).join('\n')
      )
    }
  }
}

/** Without a prototype, so that no column's name means more than a name. */
function named(names: readonly string[], row: readonly string[]): Record<string, string> {
  const item: Record<string, string> = Object.create(null)
  for (const [column, name] of names.entries()) item[name] = row[column] ?? ''
  return item
}

function quoted(text: string, separator: string): string {
  const isPlain = !text.includes(separator) && !/["\r\n]/.test(text)
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}
