import { createServer as createPlainServer, type Server, type Socket } from 'node:net'
import { createTlsServer, type TlsIdentity } from './brokerTls.ts'

/** Where clients come in. */
export interface ListenerOptions {
  host: string
  /** 0: any free one; the address says which. */
  port: number
  /** Whoever has no credential may publish all the same. */
  anonymous: boolean
  tls?: TlsIdentity | null
}

export interface ListenerEvents {
  /** Ready to speak MQTT. `certificateName`: undefined where no certificate is asked for, null: it has no single name. */
  onSocket(listener: ListenerOptions, socket: Socket, certificateName: string | null | undefined): void
  /** The handshake failed: no certificate, that of a stranger, no TLS at all. */
  onHandshakeFailure(address: string, error: Error): void
  /** There were too many already. */
  onDrop(address: string): void
}

export interface Listeners {
  /** `mqtt://127.0.0.1:1883`, `mqtts://…`: one a listener. */
  addresses: readonly string[]
  /** Takes nobody in any more. */
  close(): void
  /** Ends every connection, also one in the middle of its handshake. */
  end(): Promise<void>
}

/** Which listener is in the way, with the error of the system. */
export class ListenError extends Error {
  readonly code: string | undefined
  readonly listener: ListenerOptions

  constructor(error: NodeJS.ErrnoException, listener: ListenerOptions) {
    super(error.message, { cause: error })
    this.code = error.code
    this.listener = listener
  }
}

/** Rejects with a ListenError; then nothing is left open. */
export async function openListeners(
  wanted: readonly ListenerOptions[],
  maxConnections: number,
  events: ListenerEvents
): Promise<Listeners> {
  const connections = new Set<Socket>()
  const servers: Server[] = []
  const addresses: string[] = []
  const closed: Promise<unknown>[] = []

  const close = (): void => {
    for (const server of servers.splice(0)) closed.push(new Promise(resolve => server.close(resolve)))
  }
  const end = async (): Promise<void> => {
    close()
    for (const connection of connections) connection.destroy()
    await Promise.all(closed)
  }
  try {
    for (const listener of wanted) {
      const server = createServer(listener, events)
      server.maxConnections = maxConnections
      server.on('drop', data => events.onDrop(data?.remoteAddress ?? '?'))
      server.on('connection', connection => {
        connections.add(connection)
        connection.once('close', () => connections.delete(connection))
      })
      await listen(server, listener)
      servers.push(server)
      addresses.push(addressOf(server, listener))
    }
  } catch (error) {
    await end()
    throw error
  }
  return { addresses, close, end }
}

function createServer(listener: ListenerOptions, { onSocket, onHandshakeFailure }: ListenerEvents): Server {
  if (!listener.tls) return createPlainServer(socket => onSocket(listener, socket, undefined))
  return createTlsServer(
    listener.tls,
    (socket, certificateName) => onSocket(listener, socket, certificateName),
    onHandshakeFailure
  )
}

function listen(server: Server, listener: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(new ListenError(error, listener))
    server.once('error', onError)
    server.listen(listener.port, listener.host, () => {
      server.off('error', onError)
      resolve()
    })
  })
}

function addressOf(server: Server, { host, tls }: ListenerOptions): string {
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return `${tls ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
