import { createHash } from 'node:crypto'
import type { Fetched } from './fetchedFile.ts'
import type { GetAnswer } from './httpGet.ts'
import { forecastItems, readAnswer, refusalReason, type WeatherItem } from './openMeteo.ts'

/**
 * What came of one request. new: readings to take in · same: what is known already · failed: `whose` fault it is: of the
 * source, so that nobody needs to ask it for the next station, or of this station alone.
 */
export type Outcome =
  | { what: 'new'; forecast: WeatherItem[]; current: WeatherItem | null; fetched: Fetched }
  | { what: 'same'; current: WeatherItem | null; fetched: Fetched }
  | { what: 'failed'; whose: 'source' | 'station'; reason: string; retryAfterMs: number | null }

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** A model run from further ahead is a wrong clock. */
const AHEAD_MS = 5 * MINUTE_MS

/** `before`: of the last good answer for this station. */
export function outcomeOf(answer: GetAnswer, before: Fetched | null, now: number): Outcome {
  const { status, headers, body } = answer
  if (status === 304 && before !== null) {
    return { what: 'same', current: null, fetched: { ...before, fetchedAt: now } }
  }
  if (status !== 200) return refusal(answer, now)
  const read = readAnswer(body)
  if ('reason' in read) return failed('station', read.reason)
  const sha256 = createHash('sha256').update(JSON.stringify(read.steps)).digest('hex')
  const etag = typeof headers.etag === 'string' ? headers.etag.slice(0, 200) : null
  const isSame = before?.sha256 === sha256
  const issuedAt = isSame ? before.issuedAt : issueOf(read.issuedAt, now)
  const fetched = { fetchedAt: now, issuedAt, etag, sha256, observedAt: before?.observedAt ?? null }
  const { current } = read
  if (isSame) return { what: 'same', current, fetched }
  const forecast = forecastItems(read.steps, issuedAt)
  if (forecast.length === 0) return failed('station', 'its hourly values are all past')
  return { what: 'new', forecast, current, fetched }
}

/** The model's own time where the answer says it, else the minute of the fetch: from then on the forecast was known. */
function issueOf(said: number | null, now: number): number {
  const isCredible = said !== null && said <= now + AHEAD_MS && said > now - DAY_MS
  return isCredible ? Math.min(said, now) : Math.floor(now / MINUTE_MS) * MINUTE_MS
}

function refusal({ status, headers, body }: GetAnswer, now: number): Outcome {
  const said = refusalReason(body)
  const reason = (text: string) => (said === null ? text : `${text}: ${said}`)
  const retryAfterMs = retryAfter(headers['retry-after'], now)
  if (status === 429) return { ...failed('source', reason('too many requests (429)')), retryAfterMs }
  if (status >= 300 && status < 400) {
    return failed('source', `it leads elsewhere (${status}), which is not followed: set WEATHER_URL to there`)
  }
  if (status === 401 || status === 403) return failed('source', reason(`it refuses the key (${status})`))
  const whose = status >= 500 || status === 404 ? 'source' : 'station'
  return { ...failed(whose, reason(`it answers ${status}`)), retryAfterMs }
}

function failed(whose: 'source' | 'station', reason: string): Outcome & { what: 'failed' } {
  return { what: 'failed', whose, reason, retryAfterMs: null }
}

/** Seconds or a date; null where it says nothing usable. */
function retryAfter(header: string | string[] | undefined, now: number): number | null {
  if (typeof header !== 'string') return null
  const ms = /^\d{1,7}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, DAY_MS) : null
}
