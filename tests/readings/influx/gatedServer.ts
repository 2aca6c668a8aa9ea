import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

/** A write request that waits for its answer. */
export interface HeldRequest {
  lines: string[]
  encoding: string | undefined
  answer(status: number, body?: string): void
}

/** Answers questions with nothing at once, as an empty InfluxDB does, and writes only when the test says so. */
export async function startGatedServer() {
  const held: HeldRequest[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    if (request.url?.includes('/query')) return void response.end('{"results":[{}]}')
    hold(body, request.headers['content-encoding'], response)
  })
  server.on('connection', () => connections++)
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')

  function hold(body: Buffer, encoding: string | undefined, response: ServerResponse): void {
    const text = encoding === 'gzip' ? gunzipSync(body) : body
    const request: HeldRequest = {
      lines: text.toString().trimEnd().split('\n'),
      encoding,
      answer(status, answer = '') {
        held.splice(held.indexOf(request), 1)
        response.writeHead(status).end(answer)
      }
    }
    held.push(request)
  }

  return {
    port: (server.address() as AddressInfo).port,
    /** In the order in which they came. */
    held,
    connections: () => connections,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}
