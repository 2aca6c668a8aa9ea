import { StoreError } from '../store.ts'
import type { HttpAnswer } from './writeAnswer.ts'

/** How long one request may take, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000

/** Posts to InfluxDB; any status is an answer. Rejects with a StoreError when there is none in time. */
export async function httpPost(
  url: string | URL,
  headers: Record<string, string>,
  body: string | URLSearchParams
): Promise<HttpAnswer> {
  try {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    const response = await fetch(url, { method: 'POST', headers, body, signal })
    const retryAfter = response.headers.get('retry-after')
    return { status: response.status, body: await response.text(), retryAfter }
  } catch (error) {
    throw noAnswer(error)
  }
}

/** The StoreError for a server that gave no answer at all. */
export function noAnswer(error: unknown): StoreError {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined }
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new StoreError('unavailable', `InfluxDB does not answer: ${message}${why}`, { cause: error })
}
