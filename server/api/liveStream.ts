import type { ServerResponse } from 'node:http'
import type { LiveChange, LiveSnapshot } from '../contract/live.ts'
import type { Problem } from '../contract/problem.ts'
import type { Audience } from './liveAudience.ts'

/**
 * Fans one stream of changes out to every open page, to each audience what it may see, written once an audience.
 *
 *   publish ──► kept (bounded) ──► cut for an audience ──► each client's socket
 *                  ▲
 *   a client back with Last-Event-ID: what it missed from `kept`; too long ago, or another run: a new snapshot
 *
 * A client that does not read is cut off at a byte limit: it reconnects and gets a snapshot, and nobody waits for it.
 * `kept` holds at most half as many bytes, so that catching up never makes a client a slow one. A stream ends with the
 * login or the token that opened it.
 */
export interface LiveStream {
  publish(change: LiveChange): void
  /** Answers 503 when as many streams are open as may be, altogether or of this person. */
  connect(socket: ServerResponse, lastEventId: string | undefined, follower: Follower): void
  /** Ends the streams of those who are no longer who they were; it does so by itself, too, after some seconds. */
  recheck(): Promise<void>
  readonly clients: number
  readonly slowClientsCut: number
  stop(): void
}

/** Who follows, and what it is told. */
export interface Follower {
  audience: Audience
  /** The login session or the token: all its streams are asked about at once. */
  holder: string
  /** Whose they are, by whatever login: nobody takes all that there are. */
  person: string
  /** Whether it may still see what it is told. */
  isIn(): Promise<boolean>
}

export interface LiveStreamNeeds {
  snapshot(): Promise<LiveSnapshot>
  /** Distinguishes this run of the server: ids of another run are not resumed. */
  run: string
  /** A client with more unread bytes than this is cut off. */
  slowBytes?: number
  heartbeatMs?: number
  recheckMs?: number
  mostClients?: number
  /** Of one person or token. */
  mostOfOne?: number
}

interface Kept {
  sequence: number
  /** The frame for who sees all. */
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
  const { slowBytes = 4 * 2 ** 20, heartbeatMs = 15_000, recheckMs = 5_000 } = needs
  const { mostClients = 500, mostOfOne = 100 } = needs
  const sockets = new Set<ServerResponse>()
  /** Also those that still wait for their snapshot. */
  const connected = new Map<ServerResponse, Follower>()
  const kept: Kept[] = []
  let keptBytes = 0
  let sequence = 0
  let slowClientsCut = 0

  const frame = (event: string, id: number, data: string): string =>
    `event: ${event}\nid: ${needs.run}-${id}\ndata: ${data}\n\n`

  function cutFrame(id: number, change: LiveChange, { cut }: Audience): string | null {
    const seen = cut === null ? change : cut.change(change)
    return seen && frame('change', id, JSON.stringify(seen))
  }

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

  function catchUp(socket: ServerResponse, missed: readonly Kept[], audience: Audience): void {
    sockets.add(socket)
    for (const { sequence: id, text } of missed) {
      const seen = audience.cut === null ? text : cutFrame(id, changeIn(text), audience)
      if (seen !== null) write(socket, seen)
    }
  }

  async function begin(
    socket: ServerResponse,
    lastEventId: string | undefined,
    { audience }: Follower
  ): Promise<void> {
    const missed = missedBy(lastEventId)
    if (missed !== null) return catchUp(socket, missed, audience)
    // The position is taken first: changes made while the snapshot is gathered are sent after it, never lost.
    const position = sequence
    const whole = await needs.snapshot()
    const snapshot = audience.cut === null ? whole : audience.cut.snapshot(whole)
    if (socket.destroyed || socket.writableEnded) return
    write(socket, frame('snapshot', position, JSON.stringify(snapshot)))
    catchUp(
      socket,
      kept.filter(change => change.sequence > position),
      audience
    )
  }

  function end(socket: ServerResponse): void {
    sockets.delete(socket)
    socket.end()
  }

  function isFull({ person }: Follower): boolean {
    if (connected.size >= mostClients) return true
    const own = [...connected.values()].filter(follower => follower.person === person)
    return own.length >= mostOfOne
  }

  async function recheck(): Promise<void> {
    const byHolder = Map.groupBy(connected, ([, { holder }]) => holder)
    for (const streams of byHolder.values()) {
      const [first] = streams
      // Who cannot be asked about is not let further.
      if (first === undefined || (await first[1].isIn().catch(() => false))) continue
      for (const [socket] of streams) end(socket)
    }
  }

  const heartbeat = setInterval(() => {
    for (const socket of sockets) write(socket, ': still here\n\n')
  }, heartbeatMs)
  heartbeat.unref()
  const rechecks = setInterval(() => void recheck(), recheckMs)
  rechecks.unref()

  return {
    publish(change) {
      sequence++
      const whole = frame('change', sequence, JSON.stringify(change))
      keep(whole)
      const texts = new Map<string, string | null>()
      for (const socket of sockets) {
        const audience = connected.get(socket)?.audience
        if (audience === undefined) continue
        const { key, cut } = audience
        if (!texts.has(key)) texts.set(key, cut === null ? whole : cutFrame(sequence, change, audience))
        const text = texts.get(key)
        if (text) write(socket, text)
      }
    },
    recheck,
    connect(socket, lastEventId, follower) {
      if (isFull(follower)) {
        const body = JSON.stringify(tooManyClients)
        socket.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '10' }).end(body)
        return
      }
      connected.set(socket, follower)
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
      begin(socket, lastEventId, follower).catch(() => socket.destroy())
    },
    get clients() {
      return sockets.size
    },
    get slowClientsCut() {
      return slowClientsCut
    },
    stop() {
      clearInterval(heartbeat)
      clearInterval(rechecks)
      for (const socket of sockets) socket.end()
      sockets.clear()
    }
  }
}

/** The change that a frame carries. */
const changeIn = (text: string): LiveChange =>
  JSON.parse(text.slice(text.indexOf('data: ') + 'data: '.length))
