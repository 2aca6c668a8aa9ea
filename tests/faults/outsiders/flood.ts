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
  /** Offences committed; how many ended with the connection closed by the server, and with a PUBACK. */
  committed: number
  closed: number
  acknowledged: number
  /** Names of those that had to be thrown out (or at least answered) and were not, with how often. */
  tolerated: Record<string, number>
}

/** Longer than a server may give someone to say CONNECT. */
const PATIENCE_MS = 15_000

const PUBACK = Buffer.from([0x40, 0x02])

const report: FloodReport = { committed: 0, closed: 0, acknowledged: 0, tolerated: {} }
const { url, seconds, offenders } = JSON.parse(process.argv[2] ?? '') as FloodSettings
const { hostname, port } = new URL(url)
const endsAt = performance.now() + seconds * 1000
let turn = 0

async function offend(offence: Offence, n: number): Promise<void> {
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const closed = new Promise<'closed'>(resolve => socket.once('close', () => resolve('closed')))
  const opened = await Promise.race([
    once(socket, 'connect').then(() => true),
    closed.then(() => false)
  ]).catch(() => false)
  if (!opened) return
  report.committed++
  offence.commit(socket, n)
  await judge(offence, socket, closed)
}

async function judge({ name, ends }: Offence, socket: Socket, closed: Promise<'closed'>): Promise<void> {
  const over = new AbortController()
  const patience = pause(PATIENCE_MS, 'tolerated' as const, { signal: over.signal }).catch(
    () => 'tolerated' as const
  )
  const acknowledged = new Promise<'acknowledged'>(resolve =>
    socket.on('data', chunk => {
      if (ends !== 'closed' && chunk.includes(PUBACK)) resolve('acknowledged')
    })
  )
  const outcome = await Promise.race([closed, acknowledged, patience])
  over.abort()
  if (outcome === 'tolerated') report.tolerated[name] = (report.tolerated[name] ?? 0) + 1
  else report[outcome]++
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
