import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TlsFiles } from './brokerUrl.ts'

/** mqtt:// over TCP, mqtts:// over TLS with the certificate checked. */
export function openSocket(url: URL, tls: TlsFiles, onread: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'mqtts:') return connect({ host, port: Number(url.port || 1883), onread })
  const options = { host, port: Number(url.port || 8883), onread, ...tls }
  // RFC 6066: no server name for an address.
  return connectTls(isIP(host) === 0 ? { ...options, servername: host } : options)
}

/** The event of the socket after which bytes may be sent. */
export function readyEvent(url: URL): 'connect' | 'secureConnect' {
  return url.protocol === 'mqtts:' ? 'secureConnect' : 'connect'
}

/**
 * Sends what is written, closes, and resolves then; after the time without that. What still comes is read away: closing
 * with unread bytes resets the connection, and with it what was just sent.
 */
export async function closeSocket(socket: Socket, withinMs: number): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), withinMs)
  await new Promise<void>(resolve => {
    socket.once('close', () => resolve())
    socket.end()
    socket.resume()
  })
  clearTimeout(timer)
}
