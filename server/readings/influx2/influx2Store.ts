import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import { isTooLong } from '../influx/answer.ts'
import { createHttpClient, type HttpClient, packed, REQUEST_TIMEOUT_MS } from '../influx/httpClient.ts'
import { createInfluxStore, type InfluxTransport } from '../influx/influxStore.ts'
import { type HttpAnswer, readWriteAnswer } from '../influx/writeAnswer.ts'
import { type ReadingsStore, StoreError } from '../store.ts'

export interface Influx2Settings {
  url: string
  token: string
  org: string
  bucket: string
  /** How long one request may take, in milliseconds. */
  timeoutMs?: number
}

/** InfluxDB 3 answers a write once its WAL is flushed, which is every second: only many at a time fill that second. */
const LIMITS = { rows: 5_000, writes: 16 }

/** InfluxDB 2.x and 3. The bucket must exist: only its owner knows how long it should keep. */
export function openInflux2Store(settings: Influx2Settings, now: () => number): ReadingsStore {
  return createInfluxStore('influx2', influx2Transport(settings, now), now, LIMITS)
}

function influx2Transport(settings: Influx2Settings, now: () => number): InfluxTransport {
  const { token, org, bucket, timeoutMs } = settings
  const url = settings.url.replace(/\/+$/, '')
  const server = new URL(url)
  const http = createHttpClient(server, timeoutMs)
  const writer = createWriter({ ...settings, url }, http)
  const queryUrl = new URL(`${url}/query`)
  const words = {
    missing: `create the bucket ${bucket} of the organisation ${org} in InfluxDB`,
    denied: `InfluxDB denies access to the bucket ${bucket}: check INFLUX_TOKEN`
  }
  const headers = {
    Authorization: `Token ${token}`,
    'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8'
  }

  async function run(influxQl: string): Promise<unknown> {
    const question = new URLSearchParams({ db: bucket, epoch: 'ms', q: influxQl })
    const answer = await http.post(queryUrl, headers, question.toString())
    if (answer.status === 200) return JSON.parse(answer.body)
    if (isTooLong(answer.body)) return { error: answer.body }
    // Any other status means the same as for a write.
    readWriteAnswer(answer, { lines: 1, words, now: now() })
    throw new StoreError('unavailable', `InfluxDB answered a query with ${answer.status}: ${answer.body}`)
  }

  return {
    words,
    advice: null,
    run,
    async post(lines) {
      const { headers: more, body } = await packed(server, lines)
      return http.bounded(signal => writer(body, more, signal))
    },
    close: http.close
  }
}

/**
 * Writes through the client's transport alone: its own batching drops lines in an outage, its own retries drop those
 * answered with 4xx.
 */
function createWriter(
  { url, token, org, bucket, timeoutMs = REQUEST_TIMEOUT_MS }: Influx2Settings,
  { agent }: HttpClient
) {
  // Who calls bounds the time; a second bound must not come first.
  const { transport } = new InfluxDB({ url, token, timeout: 2 * timeoutMs, transportOptions: { agent } })
  const path = `/api/v2/write?${new URLSearchParams({ org, bucket, precision: 'ms' })}`

  return (body: Buffer, more: Record<string, string>, signal: AbortSignal): Promise<HttpAnswer> => {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    const headers = { 'content-type': 'text/plain; charset=utf-8', ...more }
    const answer: HttpAnswer = { status: 0, body: '', retryAfter: null }
    // It hands bytes on as they are, though it is declared for text only: packed lines are no text.
    transport.send(
      path,
      body as unknown as string,
      { method: 'POST', headers, signal },
      {
        responseStarted: (_, status) => {
          answer.status = status ?? 0
        },
        next: () => true,
        complete: () => resolve(answer),
        error: error => {
          if (!(error instanceof HttpError)) return reject(error)
          const retryAfter = error.headers?.['retry-after']
          resolve({
            status: error.statusCode,
            body: error.body ?? '',
            retryAfter: typeof retryAfter === 'string' ? retryAfter : null
          })
        }
      }
    )
    return promise
  }
}
