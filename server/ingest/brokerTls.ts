import type { Server } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'

/** PEM. */
export interface TlsIdentity {
  cert: Buffer
  key: Buffer
  /** Who signs the certificates that clients must show; null: none is asked for. */
  ca: Buffer | null
}

const HANDSHAKE_TIMEOUT_MS = 10_000

/**
 * A server for TLS 1.2 and 1.3, not listening yet. Where there is an authority, `onSocket` comes only after the client's
 * certificate has been verified against it. Throws when the certificate or the key cannot be used.
 */
export function createTlsServer(
  { cert, key, ca }: TlsIdentity,
  onSocket: (socket: TLSSocket, certificateName: string | null | undefined) => void,
  onHandshakeFailure: (address: string, error: Error) => void
): Server {
  const own = { cert, key, minVersion: 'TLSv1.2' as const, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }
  const server = createServer(ca === null ? own : { ...own, ca, requestCert: true, rejectUnauthorized: true })
  server.on('secureConnection', socket => onSocket(socket, ca === null ? undefined : certificateName(socket)))
  server.on('tlsClientError', (error, socket) => onHandshakeFailure(socket.remoteAddress ?? '?', error))
  return server
}

/** The common name of the certificate that was verified in the handshake; null: there is not exactly one. */
function certificateName(socket: TLSSocket): string | null {
  if (!socket.authorized) return null
  // Several common names come as an array, whatever the declaration says.
  const name: unknown = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' ? name : null
}
