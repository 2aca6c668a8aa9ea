import { InfluxDB, type IPoolOptions, type ISingleHostConfig } from 'influx'
import { httpPost, noAnswer, REQUEST_TIMEOUT_MS } from '../influx/httpPost.ts'
import { createInfluxStore, type InfluxTransport } from '../influx/influxStore.ts'
import { type ReadingsStore, StoreError } from '../store.ts'

export interface Influx1Settings {
  /** May carry a user and a password. */
  url: string
  database: string
}

/** The client sets a host aside for up to 10 s after a failure; with one host that would only prolong an outage. */
const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff }
const pool: IPoolOptions = { maxRetries: 0, requestTimeout: REQUEST_TIMEOUT_MS, backoff: noBackoff }

/** InfluxDB 1.x. Creates its database before the first request; a server that is down then is only `unavailable`. */
export function openInflux1Store(settings: Influx1Settings, now: () => number): ReadingsStore {
  return createInfluxStore('influx1', influx1Transport(settings), now)
}

function influx1Transport({ url, database }: Influx1Settings): InfluxTransport {
  const server = new URL(url)
  const client = new InfluxDB(clientConfig(server, database))
  const writeUrl = new URL(`${server.pathname.replace(/\/$/, '')}/write`, server.origin)
  writeUrl.search = new URLSearchParams({ db: database, precision: 'ms' }).toString()
  const headers = { ...authorization(server), 'Content-Type': 'text/plain; charset=utf-8' }
  const words = {
    missing: `create the database ${database} in InfluxDB: CREATE DATABASE "${database}"`,
    denied: 'InfluxDB denies access: check the user and password in INFLUX_URL'
  }

  let created: Promise<void> | null = null
  /** Once in the life of the store: a database that is dropped later stays dropped until a person acts. */
  async function createDatabase(): Promise<void> {
    created ??= client.createDatabase(database)
    try {
      await created
    } catch (error) {
      created = null
      throw clientError(error, words.denied)
    }
  }

  return {
    words,
    async post(lines) {
      await createDatabase()
      return httpPost(writeUrl, headers, lines.join('\n'))
    },
    async run(influxQl) {
      await createDatabase()
      try {
        return await client.queryRaw(influxQl, { database, precision: 'ms', method: 'POST' })
      } catch (error) {
        throw clientError(error, words.denied)
      }
    },
    close: () => undefined
  }
}

function clientConfig(server: URL, database: string): ISingleHostConfig {
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
    pool
  }
}

function authorization(server: URL): Record<string, string> {
  if (server.username === '') return {}
  const user = `${decodeURIComponent(server.username)}:${decodeURIComponent(server.password)}`
  return { Authorization: `Basic ${Buffer.from(user).toString('base64')}` }
}

/** What an error of the client means: it carries the answer where there was one. */
function clientError(error: unknown, denied: string): StoreError {
  const { res, message } = error as { res?: { statusCode?: number }; message?: string }
  const status = res?.statusCode
  if (status === 401 || status === 403) return new StoreError('paused', `${denied} (${status} ${message})`)
  if (status !== undefined) return new StoreError('unavailable', `InfluxDB answered ${status}: ${message}`)
  return noAnswer(error)
}
