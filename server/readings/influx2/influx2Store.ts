import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import { isTooLong } from '../influx/answer.ts'
import { httpPost, noAnswer, REQUEST_TIMEOUT_MS } from '../influx/httpPost.ts'
import { createInfluxStore, type InfluxTransport } from '../influx/influxStore.ts'
import { type HttpAnswer, readWriteAnswer } from '../influx/writeAnswer.ts'
import { type ReadingsStore, StoreError } from '../store.ts'

export interface Influx2Settings {
  url: string
  token: string
  org: string
  bucket: string
}

/** InfluxDB 2.x and 3. The bucket must exist: only its owner knows how long it should keep. */
export function openInflux2Store(settings: Influx2Settings, now: () => number): ReadingsStore {
  return createInfluxStore('influx2', influx2Transport(settings, now), now)
}

function influx2Transport({ url, token, org, bucket }: Influx2Settings, now: () => number): InfluxTransport {
  // Pure transport: the client's own batching drops lines in an outage, its own retries drop those answered with 4xx.
  const writer = new InfluxDB({ url, token, timeout: REQUEST_TIMEOUT_MS }).getWriteApi(org, bucket, 'ms', {
    batchSize: 1_000_000,
    flushInterval: 0,
    maxRetries: 0,
    writeFailed: error => Promise.reject(error)
  })
  const queryUrl = `${url.replace(/\/+$/, '')}/query`
  const words = {
    missing: `create the bucket ${bucket} of the organisation ${org} in InfluxDB`,
    denied: `InfluxDB denies access to the bucket ${bucket}: check INFLUX_TOKEN`
  }

  async function post(lines: readonly string[]): Promise<HttpAnswer> {
    try {
      writer.writeRecords([...lines])
      await writer.flush()
      return { status: 204, body: '', retryAfter: null }
    } catch (error) {
      if (!(error instanceof HttpError)) throw noAnswer(error)
      const retryAfter = error.headers?.['retry-after']
      return {
        status: error.statusCode,
        body: error.body ?? '',
        retryAfter: typeof retryAfter === 'string' ? retryAfter : null
      }
    }
  }

  async function run(influxQl: string): Promise<unknown> {
    const question = new URLSearchParams({ db: bucket, epoch: 'ms', q: influxQl })
    const answer = await httpPost(queryUrl, { Authorization: `Token ${token}` }, question)
    if (answer.status === 200) return JSON.parse(answer.body)
    if (isTooLong(answer.body)) return { error: answer.body }
    // Any other status means the same as for a write.
    readWriteAnswer(answer, { lines: 1, words, now: now() })
    throw new StoreError('unavailable', `InfluxDB answered a query with ${answer.status}: ${answer.body}`)
  }

  return { words, post, run, close: () => void writer.dispose() }
}
