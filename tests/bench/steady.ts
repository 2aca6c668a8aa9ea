/**
 * The default start under a steady load: single readings at QoS 1 over mqtt.js from 10,000 registered meters.
 *
 *   node tests/bench/steady.ts [readings a second = 10000] [seconds = 120] [clients = 10]
 *
 * Prints, every ten seconds, what was acknowledged, how far the store is behind, and the server's memory and CPU. The
 * publishers share the machine with the server, so the rate is a floor.
 */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import type { IngestState } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { tempDir } from '../helpers/tempDir.ts'

const METERS = 10_000
const FEEDERS = 20
const SLICE_MS = 20

function registry(): string {
  const header =
    'kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw'
  const feeders = Array.from({ length: FEEDERS }, (_, n) => `feeder,F${n},co,,,,100000,,,,`)
  const points = Array.from({ length: METERS }, (_, n) => `meteringPoint,P${n},F${n % FEEDERS},,M${n},,,,1,,`)
  return [header, 'company,co,,,,,1000000,,,,', ...feeders, ...points].join('\n')
}

/** Sends `perSecond` readings a second in slices of 20 ms; counts what is acknowledged. */
async function publish(clients: MqttClient[], perSecond: number, seconds: number, count: { acked: number }) {
  const started = performance.now()
  const slices = (seconds * 1000) / SLICE_MS
  let sent = 0
  for (let slice = 1; slice <= slices; slice++) {
    for (const due = (perSecond * SLICE_MS * slice) / 1000; sent < due; sent++) {
      const meter = sent % METERS
      const payload = `{"ts":${Date.now()},"kw":${(meter % 97) / 10},"kvar":0.2,"v":229.8,"pf":0.98}`
      clients[meter % clients.length]?.publish(
        topics.meterReading(`M${meter}`),
        payload,
        { qos: 1 },
        error => {
          if (!error) count.acked++
        }
      )
    }
    // A client that is not acknowledged any more is waited for: nothing piles up here.
    while (sent - count.acked > 20_000) await pause(SLICE_MS)
    await pause(Math.max(0, started + slice * SLICE_MS - performance.now()))
  }
  while (count.acked < sent) await pause(SLICE_MS)
}

const clockTicks = 100
function usage(pid: number): { rssMiB: number; cpuS: number } {
  const rssKiB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return { rssMiB: Math.round(rssKiB / 1024), cpuS: (Number(fields[11]) + Number(fields[12])) / clockTicks }
}

async function report(
  gridload: Gridload,
  acked: number,
  startedAt: number,
  cpuBefore: number
): Promise<void> {
  const { store, deadLetters, readingsPerS } = await gridload.get<IngestState>('/api/ingest')
  const metrics = await (await gridload.fetch('/api/metrics')).text()
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1])
  const { rssMiB, cpuS } = usage(gridload.process.pid ?? 0)
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20)
  console.log(
    [
      `${Math.round((performance.now() - startedAt) / 1000)} s`,
      `acknowledged ${acked}`,
      `${Math.round(readingsPerS)}/s`,
      `behind ${mib(store.behindBytes)} MiB`,
      `RSS ${rssMiB} MiB`,
      `main heap ${mib(metric('nodejs_heap_size_used_bytes'))} MiB`,
      `CPU ${Math.round((100 * (cpuS - cpuBefore)) / ((performance.now() - startedAt) / 1000))} %`,
      `dead letters ${deadLetters}`
    ].join(' · ')
  )
}

const [perSecond = 10_000, seconds = 120, clientCount = 10] = process.argv.slice(2).map(Number)
const directory = await tempDir()
const gridload = await startGridload({ DATA_DIR: directory.path })
await gridload.importRegistry(registry())
const clients = await Promise.all(
  Array.from({ length: clientCount }, () => connectAsync(gridload.broker, { protocolVersion: 4 }))
)
console.log(
  `${perSecond} readings/s for ${seconds} s · ${cpus().length} × ${cpus()[0]?.model} · Node ${process.version}`
)
const count = { acked: 0 }
const startedAt = performance.now()
const { cpuS } = usage(gridload.process.pid ?? 0)
const timer = setInterval(() => {
  report(gridload, count.acked, startedAt, cpuS).catch(console.error)
}, 10_000)
await publish(clients, perSecond, seconds, count)
clearInterval(timer)
await report(gridload, count.acked, startedAt, cpuS)
await Promise.all(clients.map(client => client.endAsync()))
await gridload.stop()
await directory.remove()
