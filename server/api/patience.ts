import type { Server } from 'node:http'

/**
 * How long a request may take to come in, ms. Without these limits a few hundred idle clients would hold the server; with
 * them a socket is free again within ten seconds, whatever it sends or does not send.
 */
export const patience = {
  headersMs: 4_000,
  /** With its body. */
  requestMs: 5_000,
  checkEveryMs: 1_000,
  /** Between two requests. */
  keepAliveMs: 10_000
} as const

/** Node looks only at sockets that have begun a request: who connects and says nothing would stay for ever. */
export function dropSilent(server: Server): void {
  server.on('connection', socket => {
    const patient = setTimeout(() => {
      if (socket.bytesRead === 0) socket.destroy()
    }, patience.headersMs)
    socket.once('close', () => clearTimeout(patient))
  })
}
