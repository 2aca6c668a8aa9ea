import type { ServerResponse } from 'node:http'
import type { LiveChange, LiveSnapshot } from '../contract/live.ts'
import type { Problem } from '../contract/problem.ts'

/**
 * Fans one stream of changes out to every open page.
 *
 *   publish ──► kept (bounded) ──► each client's socket
 *                  ▲
 *   a client back with Last-Event-ID: what it missed from `kept`; too long ago, or another run: a new snapshot
 *
 * A client that does not read is cut off at a byte limit: it reconnects and gets a snapshot, and nobody waits for it.
 * `kept` holds at most half as many bytes, so that catching up never makes a client a slow one.
 */
export interface LiveStream {
  publish(change: LiveChange): void
  /** Answers 503 when as many streams are open as may be. */
  connect(socket: ServerResponse, lastEventId: string | undefined): void
  readonly clients: number
  readonly slowClientsCut: number
  stop(): void
}

export interface LiveStreamNeeds {
  snapshot(): Promise<LiveSnapshot>
  /** Distinguishes this run of the server: ids of another run are not resumed. */
  run: string
  /** A client with more unread bytes than this is cut off. */
  slowBytes?: number
  heartbeatMs?: number
  mostClients?: number
}

interface Kept {
  sequence: number
  text: string
  bytes: number
}

const tooManyClients: Problem = {
  type: 'about:blank',
  title: 'Not available now',
  status: 503,
  detail: 'as many live streams are open as this server serves; it is tried again by itself',
  reference: 'live'
}

export function createLiveStream(needs: LiveStreamNeeds): LiveStream {
  const { slowBytes = 4 * 2 ** 20, heartbeatMs = 15_000, mostClients = 500 } = needs
  const sockets = new Set<ServerResponse>()
  /** Also those that still wait for their snapshot. */
  const connected = new Set<ServerResponse>()
  const kept: Kept[] = []
  let keptBytes = 0
  let sequence = 0
  let slowClientsCut = 0

  const frame = (event: string, id: number, data: unknown): string =>
    `event: ${event}\nid: ${needs.run}-${id}\ndata: ${JSON.stringify(data)}\n\n`

  /** The newest one stays whatever its size: who is being given a snapshot right now needs it. */
  function keep(text: string): void {
    const bytes = Buffer.byteLength(text)
    kept.push({ sequence, text, bytes })
    keptBytes += bytes
    while (keptBytes > slowBytes / 2 && kept.length > 1) keptBytes -= kept.shift()?.bytes ?? 0
  }

  function write(socket: ServerResponse, text: string): void {
    if (socket.writableLength > slowBytes) {
      slowClientsCut++
      sockets.delete(socket)
      socket.destroy()
      return
    }
    socket.write(text)
  }

  function missedBy(lastEventId: string | undefined): Kept[] | null {
    const [run, seen] = [lastEventId?.slice(0, lastEventId.lastIndexOf('-')), lastEventId?.split('-').at(-1)]
    if (run !== needs.run || !/^\d+$/.test(seen ?? '')) return null
    const oldest = kept[0]?.sequence ?? sequence + 1
    return Number(seen) >= oldest - 1 && Number(seen) <= sequence
      ? kept.filter(change => change.sequence > Number(seen))
      : null
  }

  async function begin(socket: ServerResponse, lastEventId: string | undefined): Promise<void> {
    const missed = missedBy(lastEventId)
    if (missed !== null) {
      sockets.add(socket)
      for (const change of missed) write(socket, change.text)
      return
    }
    // The position is taken first: changes made while the snapshot is gathered are sent after it, never lost.
    const position = sequence
    const text = frame('snapshot', position, await needs.snapshot())
    if (socket.destroyed) return
    sockets.add(socket)
    write(socket, text)
    for (const change of kept) if (change.sequence > position) write(socket, change.text)
  }

  const heartbeat = setInterval(() => {
    for (const socket of sockets) write(socket, ': still here\n\n')
  }, heartbeatMs)
  heartbeat.unref()

  return {
    publish(change) {
      sequence++
      const text = frame('change', sequence, change)
      keep(text)
      for (const socket of sockets) write(socket, text)
    },
    connect(socket, lastEventId) {
      if (connected.size >= mostClients) {
        const body = JSON.stringify(tooManyClients)
        socket.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '10' }).end(body)
        return
      }
      connected.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        connected.delete(socket)
      })
      socket.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff'
      })
      socket.write('retry: 1000\n\n')
      begin(socket, lastEventId).catch(() => socket.destroy())
    },
    get clients() {
      return sockets.size
    },
    get slowClientsCut() {
      return slowClientsCut
    },
    stop() {
      clearInterval(heartbeat)
      for (const socket of sockets) socket.end()
      sockets.clear()
    }
  }
}
