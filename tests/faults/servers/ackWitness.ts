import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Parser, parser } from 'mqtt-packet'

/**
 * Stands between a broker and Gridload and writes down which readings Gridload acknowledged to the broker, so that what
 * the broker loses can be told from what Gridload loses:
 *
 *   ledger ──► broker ──► witness ──► Gridload
 *      ◄─ PUBACK  ╎          ◄─ PUBACK ─┘   from here on it is Gridload's
 *                 └╌ from here on it is the broker's
 */
export interface AckWitness {
  url: string
  /** Numbers of the readings that Gridload acknowledged. */
  readonly acknowledged: ReadonlySet<number>
  /** Since the newest delivery. */
  quietMs(): number
  stop(): Promise<void>
}

export async function startAckWitness(broker: URL, port: number): Promise<AckWitness> {
  const acknowledged = new Set<number>()
  let deliveredAt = performance.now()
  const sockets = new Set<Socket>()

  function join(client: Socket, server: Socket): void {
    const underWay = new Map<number, number>()
    // The version of the protocol is known only from the client's CONNECT.
    let fromServer: Parser | null = null
    const fromClient = parser()
    fromClient.on('packet', packet => {
      if (packet.cmd === 'connect') {
        fromServer = parser({ protocolVersion: packet.protocolVersion ?? 4 })
        fromServer.on('packet', delivery => {
          if (delivery.cmd !== 'publish' || delivery.messageId === undefined) return
          const n = numberIn(delivery.payload)
          if (n === null) return
          deliveredAt = performance.now()
          underWay.set(delivery.messageId, n)
        })
      }
      if (packet.cmd !== 'puback') return
      const n = underWay.get(packet.messageId ?? 0)
      if (n !== undefined) acknowledged.add(n)
    })
    client.on('data', chunk => {
      fromClient.parse(chunk)
      if (!server.write(chunk)) client.pause()
    })
    server.on('data', chunk => {
      fromServer?.parse(chunk)
      if (!client.write(chunk)) server.pause()
    })
    for (const [one, other] of [
      [client, server],
      [server, client]
    ] as const) {
      sockets.add(one)
      one.on('drain', () => other.resume())
      one.on('error', () => other.destroy())
      one.on('close', () => sockets.delete(one) && other.destroy())
    }
  }

  const server = createServer(client => join(client, connect(Number(broker.port), broker.hostname)))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    acknowledged,
    quietMs: () => performance.now() - deliveredAt,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
}

function numberIn(payload: Buffer | string): number | null {
  const digits = /"kw":(\d+)[,}]/.exec(payload.toString())?.[1]
  return digits === undefined ? null : Number(digits)
}
