import { once } from 'node:events'
import { createServer } from 'node:net'

const FIRST = 20_000
const COUNT = 10_000

/**
 * A free port that stays ours while its server is away: it lies below the ports that the system hands out to
 * connections, else a client trying to come back could take it, or even connect to itself.
 */
export async function stablePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false
    )
    if (!isFree) continue
    await new Promise(closed => server.close(closed))
    return port
  }
  throw new Error(`no free port from ${FIRST} to ${FIRST + COUNT}`)
}
