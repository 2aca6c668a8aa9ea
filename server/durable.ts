import { mkdirSync } from 'node:fs'
import { type Config, shownPath } from './config.ts'
import { lockDirectory } from './lock.ts'
import { openDeadLetters } from './log/deadLetters.ts'
import { openIngestLog } from './log/ingestLog.ts'
import { openReadingsStore } from './readings/openReadingsStore.ts'
import { openRecords } from './records/openRecords.ts'
import { openFailure, StartFailure } from './startFailure.ts'

/** Everything that outlives the process. */
export type Durable = Awaited<ReturnType<typeof openDurable>>

function claim(directory: string): { release(): void } {
  const shown = shownPath(directory)
  try {
    mkdirSync(directory, { recursive: true })
    return lockDirectory(directory)
  } catch (error) {
    const { message } = error as Error
    const reason = message.includes('locked')
      ? 'is in use by another process'
      : `cannot be written: ${message}`
    throw new StartFailure(`DATA_DIR ${shown} ${reason}`)
  }
}

/** Opens the log, the dead letters, the stores and the records. Rejects with a StartFailure that names the setting. */
export async function openDurable(
  config: Config,
  edges: { now: () => number; warn: (text: string) => void }
) {
  await using opening = new AsyncDisposableStack()
  const { dataDirectory: directory, readings, records } = config
  const { now, warn } = edges
  const lock = claim(directory)
  opening.defer(lock.release)
  const shown = shownPath(directory)

  const open = async <T extends { stop(): Promise<unknown> }>(
    setting: string,
    what: string,
    opened: Promise<T>
  ): Promise<T> => {
    const part = await opened.catch(openFailure(setting, what))
    opening.defer(async () => void (await part.stop()))
    return part
  }
  const quotaBytes = config.logQuotaBytes
  const log = await open('DATA_DIR', shown, openIngestLog(`${directory}/log`, { now, warn, quotaBytes }))
  // All of them, before anything moves: a cursor that nobody holds does not hold its segments at the quota.
  const cursors = {
    store: await log.openCursor('store'),
    rollups: await log.openCursor('rollups'),
    answers: await log.openCursor('answers')
  }
  const deadLetters = await open('DATA_DIR', shown, openDeadLetters(`${directory}/dead-letters`, { warn }))
  const store = await open(
    readings.kind === 'sqlite' ? 'DATA_DIR' : 'INFLUX_URL',
    readings.kind === 'sqlite' ? shown : new URL(readings.url).host,
    openReadingsStore(readings, now)
  )
  const domain = await open(
    records.kind === 'sqlite' ? 'DATA_DIR' : 'DATABASE_URL',
    records.kind === 'sqlite' ? shown : new URL(records.url).host,
    openRecords(records.kind === 'sqlite' ? { file: records.file } : { url: records.url }, warn)
  )
  const opened = opening.move()
  return { log, cursors, deadLetters, store, records: domain, stop: () => opened.disposeAsync() }
}
