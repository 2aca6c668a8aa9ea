import { Type } from 'typebox'
import { Refusal } from './problems.ts'

/** A whole number in a query string: there everything is text, and nothing is coerced silently. */
export const Digits = Type.String({ pattern: '^[0-9]{1,9}$' })

/** An RFC 3339 moment or epoch milliseconds in a query string; read by `moment`. */
export const Moment = Type.String({ minLength: 1, maxLength: 40 })

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i

/** Epoch ms; throws a Refusal (400) that names the parameter. A `+` that was not percent-encoded arrives as a space. */
export function moment(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  if (/^\d{10,15}$/.test(text)) return Number(text)
  const repaired = text.replace(' ', '+')
  const value = RFC3339.test(repaired) ? Date.parse(repaired) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new Refusal(
    400,
    `querystring: ${name} must be an RFC 3339 time with offset or epoch milliseconds: it is "${text}"`
  )
}

/** A window [from, to) from the query; by default the last 24 hours. */
export function window(
  query: { from?: string; to?: string },
  now: number,
  longestDays: number
): { from: number; to: number } {
  const to = moment('to', query.to, now)
  const from = moment('from', query.from, to - 24 * 3_600_000)
  if (from >= to) throw new Refusal(400, 'querystring: from must be before to')
  if (to - from > longestDays * 86_400_000) {
    throw new Refusal(400, `querystring: from and to may be at most ${longestDays} days apart`)
  }
  return { from, to }
}

/** How many; bounded by `most`. */
export function count(text: string | undefined, fallback: number, most: number): number {
  return text === undefined ? fallback : Math.min(Number(text), most)
}
