/**
 * A ledger of very many devices: each has a connection of its own and, every time it has come (back), sends one reading.
 * Connections are tried in waves, as the back-off of real devices spreads them. Arguments and output are the ledger's.
 */
import { createInterface } from 'node:readline'
import { ackedFile, openDurableJournal, openJournal, sentFile } from './journal.ts'
import { createLatencies } from './latencies.ts'
import { messageOf } from './message.ts'
import type { LedgerSettings, Progress } from './process.ts'
import { Publisher } from './publisher.ts'

const WAVE_MS = 20
/** 2500 tries a second. */
const TRIES_A_WAVE = 50
const REPORT_MS = 100

const settings = JSON.parse(process.argv[2] ?? '') as LedgerSettings
const { plan, folder, connections } = settings
const latencies = createLatencies()
const sent = openJournal(sentFile(folder))
const acked = openDurableJournal(ackedFile(folder), count => {
  ackedCount += count
})
const waiting: (() => void)[] = []
const url = new URL(settings.url)
let sentCount = 0
let ackedCount = 0
let finishing = false

const devices = Array.from({ length: connections }, (_, device) => {
  let connects = 0
  const publisher = new Publisher({
    url,
    clientId: `${settings.name}-${device}`,
    window: settings.window,
    schedule: connect => void waiting.push(connect),
    messageOf: message => messageOf(plan, message),
    onConnect() {
      const message = connects++ * connections + device
      sent.write([message])
      sentCount++
      publisher.send(message, false)
    },
    onAck(message, latencyMs) {
      latencies.add(latencyMs)
      acked.add(message)
    }
  })
  publisher.start()
  return publisher
})

function report(finished: boolean): void {
  const connected = devices.filter(({ isConnected }) => isConnected)
  const progress: Progress = {
    finished,
    sent: sentCount,
    acked: ackedCount,
    repeats: 0,
    connected: connected.length,
    reconnects: devices.reduce((sum, { reconnects }) => sum + Math.max(0, reconnects), 0),
    sinceAckMs: 0,
    sinceConnectMs: 0,
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99)
  }
  process.stdout.write(`${JSON.stringify(progress)}\n`)
}

const waves = setInterval(() => {
  for (const connect of waiting.splice(0, TRIES_A_WAVE)) connect()
}, WAVE_MS)
const reporting = setInterval(() => {
  const isDone = finishing && acked.isIdle && devices.every(({ unacknowledged }) => unacknowledged === 0)
  report(isDone)
  if (!isDone) return
  clearInterval(waves)
  clearInterval(reporting)
  for (const device of devices) device.stop()
  sent.close()
  acked.close()
  input.close()
  process.stdin.unref()
}, REPORT_MS)

const input = createInterface({ input: process.stdin })
input.on('line', line => {
  if (line === 'finish') finishing = true
  else if (line === 'measure') latencies.clear()
})
process.stdin.once('end', () => process.exit(finishing ? 0 : 1))
