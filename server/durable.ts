import { mkdirSync } from 'node:fs'
import { type Config, shownPath } from './config.ts'
import { type IngestThread, type IngestThreadEdges, startIngestThread } from './ingestThread.ts'
import { lockDirectory } from './lock.ts'
import { LogPositions } from './log/logPositions.ts'
import { type LogReader, openLogReader } from './log/logReader.ts'
import { type ReadingsThread, startReadingsThread } from './readingsThread.ts'
import { openRecords } from './records/openRecords.ts'
import { openFailure, StartFailure } from './startFailure.ts'

/** Everything that outlives the process, on the threads that keep it. */
export type Durable = Awaited<ReturnType<typeof openDurable>>

/** Who follows the log: the store, the roll-ups' note, and who acts on answers. */
export const followers = ['store', 'rollups', 'answers'] as const

function claim(directory: string): { release(): void } {
  const shown = shownPath(directory)
  try {
    // When and how much somebody uses is nobody else's business on this machine.
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return lockDirectory(directory)
  } catch (error) {
    const { message } = error as Error
    const reason = message.includes('locked')
      ? 'is in use by another process'
      : `cannot be written: ${message}`
    throw new StartFailure(`DATA_DIR ${shown} ${reason}`)
  }
}

/**
 * Opens the log and the dead letters (ingest thread), the readings store (readings thread) and the records. Nothing is
 * read from the broker yet. Rejects with a StartFailure that names the setting.
 */
export async function openDurable(config: Config, edges: IngestThreadEdges) {
  await using opening = new AsyncDisposableStack()
  const { dataDirectory: directory, records } = config
  const { warn } = edges
  const lock = claim(directory)
  opening.defer(lock.release)

  const positions = new LogPositions({ names: followers })
  const ingest: IngestThread = await startIngestThread(config, positions.buffer, edges)
  opening.defer(ingest.stop)
  const readings: ReadingsThread = await startReadingsThread(config, positions.buffer, {
    warn,
    connectDeadLetters: ingest.acceptDeadLetters
  })
  opening.defer(readings.stop)
  // One reader a follower: the memory of a read is used again by the next.
  const openReader = (): LogReader => {
    const reader = openLogReader(`${directory}/log`, positions, { warn, reuseMemory: true })
    opening.defer(() => reader.stop())
    return reader
  }
  const log = { live: openReader(), answers: openReader() }
  const domain = await openRecords(
    records.kind === 'sqlite' ? { file: records.file } : { url: records.url },
    warn
  ).catch(
    openFailure(
      records.kind === 'sqlite' ? 'DATA_DIR' : 'DATABASE_URL',
      records.kind === 'sqlite' ? shownPath(directory) : new URL(records.url).host
    )
  )
  opening.defer(async () => void (await domain.stop()))
  const opened = opening.move()
  return { positions, ingest, readings, log, records: domain, stop: () => opened.disposeAsync() }
}
