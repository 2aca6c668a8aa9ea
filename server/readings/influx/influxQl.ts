/** Sends one InfluxQL statement, times in ms; resolves with the JSON answer, rejects with a StoreError. */
export type RunQuery = (influxQl: string) => Promise<unknown>

/** Ids named in one statement. */
export const IDS_AT_ONCE = 500

/** A name (measurement, field, tag) as InfluxQL reads it. */
export function quotedName(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** A text as InfluxQL reads it. */
export function quotedText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`
}

/**
 * The condition that a tag has one of these values. One regular expression: InfluxDB 1.x takes four times as long for
 * the same as a chain of ORs.
 */
export function oneOf(tag: string, values: readonly string[]): string {
  const [first] = values
  if (values.length === 1 && first !== undefined) return `${quotedName(tag)} = ${quotedText(first)}`
  return `${quotedName(tag)} =~ /^(?:${values.map(literal).join('|')})$/`
}

/** A text that means only itself inside a regular expression: what is not a letter, digit, _ or - goes by its number. */
function literal(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/gu, char => `\\x{${char.codePointAt(0)?.toString(16)}}`)
}

/** InfluxDB keeps nanoseconds in 64 bits; beyond that a literal is an error. */
const LAST_MS = 9_223_372_036_854

/** A span of time [from, to) in whole epoch ms. */
export interface Span {
  from: number
  to: number
}

/** The span that InfluxDB can be asked about; what was open at an end ends where InfluxDB's time does. */
export function boundedSpan({ from, to }: Span): Span {
  return { from: bounded(from), to: bounded(to) }
}

function bounded(ms: number): number {
  return Math.ceil(Math.min(Math.max(ms, 0), LAST_MS))
}

/** The condition that a point lies in a bounded span. */
export function during({ from, to }: Span): string {
  return `time >= ${from}ms AND time < ${to}ms`
}

/** A span in two, the earlier first. */
export function halves({ from, to }: Span): [Span, Span] {
  const middle = Math.floor((from + to) / 2)
  return [
    { from, to: middle },
    { from: middle, to }
  ]
}
