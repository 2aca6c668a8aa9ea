import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'

/** A broker in this process that tells of every message published to it; it keeps retained ones, as brokers do. */
export async function startCollectingBroker(onMessage: (topic: string, payload: Buffer) => void): Promise<{
  url: string
  publish(topic: string, payload: string, retain?: boolean): Promise<void>
  dropClients(): void
  stop(): Promise<void>
}> {
  const broker = await Aedes.createBroker()
  broker.authorizePublish = (_client, packet, done) => {
    onMessage(packet.topic, Buffer.from(packet.payload))
    done(null)
  }
  const sockets = new Set<import('node:net').Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    broker.handle(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const dropClients = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `mqtt://127.0.0.1:${port}`,
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) => {
        broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, error => {
          if (error) reject(error)
          else resolve()
        })
      }),
    dropClients,
    stop: async () => {
      dropClients()
      await new Promise<void>(resolve => broker.close(resolve))
      await new Promise<void>(resolve => {
        server.close(() => resolve())
      })
    }
  }
}
