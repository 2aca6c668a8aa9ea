import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import type { SourcesAnswer } from '../../../server/contract/sources.ts'
import { topics } from '../../../server/contract/topics.ts'
import { type Gridload, startGridload } from '../../helpers/gridload.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { until } from '../../helpers/until.ts'
import { usageOf } from '../ingest/usage.ts'
import type { Row } from '../programme/part.ts'
import { madeRegistry, madeTemperature, stationNames, writeMade } from './made.ts'

const HOUR_MS = 3_600_000
const SLICE_MS = 20
const CLIENTS = 4
const PROBE = 'M0'
const PROBE_EVERY_MS = 200
/** How long it is measured without a refit beside. */
const QUIET_S = 30
const LONGEST_S = 600

type Phase = 'before' | 'with' | 'without'
type Times = Record<Phase, number[]>

/** A real Gridload under a steady load, with the refit that it makes up at the start, and afterwards without one. */
export async function refitBeside(count: number, perSecond: number, limitS: number | null): Promise<Row[]> {
  const folder = await tempDir()
  const { nodes, csv } = madeRegistry(count)
  await writeMade(`${folder.path}/forecast`, nodes, Date.now())
  const gridload = await startGridload({ DATA_DIR: folder.path })
  try {
    await gridload.importRegistry(csv)
    await tellWeather(gridload)
    return await measure(gridload, `${folder.path}/forecast`, { count, perSecond, limitS })
  } finally {
    await gridload.stop()
    await folder.remove()
  }
}

async function measure(
  gridload: Gridload,
  directory: string,
  { count, perSecond, limitS }: { count: number; perSecond: number; limitS: number | null }
): Promise<Row[]> {
  const pid = gridload.process.pid ?? 0
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, () => connectAsync(gridload.broker, { protocolVersion: 4 }))
  )
  const pubacks: Times = { before: [], with: [], without: [] }
  const delays: Times = { before: [], with: [], without: [] }
  let phase: Phase = 'before'
  const going = new AbortController()
  const working = Promise.all([
    publish(clients, { perSecond, count }, going.signal, ms => pubacks[phase].push(ms)),
    probe(gridload, going.signal, ms => delays[phase].push(ms))
  ])
  working.catch(() => undefined)
  const isBegun = (): boolean => readdirSync(directory).some(name => name.endsWith('.model'))
  await until(isBegun, { what: 'the refit begins', timeoutMs: 120_000 })
  const resting = usageOf(pid)
  phase = 'with'
  await until(() => existsSync(`${directory}/run.json`), { what: 'the refit', timeoutMs: LONGEST_S * 1000 })
  const { fitS } = JSON.parse(readFileSync(`${directory}/run.json`, 'utf8')) as { fitS: number }
  const peak = usageOf(pid)
  phase = 'without'
  await pause(QUIET_S * 1000)
  going.abort()
  await working
  await Promise.all(clients.map(client => client.endAsync()))
  const after = usageOf(pid)
  return [
    { what: `refit of ${count} nodes beside ${perSecond} readings/s`, value: fitS, unit: 's', limit: limitS },
    {
      ...{ what: 'most memory of the server meanwhile', value: peak.peakMiB, unit: 'MiB', limit: null },
      note: `${resting.nowMiB} MiB as it began, ${after.nowMiB} MiB afterwards`
    },
    ...rowsOf('PUBACK', pubacks),
    ...rowsOf('a reading to the live state', delays)
  ]
}

function rowsOf(what: string, times: Times): Row[] {
  return (['without', 'with'] as const).flatMap(phase =>
    [50, 99].map(percent => ({
      what: `${what}, p${percent}, ${phase} the refit`,
      ...{ value: percentile(times[phase], percent), unit: 'ms', limit: null },
      note: `${times[phase].length} measured`
    }))
  )
}

/** In slices of 20 ms; says of each reading how long its acknowledgement took. */
async function publish(
  clients: readonly MqttClient[],
  { perSecond, count }: { perSecond: number; count: number },
  signal: AbortSignal,
  onAcknowledged: (ms: number) => void
): Promise<void> {
  const begun = performance.now()
  let [sent, acked] = [0, 0]
  while (!signal.aborted) {
    for (const due = ((performance.now() - begun) * perSecond) / 1000; sent < due; sent++) {
      const meter = 1 + (sent % (count - 2))
      const at = performance.now()
      const payload = `{"ts":${Date.now()},"kw":${1000 + (sent % 97)}}`
      clients[meter % clients.length]?.publish(
        topics.meterReading(`M${meter}`),
        payload,
        { qos: 1 },
        error => {
          acked++
          if (!error) onAcknowledged(performance.now() - at)
        }
      )
    }
    await pause(SLICE_MS)
  }
  await until(() => acked >= sent, { what: 'the last acknowledgements' })
}

/** Again and again: how long a reading takes from its device to the live state that the pages show. */
async function probe(gridload: Gridload, signal: AbortSignal, onSeen: (ms: number) => void): Promise<void> {
  const client = await connectAsync(gridload.broker, { protocolVersion: 4 })
  while (!signal.aborted) {
    const ts = Date.now()
    const at = performance.now()
    client.publish(topics.meterReading(PROBE), JSON.stringify({ ts, kw: 1000 }), { qos: 1 })
    const isSeen = async (): Promise<boolean> => {
      const { sources } = await gridload.get<SourcesAnswer>(`/api/sources?kind=meter&search=${PROBE}&limit=1`)
      return sources.some(({ id, newestAt }) => id === PROBE && newestAt === ts)
    }
    await until(isSeen, { what: 'a reading in the live state', timeoutMs: 15_000 })
    onSeen(performance.now() - at)
    await pause(PROBE_EVERY_MS)
  }
  await client.endAsync()
}

/** Seven days by the hour, issued two hours ago. */
async function tellWeather(gridload: Gridload): Promise<void> {
  const client = await connectAsync(gridload.broker, { protocolVersion: 4 })
  const now = Date.now()
  const first = Math.floor(now / HOUR_MS) * HOUR_MS - HOUR_MS
  for (const [i, station] of stationNames.entries()) {
    const temperature = madeTemperature(i, first, 7 * 48)
    const items = Array.from({ length: 7 * 24 }, (_, hour) => ({
      ...{ ts: first + hour * HOUR_MS, issued: now - 2 * HOUR_MS },
      ...{ temp_c: Number(temperature[2 * hour]?.toFixed(1)), humidity_pct: 70 }
    }))
    await client.publishAsync(topics.weatherForecast(station), JSON.stringify(items), { qos: 1 })
  }
  await client.endAsync()
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))] ?? Number.NaN
}
