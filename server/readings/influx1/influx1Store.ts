import { InfluxDB, type IPoolOptions, type ISingleHostConfig } from 'influx'
import { createHttpClient, packed, REQUEST_TIMEOUT_MS } from '../influx/httpClient.ts'
import { createInfluxStore, type InfluxTransport } from '../influx/influxStore.ts'
import { type ReadingsStore, StoreError } from '../store.ts'
import { askIndex, indexAdvice } from './indexAdvice.ts'

export interface Influx1Settings {
  /** May carry a user and a password. */
  url: string
  database: string
  /** How long one request may take, in milliseconds. */
  timeoutMs?: number
}

/** Twice as many in a request make it no faster, but need twice the memory. */
const LIMITS = { rows: 8_000, writes: 2 }
/** How often the server is asked whether its index will do. */
const ADVICE_EVERY_MS = 600_000

/** InfluxDB 1.x. Creates its database before the first request; a server that is down then is only `unavailable`. */
export function openInflux1Store(settings: Influx1Settings, now: () => number): ReadingsStore {
  return createInfluxStore('influx1', influx1Transport(settings, now), now, LIMITS)
}

function influx1Transport(
  { url, database, timeoutMs = REQUEST_TIMEOUT_MS }: Influx1Settings,
  now: () => number
): InfluxTransport {
  const server = new URL(url)
  const http = createHttpClient(server, timeoutMs)
  const client = new InfluxDB(
    clientConfig(server, database, { requestTimeout: timeoutMs }, { agent: http.agent })
  )
  const writeUrl = new URL(`${server.pathname.replace(/\/$/, '')}/write`, server.origin)
  writeUrl.search = new URLSearchParams({ db: database, precision: 'ms' }).toString()
  const headers = { ...authorization(server), 'Content-Type': 'text/plain; charset=utf-8' }
  const words = {
    missing: `create the database ${database} in InfluxDB: CREATE DATABASE "${database}"`,
    denied: 'InfluxDB denies access: check the user and password in INFLUX_URL'
  }

  /** With the client, whose own errors carry the answer where there was one. */
  function ask<T>(question: () => Promise<T>): Promise<T> {
    return http.bounded(() =>
      question().catch(error => {
        throw clientError(error, words.denied)
      })
    )
  }

  let created: Promise<void> | null = null
  /** Once in the life of the store: a database that is dropped later stays dropped until a person acts. */
  async function createDatabase(): Promise<void> {
    created ??= ask(() => client.createDatabase(database))
    try {
      await created
    } catch (error) {
      created = null
      throw error
    }
  }

  const run = async (influxQl: string): Promise<unknown> => {
    await createDatabase()
    return ask(() => client.queryRaw(influxQl, { database, precision: 'ms', method: 'POST' }))
  }

  let advice: string | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  /** A server that does not tell is not advised. */
  async function lookAtIndex(): Promise<void> {
    if (now() - lookedAt < ADVICE_EVERY_MS) return
    lookedAt = now()
    advice = await askIndex(run, database).then(indexAdvice, () => null)
  }

  return {
    words,
    run,
    get advice() {
      return advice
    },
    async post(lines) {
      await createDatabase()
      const { headers: more, body } = await packed(server, lines)
      const answer = await http.post(writeUrl, { ...headers, ...more }, body)
      if (answer.status === 204) void lookAtIndex()
      return answer
    },
    close: http.close
  }
}

/** The client sets a host aside for up to 10 s after a failure; with one host that would only prolong an outage. */
const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff }

function clientConfig(
  server: URL,
  database: string,
  pool: IPoolOptions,
  options: NonNullable<ISingleHostConfig['options']>
): ISingleHostConfig {
  const isHttps = server.protocol === 'https:'
  return {
    host: server.hostname,
    port: Number(server.port) || (isHttps ? 443 : 80),
    protocol: isHttps ? 'https' : 'http',
    path: server.pathname,
    ...(server.username === ''
      ? {}
      : { username: decodeURIComponent(server.username), password: decodeURIComponent(server.password) }),
    database,
    pool: { ...pool, maxRetries: 0, backoff: noBackoff },
    options
  }
}

function authorization(server: URL): Record<string, string> {
  if (server.username === '') return {}
  const user = `${decodeURIComponent(server.username)}:${decodeURIComponent(server.password)}`
  return { Authorization: `Basic ${Buffer.from(user).toString('base64')}` }
}

/** What an error of the client means; as it is where there was no answer. */
function clientError(error: unknown, denied: string): unknown {
  const { res, message } = error as { res?: { statusCode?: number }; message?: string }
  const status = res?.statusCode
  if (status === 401 || status === 403) return new StoreError('paused', `${denied} (${status} ${message})`)
  if (status !== undefined) return new StoreError('unavailable', `InfluxDB answered ${status}: ${message}`)
  return error
}
