import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { IngestState, Readiness } from '../../../server/contract/sources.ts'
import { type Gridload, memoryFlags, startGridload } from '../../helpers/gridload.ts'
import { startInfluxd } from '../../helpers/influxd.ts'
import { createMosquitto } from '../../helpers/mosquitto.ts'
import { needs } from '../../helpers/needs.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { publishBacklog } from './backlog.ts'
import { type Load, registryOf } from './load.ts'
import { usageOf } from './usage.ts'

/** What one run of one case came to. */
export interface Figures {
  messages: number
  readings: number
  seconds: number
  /** null: not looked at. */
  cpuS: number | null
  peakMiB: number | null
  commitP50Ms: number | null
  commitP99Ms: number | null
}

interface ChildFigures {
  seconds: number
  cpuS?: number
  peakMiB?: number
  commits?: { p50Ms: number; p99Ms: number }
}

const run = promisify(execFile)
/** Everything is queued, nothing is held back: the broker is not what is measured. */
const unlimited = [
  'allow_anonymous true',
  'max_inflight_messages 0',
  'max_queued_messages 0',
  'max_queued_bytes 0',
  'autosave_interval 0'
]

/** Runs a script of this folder as a process of its own and reads its line of JSON. */
async function child(script: string, ...words: (string | number)[]): Promise<ChildFigures> {
  const file = resolve(import.meta.dirname, script)
  // As `npm start` runs the product.
  const { stdout } = await run(process.execPath, [...memoryFlags, file, ...words.map(String)], {
    maxBuffer: 1e8,
    env: {
      ...process.env,
      MALLOC_ARENA_MAX: '1',
      MALLOC_MMAP_THRESHOLD_: '131072',
      MALLOC_TRIM_THRESHOLD_: '131072',
      NODE_COMPILE_CACHE: resolve('node_modules/.cache/node')
    }
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ChildFigures
}

function figures(load: Load, { seconds, cpuS, peakMiB, commits }: ChildFigures): Figures {
  const { messages, readings } = load
  return {
    ...{ messages, readings, seconds },
    cpuS: cpuS ?? null,
    peakMiB: peakMiB ?? null,
    commitP50Ms: commits?.p50Ms ?? null,
    commitP99Ms: commits?.p99Ms ?? null
  }
}

/** Makes a session at a broker, fills it with the load, then measures how it is drained. */
async function drained(
  load: Load,
  connectOnce: (url: string, directory: string) => Promise<unknown>,
  drain: (url: string, directory: string) => Promise<Figures>
): Promise<Figures> {
  const folder = await tempDir()
  const mosquitto = await createMosquitto(unlimited)
  try {
    await mosquitto.start()
    await connectOnce(mosquitto.url, folder.path)
    await publishBacklog(mosquitto.url, load)
    return await drain(mosquitto.url, folder.path)
  } finally {
    await mosquitto.remove()
    await folder.remove()
  }
}

/** (a), (d): from the broker to the durable log. */
export const toLog = (load: Load): Promise<Figures> =>
  drained(
    load,
    (url, directory) => child('toLog.ts', url, directory, 0),
    async (url, directory) => figures(load, await child('toLog.ts', url, directory, load.readings))
  )

/** The same reader in one thread, acknowledging what is durable or what is read. */
export const acknowledging = (load: Load, way: 'late' | 'at-once'): Promise<Figures> =>
  drained(
    load,
    (url, directory) => child('acknowledging.ts', url, directory, 0, way),
    async (url, directory) =>
      figures(load, await child('acknowledging.ts', url, directory, load.readings, way))
  )

/** (e): mqtt.js, acknowledging at once, storing nothing. */
export const atOnceConsumer = (load: Load): Promise<Figures> =>
  drained(
    load,
    url => child('atOnceConsumer.ts', url, 0),
    async url => figures(load, await child('atOnceConsumer.ts', url, load.messages))
  )

/** The product itself, from its start until its store has all; the registry may be empty. */
async function product(
  load: Load,
  registered: number,
  environment: Record<string, string>
): Promise<Figures> {
  const start = (url: string, directory: string) =>
    startGridload({ ...environment, MQTT_URL: url, DATA_DIR: directory, LOG_MIN_FREE_SHARE: '0' })
  return drained(
    load,
    async (url, directory) => {
      const gridload = await start(url, directory)
      if (registered > 0) await gridload.importRegistry(registryOf(registered))
      await untilRolledUp(gridload)
      await gridload.stop()
    },
    async (url, directory) => {
      const gridload = await start(url, directory)
      try {
        return await untilStored(gridload, load)
      } finally {
        await gridload.stop()
      }
    }
  )
}

/** A new registry has its past computed once; that is not what is measured. */
async function untilRolledUp(gridload: Gridload): Promise<void> {
  for (;;) {
    const { parts } = await gridload.get<Readiness>('/api/health/ready')
    if (parts.some(({ name, detail }) => name === 'roll-ups' && detail === 'up to date')) return
    await pause(200)
  }
}

/** Counted from when it is ready, which is when its session goes on; what came before that moment is left out. */
async function untilStored(gridload: Gridload, load: Load): Promise<Figures> {
  const pid = gridload.process.pid ?? 0
  const before = usageOf(pid).cpuS
  const startedAt = performance.now()
  const early = (await gridload.get<IngestState>('/api/ingest')).readings
  for (;;) {
    const { readings, store } = await gridload.get<IngestState>('/api/ingest')
    if (readings >= load.readings && store.behindBytes === 0) break
    await pause(20)
  }
  const seconds = (performance.now() - startedAt) / 1000
  const { cpuS, peakMiB } = usageOf(pid)
  return { ...figures(load, { seconds, cpuS: cpuS - before, peakMiB }), readings: load.readings - early }
}

/** (b): into the embedded store. */
export const intoSqlite = (load: Load, registered: number): Promise<Figures> => product(load, registered, {})

const influxdPath = needs('influxd') ?? 'influxd'

/** (c): into InfluxDB 1.x. */
export async function intoInflux(load: Load, registered: number): Promise<Figures> {
  const influxd = await startInfluxd(influxdPath)
  try {
    return await product(load, registered, { INFLUX_URL: influxd.url, INFLUX_DATABASE: 'gridload' })
  } finally {
    await influxd.stop()
  }
}

/** (f): what InfluxDB 1.x takes of ready-made lines. */
export async function influxCeiling(
  load: Load,
  meters: number,
  requests: { lines: number; inFlight: number; together?: number }
): Promise<Figures> {
  const influxd = await startInfluxd(influxdPath)
  const { lines, inFlight, together = 1 } = requests
  try {
    return figures(
      load,
      await child(
        'influxCeiling.ts',
        influxd.url,
        'ceiling',
        load.readings,
        meters,
        lines,
        inFlight,
        together
      )
    )
  } finally {
    await influxd.stop()
  }
}

/** An InfluxDB that is not there, and so much log waiting for it: what the process has resident then. */
export async function standingBacklog(load: Load, gib: number): Promise<{ peakMiB: number; logGib: number }> {
  const folder = await tempDir()
  const mosquitto = await createMosquitto(unlimited)
  const environment = {
    INFLUX_URL: 'http://127.0.0.1:9',
    INFLUX_DATABASE: 'gridload',
    LOG_QUOTA_GIB: String(gib * 2),
    LOG_MIN_FREE_SHARE: '0',
    MQTT_URL: mosquitto.url,
    DATA_DIR: join(folder.path)
  }
  try {
    await mosquitto.start()
    const gridload = await startGridload(environment)
    let bytes = 0
    while (bytes < gib * 2 ** 30) {
      await publishBacklog(mosquitto.url, load)
      bytes = (await gridload.get<IngestState>('/api/ingest')).log.bytes
    }
    const { peakMiB } = usageOf(gridload.process.pid ?? 0)
    await gridload.stop()
    return { peakMiB, logGib: bytes / 2 ** 30 }
  } finally {
    await mosquitto.remove()
    await folder.remove()
  }
}
