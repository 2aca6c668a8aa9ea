/**
 * The ledger: a process of its own, outside the product and outside the test, so that neither can take its book away.
 * It publishes what its plan says, writes each number down before it is sent, and counts an acknowledgement only after
 * that is durable too.
 *
 *   argv: one JSON (LedgerSettings) · stdin: pause | resume | measure | rate <n> | finish, a line each; its end is the end
 *   stdout: one JSON line (Progress) every 100 ms, the last one with `finished`
 */
import { createInterface } from 'node:readline'
import { ackedFile, openDurableJournal, openJournal, sentFile } from './journal.ts'
import { createLatencies } from './latencies.ts'
import { messageOf } from './message.ts'
import { repeatOf } from './plan.ts'
import type { LedgerSettings, Progress } from './process.ts'
import { Publisher } from './publisher.ts'

const TICK_MS = 10
const REPORT_MS = 100

const settings = JSON.parse(process.argv[2] ?? '') as LedgerSettings
const { plan, folder, window, connections } = settings
const latencies = createLatencies()
const sent = openJournal(sentFile(folder))
const acked = openDurableJournal(ackedFile(folder), count => {
  ackedCount += count
  lastAckAt = performance.now()
})
const url = new URL(settings.url)
const publishers = Array.from({ length: connections }, (_, n) => {
  const publisher = new Publisher({
    url,
    clientId: `${settings.name}-${n}`,
    window,
    schedule: connect => void setTimeout(connect, 20 + 200 * Math.random()).unref(),
    messageOf: message => messageOf(plan, message),
    onAck: acknowledged
  })
  publisher.start()
  return publisher
})

let perSecond = settings.perSecond
let credit = 0
let nextMessage = settings.firstMessage
let ackedCount = 0
let repeats = 0
let lastAckAt = 0
let paused = false
let finishing = false
/** Acknowledged once, to be sent once more; and who had its first acknowledgement. */
const again: number[] = []
const repeated = new Set<number>()

function acknowledged(message: number, latencyMs: number): void {
  latencies.add(latencyMs)
  const repeat = plan.duplicateShare > 0 ? repeatOf(plan, message) : 'none'
  if (repeat !== 'none') {
    if (repeated.delete(message)) return
    repeated.add(message)
    repeats++
    if (repeat === 'later, fresh') again.push(message)
  }
  acked.add(message)
}

/** Sends what is due by the rate, as far as the connections have room, in turn. */
function tick(): void {
  const limit = settings.total === null ? Number.POSITIVE_INFINITY : settings.firstMessage + settings.total
  // After a stall the rate goes on; only a fifth of a second of it is caught up with.
  credit = Math.min(credit + (perSecond * TICK_MS) / 1000, Math.max(perSecond / 5, 1))
  publishers.push(...publishers.splice(0, 1))
  for (const publisher of publishers) {
    if (publisher.room <= 0) continue
    publisher.cork()
    for (let room = publisher.room; again.length > 0 && room > 0; room--)
      publisher.send(again.shift() ?? 0, false)
    const stays = paused || finishing
    const fresh: number[] = []
    const share = Math.ceil(Math.max(credit, 0) / connections)
    const most = stays ? 0 : Math.min(publisher.room >> 1, share, Math.floor(credit), limit - nextMessage)
    for (let n = 0; n < most; n++) fresh.push(nextMessage++)
    if (fresh.length > 0) sent.write(fresh)
    credit -= fresh.length
    for (const message of fresh) {
      publisher.send(message, false)
      if (repeatOf(plan, message) === 'at once, DUP') publisher.send(message, true)
    }
    publisher.uncork()
  }
  if (nextMessage >= limit) finishing = true
}

function report(finished = false): void {
  const progress: Progress = {
    finished,
    sent: nextMessage - settings.firstMessage,
    acked: ackedCount,
    repeats,
    connected: publishers.filter(({ isConnected }) => isConnected).length,
    reconnects: publishers.reduce((sum, { reconnects }) => sum + Math.max(0, reconnects), 0),
    sinceAckMs: performance.now() - lastAckAt,
    sinceConnectMs: performance.now() - Math.max(...publishers.map(({ connectedAt }) => connectedAt)),
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99)
  }
  process.stdout.write(`${JSON.stringify(progress)}\n`)
}

function end(): void {
  clearInterval(ticking)
  clearInterval(reporting)
  for (const publisher of publishers) publisher.stop()
  sent.close()
  acked.close()
  input.close()
  process.stdin.unref()
}

const ticking = setInterval(tick, TICK_MS)
const reporting = setInterval(() => {
  const isDone =
    finishing &&
    again.length === 0 &&
    publishers.every(({ unacknowledged }) => unacknowledged === 0) &&
    acked.isIdle
  report(isDone)
  if (isDone) end()
}, REPORT_MS)

const input = createInterface({ input: process.stdin })
input.on('line', line => {
  const [command, value] = line.split(' ')
  if (command === 'pause') paused = true
  else if (command === 'resume') paused = false
  else if (command === 'finish') finishing = true
  else if (command === 'measure') latencies.clear()
  else if (command === 'rate') perSecond = Number(value)
})
// Whoever started it has gone: nothing is left to keep a book for.
process.stdin.once('end', () => process.exit(finishing ? 0 : 1))
