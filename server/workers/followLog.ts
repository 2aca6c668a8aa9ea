import { join } from 'node:path'
import { localTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
import { rollupNoteFile } from '../grid/rollupNote.ts'
import { startRollups } from '../grid/rollups.ts'
import { eachBatchIn } from '../log/frameBatches.ts'
import { LogPositions } from '../log/logPositions.ts'
import { type LogReader, openLogReader } from '../log/logReader.ts'
import { ReadingBatch } from '../log/readingBatch.ts'
import { isBefore, type Position } from '../log/segments.ts'
import { startFeed } from '../readings/feed.ts'
import type { ReadingsStore } from '../readings/store.ts'
import { readThresholdsFile } from '../thresholdsFile.ts'
import { startDayChecks } from '../validation/dayChecks.ts'
import { createValidator } from '../validation/validator.ts'
import { createCaller } from './calls.ts'
import type { LetterOnTheWay } from './ingestPort.ts'
import type { ReadingsThreadData, ReadingsThreadState } from './readingsPort.ts'
import { savedValidation } from './savedValidation.ts'

const READ_BYTES = 256 * 1024
const SAVE_VALIDATION_EVERY_MS = 120_000

/** The store and everything that follows the log beside it. */
export interface Following {
  state(): ReadingsThreadState
  setRegistry(nodes: readonly GridNode[]): void
  stop(): Promise<void>
}

/**
 * In the order in which readings pass:
 *
 *   log ─► feed ─► validate ─► store ─┬─► roll-ups
 *                                     └─► day checks ─► verdicts and estimates, into the store
 */
export async function followLog(
  store: ReadingsStore,
  nodes: readonly GridNode[],
  { config, positionsBuffer, deadLetterPort }: ReadingsThreadData,
  warn: (text: string) => void
): Promise<Following> {
  await using starting = new AsyncDisposableStack()
  const now = Date.now
  const { dataDirectory } = config
  const positions = new LogPositions({ buffer: positionsBuffer })
  // Each follower reads on its own: the memory of a read is used again by the next.
  const log = openLogReader(join(dataDirectory, 'log'), positions, { warn, reuseMemory: true })
  starting.defer(() => log.stop())
  const cursor = await log.openCursor('store')
  const rollupCursor = await log.openCursor('rollups')

  const notes = rollupNoteFile<Position>(join(dataDirectory, 'rollups.json'), async position => {
    if (position !== null) await rollupCursor.commit(position)
  })
  const rollups = await startRollups({ store, notes, now, warn })
  starting.defer(rollups.stop)
  const thresholds = await readThresholdsFile(config.validationFile)
  const validator = createValidator({ thresholds })
  const dayChecks = startDayChecks({
    ...{ store, now, warn, thresholds },
    localTime: localTime(config.timeZone)
  })
  starting.defer(dayChecks.stop)
  const setRegistry = (registry: readonly GridNode[]): void => {
    for (const follower of [rollups, validator, dayChecks]) follower.setRegistry(registry)
  }
  setRegistry(nodes)

  // What was stored before the last end and not yet marked or remembered is read again.
  const stored = cursor.position
  await eachBatch(log, rollups.resumeFrom ?? rollupCursor.position, stored, batch => rollups.mark(batch))
  const saved = savedValidation({ file: join(dataDirectory, 'validation.state'), validator, cursor, warn })
  await eachBatch(log, (await saved.load()) ?? OLDEST, stored, (batch, receivedAt) => {
    validator.validate(batch, receivedAt)
    dayChecks.mark(batch)
  })
  saved.standsAt(stored)

  const letters = createCaller<{ putDeadLetter(letter: LetterOnTheWay): Promise<void> }>(deadLetterPort)
  const feed = startFeed({
    ...{ log, cursor, store, now, random: Math.random },
    deadLetters: { put: letter => letters.call('putDeadLetter', letter) },
    validate: saved.validate
  })
  starting.defer(() => feed.stop())
  feed.onStored((batch, { upTo, isPreview }) => {
    rollups.mark(batch, isPreview ? undefined : upTo)
    if (!isPreview) dayChecks.mark(batch)
    saved.cursorMoved()
  })
  const saving = setInterval(saved.due, SAVE_VALIDATION_EVERY_MS)
  const started = starting.move()

  return {
    state: () => ({
      feed: feed.state(),
      rollups: rollups.status(),
      validation: { ...validator.status(), ...dayChecks.status() }
    }),
    setRegistry,
    async stop() {
      clearInterval(saving)
      await started.disposeAsync()
      await saved.stop()
    }
  }
}

const OLDEST: Position = { segment: 0, offset: 0 }

/** Every reading of the log from one position to another, in order, as batches that are used again. */
async function eachBatch(
  log: LogReader,
  from: Position,
  to: Position,
  use: (batch: ReadingBatch, receivedAt: number) => void
): Promise<void> {
  const batch = new ReadingBatch({ capacity: 2000 })
  let position = from
  while (isBefore(position, to)) {
    const frames = await log.read(position, READ_BYTES)
    if (frames.length === 0) return
    for (const { kind, body, receivedAt, next } of frames) {
      if (!isBefore(position, to)) return
      if (kind === 'readings') eachBatchIn(body, batch, () => use(batch, receivedAt))
      position = next
    }
  }
}
