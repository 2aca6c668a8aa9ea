import { isId } from '../contract/id.ts'
import { type Reading, type ReadingKind, readingFields } from '../contract/telemetry.ts'

/**
 * Readings as InfluxDB line protocol, one line each, so that an InfluxDB can be given the bytes as they are:
 *
 *   meter,id=M1 kw=12.5,kvar=1,interval_s=0,quality=0 1700000000000
 *   weather_forecast,id=W1,issued=1700000000000 temp_c=31,interval_s=0,quality=0 1700003600000
 *
 * All fields are floats; time and the tag `issued` are epoch milliseconds. Ids need no escaping.
 */

/** The measurement of each kind of reading. */
export const measurementOf: Readonly<Record<ReadingKind, string>> = {
  meter: 'meter',
  transformer: 'transformer',
  weather: 'weather',
  forecast: 'weather_forecast'
}

const kindOf = new Map<string, ReadingKind>(
  Object.entries(measurementOf).map(([kind, measurement]) => [measurement, kind as ReadingKind])
)
const fieldsOf = new Map<ReadingKind, ReadonlySet<string>>(
  Object.entries(readingFields).map(([kind, fields]) => [kind as ReadingKind, new Set(fields)])
)
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/
const INTEGER = /^-?\d{1,16}$/

/** The lines of the readings, each ended by a line feed. Throws on a value that is not finite: no decoder lets one through. */
export function encodeReadings(readings: readonly Reading[]): Buffer {
  let text = ''
  for (const reading of readings) text += `${encodeLine(reading)}\n`
  return Buffer.from(text, 'latin1')
}

function encodeLine(reading: Reading): string {
  const { kind, id, ts, issued, intervalS, quality, values } = reading
  let line = `${measurementOf[kind]},id=${id}`
  if (issued !== null) line += `,issued=${issued}`
  let separator = ' '
  for (const field of readingFields[kind]) {
    const value = values[field]
    if (value === undefined) continue
    if (!Number.isFinite(value)) throw new RangeError(`${kind} ${id}: ${field} is ${value}`)
    line += `${separator}${field}=${value}`
    separator = ','
  }
  return `${line}${separator}interval_s=${intervalS},quality=${quality} ${ts}`
}

/** The readings of lines that `encodeReadings` wrote. Throws on anything else, naming the line. */
export function decodeReadings(body: Buffer): Reading[] {
  const text = body.toString('latin1')
  const readings: Reading[] = []
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    if (end === -1) throw new SyntaxError('the last line has no end')
    readings.push(decodeLine(text.slice(start, end)))
    start = end + 1
  }
  return readings
}

function decodeLine(line: string): Reading {
  const [series, fields, time, ...rest] = line.split(' ')
  if (series === undefined || fields === undefined || time === undefined || rest.length > 0)
    throw new SyntaxError(`not a line of a reading: ${line}`)
  const { kind, id, issued } = decodeSeries(series, line)
  const known = fieldsOf.get(kind)
  const values: Reading['values'] = {}
  let intervalS: number | null = null
  let quality: number | null = null
  for (const part of fields.split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, equals)
    const value = number(part.slice(equals + 1), NUMBER, line)
    if (name === 'interval_s') intervalS = value
    else if (name === 'quality') quality = value
    else if (known?.has(name)) values[name] = value
    else throw new SyntaxError(`unknown field ${name}: ${line}`)
  }
  if (intervalS === null || quality === null)
    throw new SyntaxError(`interval_s or quality is missing: ${line}`)
  return { kind, id, ts: number(time, INTEGER, line), issued, intervalS, quality, values }
}

function decodeSeries(series: string, line: string): Pick<Reading, 'kind' | 'id' | 'issued'> {
  const [measurement = '', idTag = '', issuedTag, ...rest] = series.split(',')
  const kind = kindOf.get(measurement)
  const id = idTag.startsWith('id=') ? idTag.slice(3) : ''
  if (kind === undefined || !isId(id) || rest.length > 0) throw new SyntaxError(`unknown series: ${line}`)
  if ((issuedTag !== undefined) !== (kind === 'forecast') || issuedTag?.startsWith('issued=') === false)
    throw new SyntaxError(`only a forecast is issued: ${line}`)
  return { kind, id, issued: issuedTag === undefined ? null : number(issuedTag.slice(7), INTEGER, line) }
}

function number(text: string, form: RegExp, line: string): number {
  const value = Number(text)
  if (!form.test(text) || !Number.isFinite(value)) throw new SyntaxError(`not a number: ${text} in ${line}`)
  return value
}
