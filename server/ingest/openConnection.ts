import { openBrokerConnection } from './brokerConnection.ts'
import { isWebSocket } from './brokerUrl.ts'
import type { BrokerConnection, ConnectionOptions } from './connection.ts'

export type OpenConnection = (options: ConnectionOptions) => BrokerConnection

/** What opens a connection to a broker at this URL. mqtt.js, megabytes of code in memory, is loaded for WebSockets only. */
export async function connectionOpener(url: string): Promise<OpenConnection> {
  if (!isWebSocket(new URL(url))) return openBrokerConnection
  const { openWebSocketConnection } = await import('./webSocketConnection.ts')
  return openWebSocketConnection
}
