import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands in front of a server and can take it away: connections are refused while it is down, and open ones end. */
export interface TcpProxy {
  port: number
  down(): Promise<void>
  up(): Promise<void>
}

export async function startTcpProxy(target: URL): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let server: Server
  let port = 0

  async function up(): Promise<void> {
    server = createServer(inside => {
      const outside = connect(Number(target.port), target.hostname)
      for (const [one, other] of [
        [inside, outside],
        [outside, inside]
      ] as const) {
        sockets.add(one)
        one.pipe(other)
        one.on('error', () => other.destroy())
        one.on('close', () => sockets.delete(one) && other.destroy())
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
  return { port, up, down }
}
