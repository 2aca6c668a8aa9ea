import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from './config.ts'
import { localTime } from './contract/localTime.ts'
import type { GridNode } from './contract/registry.ts'
import type { IngestState } from './contract/sources.ts'
import type { Durable } from './durable.ts'
import { createLiveGrid, type LiveGrid } from './grid/live.ts'
import { restoreLive } from './grid/restore.ts'
import type { RollupsStatus } from './grid/rollups.ts'
import { startLiveFollower } from './liveFollower.ts'
import type { Frame } from './log/ingestLog.ts'
import type { ReadingBatch } from './log/readingBatch.ts'

export interface Telemetry {
  grid: LiveGrid
  /** `mqtt://127.0.0.1:1883`, without user name and password. */
  brokerAddress: string
  setRegistry(nodes: readonly GridNode[]): void
  ingest(): IngestState
  /** What a bound made us let go since the start, by kind. */
  drops(): Record<string, number>
  rollups(): RollupsStatus | null
  /** Hears every batch of readings that came in, after the live state; the batch is only lent. */
  onReadings(listener: (batch: ReadingBatch) => void): void
  stop(): Promise<void>
}

export interface TelemetryEdges {
  now(): number
  warn(text: string): void
}

/** How long a start waits for the live state to be complete. */
const LONGEST_RESTORE_MS = 5_000
const OLDEST = { segment: 0, offset: 0 }

/**
 * From the broker to the live state and into the store, on three threads:
 *
 *   MQTT ─► intake ─► ingest log ─────► feed ─► validation ─► store ─► roll-ups      ingest thread │ readings thread
 *                        └─ live ring ─► live grid                                                 │ main thread
 */
export async function startTelemetry(
  config: Config,
  { ingest, readings, log, positions, records }: Durable,
  nodes: readonly GridNode[],
  { now, warn }: TelemetryEdges
): Promise<Telemetry> {
  await using starting = new AsyncDisposableStack()
  const grid = createLiveGrid({ localDate: localTime(config.timeZone).date })
  grid.setRegistry(nodes)

  const listeners: ((batch: ReadingBatch) => void)[] = []

  // What the store does not hold yet is in the log; all that the log holds, where the store does not answer.
  const stored = positions.cursor('store') ?? OLDEST
  const from = await restoreLive(grid, nodes, readings.store, now()).then(
    () => stored,
    (error: Error) => {
      warn(`the live state starts from the ingest log alone: the store does not answer (${error.message})`)
      return OLDEST
    }
  )
  const follower = startLiveFollower(
    {
      ring: ingest.ring,
      log: log.live,
      apply: (batch, receivedAt) => {
        grid.apply(batch, receivedAt)
        for (const listener of listeners) listener(batch)
      },
      applyStatus: frame => applyStatus(grid, frame),
      warn
    },
    from
  )
  starting.defer(follower.stop)
  ingest.onLive(follower.take)
  ingest.onStatus(({ id, online, ts }) => grid.applyStatus(id, online, ts))
  // A long backlog is read on beside the live readings: nobody waits for it to start.
  await Promise.race([follower.catchUp(), pause(LONGEST_RESTORE_MS, undefined, { ref: false })])
  await readings.start(nodes)
  const credentials = config.mqtt.kind === 'built-in' ? await records.deviceCredentials.hashes() : []
  const brokerAddress = await ingest.listen(credentials)
  const started = starting.move()

  return {
    grid,
    brokerAddress,
    setRegistry: registry => {
      grid.setRegistry(registry)
      readings.setRegistry(registry)
    },
    ingest: () => ingestState({ ingest, readings, positions }, brokerAddress),
    drops: () => ({
      ...grid.drops(),
      ...ingest.state().dropped,
      deadLetters: ingest.state().deadLetters.dropped,
      damagedLogBytes: ingest.state().log.damagedBytes,
      rollupHours: readings.state()?.rollups.dropped ?? 0
    }),
    rollups: () => readings.state()?.rollups ?? null,
    onReadings: listener => void listeners.push(listener),
    stop: () => started.disposeAsync()
  }
}

function applyStatus(grid: LiveGrid, { body }: Frame): void {
  const { id, online, ts } = JSON.parse(body.toString()) as { id: string; online: boolean; ts: number | null }
  grid.applyStatus(id, online, ts)
}

function ingestState(
  { ingest, readings, positions }: Pick<Durable, 'ingest' | 'readings' | 'positions'>,
  address: string
): IngestState {
  const { broker, counters, log, deadLetters } = ingest.state()
  const { end } = positions
  const stored = positions.cursor('store')
  const isStored = stored?.segment === end.segment && stored?.offset === end.offset
  const { feed = UNKNOWN_FEED, validation } = readings.state() ?? {}
  return {
    broker: broker ?? { kind: 'external', address, state: 'connecting', detail: null },
    ...counters,
    deadLetters: deadLetters.total,
    log: {
      bytes: log.bytes,
      blocked: log.blocked ?? deadLetters.blocked,
      commitP50Ms: log.commits.p50Ms,
      commitP99Ms: log.commits.p99Ms
    },
    // The positions are of this moment, the rest of the state of a moment ago.
    store: {
      kind: readings.store.kind,
      ...feed,
      behindBytes: isStored ? 0 : Math.max(1, log.behindBytes.store ?? 0)
    },
    validation: { sources: validation?.sources ?? 0, unremembered: validation?.unremembered ?? 0 }
  }
}

const UNKNOWN_FEED = {
  state: 'retrying',
  behindBytes: 0,
  storedUpTo: null,
  linesPerS: 0,
  detail: null
} as const
