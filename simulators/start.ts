import { setTimeout as pause } from 'node:timers/promises'
import type { HttpToken } from '../server/contract/httpToken.ts'
import type { MqttLogin } from '../server/contract/mqttLogin.ts'
import { setContracts } from './contracts.ts'
import { createFleet } from './fleet.ts'
import { startForecasts } from './forecast.ts'
import { createProfiles } from './participants/profile.ts'
import { startParticipants } from './participants.ts'
import { openConnection } from './publish/connection.ts'
import { startHistory } from './publish/history.ts'
import { startLive } from './publish/live.ts'
import { openProgress } from './publish/progress.ts'
import { stillHas } from './publish/serverMemory.ts'
import { createRegion, createRegionModel, regionCsv } from './region.ts'
import { importRegistry } from './registryImport.ts'
import { zoneOffsetMs } from './zone.ts'

/** Retained notices follow the grant of the subscription at once; before them a running event is not known. */
const NOTICES_ARRIVE_MS = 500
const LIVE_IS_WAITING = 80
/** After the first readings: whoever looks sees the load first. */
const CONTRACTS_AFTER_MS = 5_000

export interface SimulatorOptions {
  mqttUrl: string
  /** Without it they have no credential. */
  mqttLogin?: MqttLogin | null
  httpUrl: string
  /** May import the registry and look at readings; without it they ask as nobody. */
  httpToken?: HttpToken | null
  seed: number
  /** The demo's first start, epoch ms: its afternoon peaks two minutes later. */
  anchor: number
  /** `+09:00`, or a name; of a zone with daylight saving time the offset at the anchor. */
  timeZone: string
  /** A folder of the simulators' own. */
  stateDirectory: string
  historyReadingsPerS?: number
  /** Gives the server the region's registry before anything is published, if it does not have it yet. */
  importsRegistry?: boolean
  now?: () => number
  log?: (line: string) => void
}

export interface Simulators {
  counts(): { live: number; leftOut: number; historyMessages: number; historyReadings: number }
  stop(): Promise<void>
}

/**
 * Weather, fleet and participants of the demo region, as devices outside of the server. Resolves when they run; a server
 * that is not there yet, or goes away, is waited for.
 */
export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const { now = Date.now, log = console.log, seed, anchor } = options
  const stopping = new AbortController()
  const offsetMs = zoneOffsetMs(options.timeZone, anchor)
  const region = createRegion(seed)
  const progress = await openProgress(
    options.stateDirectory,
    `seed ${seed}, anchor ${new Date(anchor).toISOString()}, offset ${offsetMs}`,
    log
  )
  const name = `gridload-sim-${process.pid}-${now().toString(36)}`
  const { mqttUrl, mqttLogin: login = null, httpUrl, httpToken = null } = options
  const server = { httpUrl, httpToken }
  const devices = openConnection(mqttUrl, { clientId: name, login, log })
  const archive = openConnection(mqttUrl, { clientId: `${name}-history`, login, log: () => {} })

  const participants = startParticipants({
    profiles: createProfiles(seed, region.sites.consumers),
    channel: devices,
    now,
    log
  })
  const model = createRegionModel(region, anchor, offsetMs, participants.adjustmentKw)
  const forecasts = startForecasts({ weather: model.weather, connection: devices, now })
  const sources = createFleet(region.sites, model, participants.adjustmentKw)

  async function publishReadings() {
    if (options.importsRegistry === true) {
      const { id } = region.sites.company
      log(`simulators: ${await importRegistry(server, id, () => regionCsv(seed), stopping.signal)}`)
    }
    await participants.ready
    await pause(NOTICES_ARRIVE_MS, undefined, { signal: stopping.signal })
    const history = startHistory({
      sources,
      connection: archive,
      progress,
      readingsPerS: options.historyReadingsPerS ?? 12_000,
      isLiveWaiting: () => devices.pending() > LIVE_IS_WAITING,
      stillHas: signal => stillHas(server, sources, progress.of, signal),
      now,
      log
    })
    const live = startLive({ sources, connection: devices, now, onDurable: progress.add })
    return { history, live }
  }

  /** Beside the readings: the charts do not wait for it. */
  async function giveContracts() {
    await publishing
    if (options.importsRegistry !== true) return
    await pause(CONTRACTS_AFTER_MS, undefined, { signal: stopping.signal })
    log(`simulators: ${await setContracts(server, region.sites, options, stopping.signal)}`)
  }

  let running: Awaited<ReturnType<typeof publishReadings>> | null = null
  const publishing = publishReadings().then(started => {
    running = started
  })
  giveContracts().catch((error: unknown) => {
    if (!stopping.signal.aborted) log(`simulators: ${String(error)}`)
  })

  return {
    counts: () => ({
      live: running?.live.counts().published ?? 0,
      leftOut: running?.live.counts().leftOut ?? 0,
      historyMessages: running?.history.counts().messages ?? 0,
      historyReadings: running?.history.counts().readings ?? 0
    }),
    stop: async () => {
      stopping.abort()
      participants.stop()
      forecasts.stop()
      running?.live.stop()
      await Promise.all([devices.stop(), archive.stop(), running?.history.stop()])
      await progress.stop()
    }
  }
}
