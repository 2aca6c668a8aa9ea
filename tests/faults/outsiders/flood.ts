/**
 * Offenders on raw sockets, a process of their own: each opens a connection, commits one offence and waits to be thrown
 * out; then the next one.
 *
 *   argv: one JSON (FloodSettings) · stdout: one JSON (FloodReport) at the end · it ends when its stdin does
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Offence, offences } from './offences.ts'

export interface FloodSettings {
  url: string
  seconds: number
  /** Offenders at the same time. */
  offenders: number
}

export interface FloodReport {
  /** Offences committed, and how many ended with the connection closed by the server. */
  committed: number
  closed: number
  /** Names of those that had to be thrown out and were not, with how often. */
  tolerated: Record<string, number>
}

/** Longer than a server may give someone to say CONNECT. */
const PATIENCE_MS = 15_000
/** A bomb is answered or not; nobody waits long for it. */
const BOMB_PATIENCE_MS = 1000

const report: FloodReport = { committed: 0, closed: 0, tolerated: {} }
const { url, seconds, offenders } = JSON.parse(process.argv[2] ?? '') as FloodSettings
const { hostname, port } = new URL(url)
const endsAt = performance.now() + seconds * 1000
let turn = 0

async function offend(offence: Offence, n: number): Promise<void> {
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.resume()
  const closed = new Promise<boolean>(resolve => socket.once('close', () => resolve(true)))
  const opened = await Promise.race([
    once(socket, 'connect').then(() => true),
    closed.then(() => false)
  ]).catch(() => false)
  if (!opened) return
  report.committed++
  offence.commit(socket, n)
  await judge(offence, socket, closed)
}

async function judge({ name, mustClose }: Offence, socket: Socket, closed: Promise<boolean>): Promise<void> {
  const over = new AbortController()
  const patience = pause(mustClose ? PATIENCE_MS : BOMB_PATIENCE_MS, false, { signal: over.signal }).catch(
    () => false
  )
  const wasClosed = await Promise.race([closed, patience])
  over.abort()
  if (wasClosed) report.closed++
  else if (mustClose) report.tolerated[name] = (report.tolerated[name] ?? 0) + 1
  socket.destroy()
}

async function offender(): Promise<void> {
  while (performance.now() < endsAt) {
    const n = turn++
    const offence = offences[n % offences.length]
    if (offence !== undefined) await offend(offence, n)
    await pause(20)
  }
}

process.stdin.once('end', () => process.exit(1)).resume()
await Promise.all(Array.from({ length: offenders }, offender))
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0))
