import { Agent, type AgentOptions, type RequestOptions, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { StoreError } from '../store.ts'
import type { HttpAnswer } from './writeAnswer.ts'

/** How long one request may take, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000
/** Writes and questions under way; further ones wait. */
const MOST_CONNECTIONS = 24

/** The way to one server: connections kept open, every request bounded in time. */
export interface HttpClient {
  readonly agent: Agent
  /** Posts; any status is an answer. Rejects with a StoreError when there is none in time. */
  post(url: URL, headers: Record<string, string>, body: Buffer | string): Promise<HttpAnswer>
  /** Does something with the server that a signal can end, under the same rules. */
  bounded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Ends what is under way; it rejects. */
  close(): void
}

export function createHttpClient(server: URL, timeoutMs = REQUEST_TIMEOUT_MS): HttpClient {
  const isSecure = server.protocol === 'https:'
  const options: AgentOptions = { keepAlive: true, maxSockets: MOST_CONNECTIONS }
  const agent = isSecure ? new SecureAgent(options) : new Agent(options)
  const send = isSecure ? secureRequest : request
  const open = new Set<AbortController>()
  let isClosed = false

  async function once<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (isClosed) throw new StoreError('unavailable', 'the store is stopped')
    const controller = new AbortController()
    const { signal } = controller
    open.add(controller)
    const late = () => controller.abort(new Error(`no answer in ${timeoutMs / 1000} s`))
    const timer = setTimeout(late, timeoutMs)
    try {
      return await Promise.race([work(signal), aborted(signal)])
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      clearTimeout(timer)
      open.delete(controller)
    }
  }

  /** A connection that was kept open may just have been closed by the other side: that is no trouble yet. */
  async function bounded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await once(work).catch(error => {
        if (isClosed || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
        return once(work)
      })
    } catch (error) {
      throw error instanceof StoreError ? error : noAnswer(error)
    }
  }

  async function exchange(
    url: URL,
    sent: RequestOptions,
    body: Buffer | string,
    signal: AbortSignal
  ): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    const posting = send(url, { ...sent, method: 'POST', agent, signal }, response => {
      const { statusCode: status = 0, headers } = response
      const retryAfter = headers['retry-after'] ?? null
      text(response).then(answer => resolve({ status, body: answer, retryAfter }), reject)
    })
    posting.on('error', reject)
    posting.end(body)
    return promise
  }

  return {
    agent,
    bounded,
    post: (url, headers, body) =>
      bounded(signal =>
        exchange(url, { headers: { ...headers, 'Content-Length': Buffer.byteLength(body) } }, body, signal)
      ),
    close() {
      isClosed = true
      for (const controller of open) controller.abort(new StoreError('unavailable', 'the store is stopped'))
      agent.destroy()
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** The StoreError for a server that gave no answer at all. */
function noAnswer(error: unknown): StoreError {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined }
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new StoreError('unavailable', `InfluxDB does not answer: ${message}${why}`, { cause: error })
}

const gzipped = promisify(gzip)

/** What a write says of its body, and the body: packed where it goes over a network, which costs less than the way. */
export async function packed(
  server: URL,
  lines: Buffer
): Promise<{ headers: Record<string, string>; body: Buffer }> {
  if (isLoopback(server.hostname)) return { headers: {}, body: lines }
  return { headers: { 'Content-Encoding': 'gzip' }, body: await gzipped(lines, { level: 1 }) }
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
