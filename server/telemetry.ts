import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from './config.ts'
import { localTime } from './contract/localTime.ts'
import type { GridNode } from './contract/registry.ts'
import type { IngestState } from './contract/sources.ts'
import type { Reading } from './contract/telemetry.ts'
import type { Durable } from './durable.ts'
import { createLiveGrid, type LiveGrid } from './grid/live.ts'
import { restoreLive } from './grid/restore.ts'
import { rollupNoteFile } from './grid/rollupNote.ts'
import { type Rollups, startRollups } from './grid/rollups.ts'
import { createIntake } from './ingest/intake.ts'
import type { IngestLog, Position } from './log/ingestLog.ts'
import { decodeReadings } from './log/lines.ts'
import { type Mqtt, openMqtt } from './mqtt.ts'
import { startFeed } from './readings/feed.ts'

export interface Telemetry {
  grid: LiveGrid
  mqtt: Mqtt
  setRegistry(nodes: readonly GridNode[]): void
  ingest(now: number): IngestState
  /** What a bound made us let go since the start, by kind. */
  drops(): Record<string, number>
  rollups: Pick<Rollups<Position>, 'status'>
  stop(): Promise<void>
}

export interface TelemetryEdges {
  now(): number
  random(): number
  warn(text: string): void
}

const READ_BYTES = 4_000_000
/** How long a start waits for the live state to be complete. */
const LONGEST_RESTORE_MS = 5_000
const oldest: Position = { segment: 0, offset: 0 }
const end: Position = { segment: Number.MAX_SAFE_INTEGER, offset: 0 }

/** The readings of the log from one position to another, in order. */
async function* readingsBetween(log: IngestLog, from: Position, to: Position) {
  let position = from
  while (position.segment < to.segment || (position.segment === to.segment && position.offset < to.offset)) {
    const frames = await log.read(position, READ_BYTES)
    if (frames.length === 0) return
    for (const { kind, body, receivedAt, next } of frames) {
      if (kind === 'readings') yield { readings: readable(body), receivedAt }
      position = next
    }
  }
}

/** What cannot be read back is not a reason not to start: the feed puts it among the dead letters. */
function readable(body: Buffer): Reading[] {
  try {
    return decodeReadings(body)
  } catch {
    return []
  }
}

/** Roll-ups whose note holds the log back to where they would have to read it again after a crash. */
async function openRollups(directory: string, { store, cursors }: Durable, edges: TelemetryEdges) {
  const { now, warn } = edges
  const cursor = cursors.rollups
  const notes = rollupNoteFile<Position>(join(directory, 'rollups.json'), async position => {
    if (position !== null) await cursor.commit(position)
  })
  const rollups = await startRollups({ store, notes, now, warn })
  return { rollups, from: rollups.resumeFrom ?? cursor.position }
}

/**
 * What the live state was: from the store, and from what the log holds and the store does not yet. From all that the log
 * holds, where the store does not answer.
 */
async function restoreGrid(
  grid: LiveGrid,
  { log, store }: Durable,
  nodes: readonly GridNode[],
  stored: Position,
  { now, warn }: TelemetryEdges,
  stopping: AbortSignal
): Promise<void> {
  const from = await restoreLive(grid, nodes, store, now()).then(
    () => stored,
    (error: Error) => {
      warn(`the live state starts from the ingest log alone: the store does not answer (${error.message})`)
      return oldest
    }
  )
  for await (const { readings, receivedAt } of readingsBetween(log, from, end)) {
    if (stopping.aborted) return
    grid.apply(readings, receivedAt)
  }
}

/**
 * From the broker to the live state and into the store:
 *
 *   MQTT ─► intake ─► ingest log ─► feed ─► store ─► roll-ups
 *             └─► live grid (once durable)
 */
export async function startTelemetry(
  config: Config,
  durable: Durable,
  nodes: readonly GridNode[],
  edges: TelemetryEdges
): Promise<Telemetry> {
  await using starting = new AsyncDisposableStack()
  const { log, deadLetters, store } = durable
  const { now, random, warn } = edges
  const grid = createLiveGrid({ localDate: localTime(config.timeZone).date })
  const cursor = durable.cursors.store
  const { rollups, from } = await openRollups(config.dataDirectory, durable, edges)
  starting.defer(rollups.stop)
  const setRegistry = (registry: readonly GridNode[]): void => {
    grid.setRegistry(registry)
    rollups.setRegistry(registry)
  }
  setRegistry(nodes)
  // A long backlog is read on beside the live readings, which win by their time: nobody waits for it to start.
  const stopping = new AbortController()
  const restoring = restoreGrid(grid, durable, nodes, cursor.position, edges, stopping.signal).catch(
    (error: Error) => warn(`the live state is not restored: ${error.message}`)
  )
  starting.defer(() => restoring)
  starting.defer(() => stopping.abort())
  await Promise.race([restoring, pause(LONGEST_RESTORE_MS, undefined, { ref: false })])
  for await (const { readings } of readingsBetween(log, from, cursor.position)) rollups.mark(readings)

  const feed = startFeed({ log, cursor, store, deadLetters, now, random })
  starting.defer(() => feed.stop())
  feed.onStored(readings => rollups.mark(readings, cursor.position))

  const intake = createIntake({
    log,
    deadLetters,
    now,
    onReadings: (readings, arrivedAt) => grid.apply(readings, arrivedAt),
    onStatus: (id, online, ts) => grid.applyStatus(id, online, ts)
  })
  const mqtt = await openMqtt(config, intake, { random, warn })
  starting.defer(mqtt.stop)
  const started = starting.move()

  return {
    grid,
    mqtt,
    rollups,
    setRegistry,
    ingest: at => ({
      broker: mqtt.state(),
      ...intake.counters(at),
      deadLetters: deadLetters.total,
      log: { bytes: log.status().bytes, blocked: log.status().blocked ?? deadLetters.status().blocked },
      store: { kind: store.kind, ...feed.state() }
    }),
    drops: () => ({
      ...grid.drops(),
      deadLetters: deadLetters.status().dropped,
      damagedLogBytes: log.status().damagedBytes,
      rollupHours: rollups.status().dropped,
      queuedForAbsent: mqtt.dropped()
    }),
    stop: () => started.disposeAsync()
  }
}
