import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

/** What the stub does wrong until it is told otherwise. */
export type Fault =
  | { what: 'answer'; status: number; body?: string; headers?: Record<string, string> }
  /** Hangs up without an answer. */
  | { what: 'hang-up' }
  /** Lines that match are refused in the way of a version: 2.x writes nothing at all, the others keep the good ones. */
  | { what: 'bad-lines'; match: RegExp; as: '1.x' | '2.x' | '2.x retention' | '3' }
  /** As InfluxDB 3 does: refuses a question that covers more than this of the time where the data is. */
  | { what: 'file-limit'; dataFrom: number; dataTo: number; limitMs: number }
  /** 413 for more lines than this. */
  | { what: 'max-lines'; lines: number }

export interface Influx2Stub {
  url: string
  /** Lines of each write request that came, in order. */
  readonly writes: string[][]
  fault: Fault | null
  stop(): Promise<void>
}

export interface Influx2StubSettings {
  /** The InfluxDB 1.x that does the work. */
  behind: string
  token: string
  org: string
  bucket: string
}

/**
 * Stands in for InfluxDB 2.x and 3 in front of a real 1.x: checks the token, translates `/api/v2/write` to `/write`,
 * passes `/query` on, and injects the errors that a 1.x never gives. It also passes `/write` on, so that the adapter
 * for 1.x meets the same errors.
 */
export async function startInflux2Stub(settings: Influx2StubSettings): Promise<Influx2Stub> {
  const writes: string[][] = []
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => answer(response, 500, { message: String(error) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stub: Influx2Stub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes,
    fault: null,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const url = new URL(request.url ?? '/', stub.url)
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    if (stub.fault?.what === 'hang-up') {
      request.socket.destroy()
      return
    }
    if (url.pathname === '/write') return write(response, plain.toString(), url.searchParams.get('db') ?? '')
    if (url.pathname === '/query' && !request.headers.authorization?.startsWith('Token')) {
      return passOn(response, url, plain, request.headers['content-type'])
    }
    if (request.headers.authorization !== `Token ${settings.token}`) {
      return answer(response, 401, { code: 'unauthorized', message: 'unauthorized access' })
    }
    if (url.pathname === '/query' && isTooLong(plain)) {
      return answer(response, 500, {
        error: 'External error: Query would exceed file limit of 432 parquet files.'
      })
    }
    if (url.pathname === '/query') return passOn(response, url, plain, request.headers['content-type'])
    if (url.pathname !== '/api/v2/write') return answer(response, 404, { message: 'path not found' })
    const { org, bucket, precision } = Object.fromEntries(url.searchParams)
    if (org !== settings.org || bucket !== settings.bucket) {
      return answer(response, 404, { code: 'not found', message: `bucket "${bucket}" not found` })
    }
    if (precision !== 'ms') return answer(response, 400, { code: 'invalid', message: 'precision' })
    return write(response, plain.toString(), settings.bucket)
  }

  async function write(response: ServerResponse, text: string, database: string): Promise<void> {
    const lines = text.split('\n').filter(line => line !== '')
    writes.push(lines)
    const { fault } = stub
    if (fault?.what === 'answer') {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
      return
    }
    if (fault?.what === 'max-lines' && lines.length > fault.lines) {
      return answer(response, 413, { code: 'request too large', message: 'batch too large' })
    }
    const bad = fault?.what === 'bad-lines' ? lines.filter(line => fault.match.test(line)) : []
    const kept = lines.filter(line => !bad.includes(line))
    const nothing = bad.length > 0 && fault?.what === 'bad-lines' && fault.as === '2.x'
    if (kept.length > 0 && !nothing) {
      const path = `/write?db=${encodeURIComponent(database)}&precision=ms`
      const done = await fetch(settings.behind + path, { method: 'POST', body: kept.join('\n') })
      if (done.status !== 204) return answer(response, done.status, await done.json())
    }
    if (bad.length === 0 || fault?.what !== 'bad-lines') return void response.writeHead(204).end()
    const [status, body] = refusal(lines, bad, fault.as)
    answer(response, status, body)
  }

  function isTooLong(form: Buffer): boolean {
    const { fault } = stub
    if (fault?.what !== 'file-limit') return false
    const question = new URLSearchParams(form.toString()).get('q') ?? ''
    const [, from, to] = /time >= (\d+)ms AND time < (\d+)ms/.exec(question) ?? []
    return Math.min(Number(to), fault.dataTo) - Math.max(Number(from), fault.dataFrom) > fault.limitMs
  }

  async function passOn(
    response: ServerResponse,
    { pathname, search }: URL,
    body: Buffer,
    type = ''
  ): Promise<void> {
    const headers = { 'Content-Type': type }
    const target = settings.behind + pathname + search
    const done = await fetch(target, { method: 'POST', body: new Uint8Array(body), headers })
    response.writeHead(done.status, { 'Content-Type': 'application/json' }).end(await done.text())
  }

  return stub
}

type Version = Extract<Fault, { what: 'bad-lines' }>['as']

/** How a version says that it refuses lines: status and body. */
function refusal(lines: string[], bad: string[], as: Version): [number, unknown] {
  const unparsed = `unable to parse '${bad[0]}': invalid number`
  switch (as) {
    case '1.x':
      return [400, { error: `partial write: ${unparsed} dropped=0` }]
    case '2.x':
      return [400, { code: 'invalid', message: unparsed }]
    case '2.x retention':
      return [
        422,
        {
          code: 'unprocessable entity',
          message: `failure writing points to database: partial write: points beyond retention policy dropped=${bad.length}`
        }
      ]
    case '3':
      return [
        400,
        {
          error: 'partial write of line protocol occurred',
          data: bad.slice(0, 100).map(line => ({
            original_line: line,
            line_number: lines.indexOf(line) + 1,
            error_message: 'invalid column type'
          }))
        }
      ]
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}
