import { StoreError } from '../store.ts'

/** What the server answered to a write. */
export interface HttpAnswer {
  status: number
  body: string
  /** The Retry-After header: seconds or an HTTP date. */
  retryAfter: string | null
}

/** What a failed write means for its lines; the other failures are thrown as StoreErrors. */
export type WriteFailure =
  /** These lines (by index) are refused, nothing is known of the rest. */
  | { what: 'these'; refused: Map<number, string> }
  /** Each of the lines is refused. */
  | { what: 'all'; reason: string }
  /** One or more of them, unknown which. */
  | { what: 'some'; reason: string }
  | { what: 'too-big' }

/** The words for the operator, which depend on the version. */
export interface ServerWords {
  /** What to do when the database or bucket is missing. */
  missing: string
  /** What to check when the server denies access. */
  denied: string
}

const CARDINALITY = /max-values-per-tag|max-series-per-database|max series/i
const LINE_TROUBLE =
  /partial write|unable to parse|parsing failed|line protocol|field type conflict|retention/i
const TYPE_CONFLICT = /type conflict|already exists as type/i
/** From this many lines on, a type conflict in most of them is the database's fault, not that of single readings. */
const MANY_LINES = 100
/** A longer wait than this is cut, so that a wrong header cannot stop the store for good. */
const LONGEST_WAIT_MS = 10 * 60_000

/**
 * What a write of `lines` lines came to: null when all are stored. Nothing is ever refused on an answer that does not
 * speak of lines: an error of a proxy or of a setting must not throw readings away. Throws StoreErrors.
 */
export function readWriteAnswer(
  answer: HttpAnswer,
  { lines, words, now }: { lines: number; words: ServerWords; now: number }
): WriteFailure | null {
  const { status } = answer
  const message = `InfluxDB answered ${status}: ${reasonIn(answer.body) || 'no reason given'}`
  if (status === 204 || status === 201) return null
  if (status === 400 || status === 422) return refusal(answer, lines, message)
  if (status === 413 && lines > 1) return { what: 'too-big' }
  if (status === 413) throw new StoreError('paused', `raise max-body-size of InfluxDB: ${message}`)
  if (status === 401 || status === 403) throw new StoreError('paused', `${words.denied} (${message})`)
  if (status === 404) throw new StoreError('paused', `${words.missing} (${message})`)
  throw new StoreError('unavailable', message, { retryAfterMs: waitMs(answer.retryAfter, now) })
}

function refusal({ body }: HttpAnswer, lines: number, message: string): WriteFailure {
  if (CARDINALITY.test(body)) {
    throw new StoreError(
      'paused',
      `set index-version = "tsi1" under [data] of InfluxDB, rebuild its index and start it again: ${message}`
    )
  }
  const listed = listedLines(body)
  if (listed !== null) return { what: 'these', refused: listed }
  if (!LINE_TROUBLE.test(body)) throw new StoreError('paused', message)
  const reason = reasonIn(body)
  const dropped = Number(/dropped=(\d+)/.exec(body)?.[1] ?? 0)
  if (TYPE_CONFLICT.test(body) && lines >= MANY_LINES && dropped * 2 > lines) {
    throw new StoreError('paused', `another program has written these fields with another type: ${message}`)
  }
  return lines === 1 || dropped === lines ? { what: 'all', reason } : { what: 'some', reason }
}

/** InfluxDB 3 lists up to 100 bad lines by number, from 1. */
function listedLines(body: string): Map<number, string> | null {
  const { data } = (parsed(body) ?? {}) as { data?: unknown }
  const entries = Array.isArray(data) ? data : data === undefined || data === null ? [] : [data]
  const refused = new Map<number, string>()
  for (const entry of entries as { line_number?: unknown; error_message?: unknown }[]) {
    if (typeof entry?.line_number === 'number')
      refused.set(entry.line_number - 1, String(entry.error_message ?? ''))
  }
  return refused.size > 0 ? refused : null
}

/** The reason in the body: 1.x and 3 say `error`, 2.x says `message`; a proxy says anything. */
function reasonIn(body: string): string {
  const { error, message } = (parsed(body) ?? {}) as { error?: unknown; message?: unknown }
  const words = typeof message === 'string' ? message : typeof error === 'string' ? error : body
  return words.trim().slice(0, 500)
}

function parsed(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/** How long a Retry-After header asks to wait, in ms; null when there is none. */
export function waitMs(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null
  const asked = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), LONGEST_WAIT_MS) : null
}
