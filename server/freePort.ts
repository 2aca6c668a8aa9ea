import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that nobody uses now: how the pages are called must be known before the server listens. 0 where there is none to
 * be had on this host; the listener itself says why.
 */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening').catch(() => {})
  const address = server.address()
  await new Promise(done => server.close(done))
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
