import { connect, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'

/** Stands in front of a server and can take it away: connections are refused while it is down, and open ones end. */
export interface TcpProxy {
  port: number
  down(): Promise<void>
  up(): Promise<void>
  /** From now on every chunk waits so long and then passes at this rate, in both directions; null: as fast as it comes. */
  slow(speed: Slowness | null): void
}

export interface Slowness {
  latencyMs: number
  bytesPerS: number
}

export async function startTcpProxy(target: URL, port = 0): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let server: Server
  let slowness: Slowness | null = null

  /** Chunk after chunk, so that the sender is held back by what is under way. */
  function throttle(): Transform {
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (slowness === null) return done(null, chunk)
        const { latencyMs, bytesPerS } = slowness
        pause(latencyMs + (1000 * chunk.length) / bytesPerS).then(() => done(null, chunk), done)
      }
    })
  }

  async function up(): Promise<void> {
    server = createServer(inside => {
      const outside = connect(Number(target.port), target.hostname)
      for (const [one, other] of [
        [inside, outside],
        [outside, inside]
      ] as const) {
        sockets.add(one)
        one.pipe(throttle()).pipe(other)
        one.on('error', () => other.destroy())
        // What is still under way when one side has ended gracefully arrives all the same.
        one.on('close', hadError => sockets.delete(one) && (hadError || one.errored) && other.destroy())
      }
    })
    await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
    port = (server.address() as { port: number }).port
  }

  async function down(): Promise<void> {
    const closed = new Promise(done => server.close(done))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  await up()
  return {
    port,
    up,
    down,
    slow(next) {
      slowness = next
    }
  }
}
