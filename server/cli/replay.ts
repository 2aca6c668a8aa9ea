import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Config, shownPath } from '../config.ts'
import { localTime } from '../contract/localTime.ts'
import { rollupNoteFile } from '../grid/rollupNote.ts'
import { lockDirectory } from '../lock.ts'
import type { Position } from '../log/ingestLog.ts'
import { openReadingsStore } from '../readings/openReadingsStore.ts'
import { StoreError } from '../readings/store.ts'
import { openRecords } from '../records/openRecords.ts'
import { readThresholdsFile } from '../thresholdsFile.ts'
import { startDayChecks } from '../validation/dayChecks.ts'
import { createValidator } from '../validation/validator.ts'
import { CommandFailure, counted, exitCodes, type Output, WrongCommand } from './command.ts'
import { type ReplayCounts, replayReadings } from './replayReadings.ts'

/**
 * Writes the readings received in [from, to) once more, as the server would have: validated against those before them in
 * the log, and their days checked again.
 */
export async function replay(
  config: Config,
  between: { from: number; to: number },
  { say, complain }: Output
): Promise<number> {
  const { dataDirectory } = config
  await using open = new AsyncDisposableStack()
  open.defer(lock(dataDirectory).release)
  const thresholds = await readThresholdsFile(config.validationFile).catch(wrongSetting)
  const records = await openRecords(
    config.records.kind === 'sqlite' ? { file: config.records.file } : { url: config.records.url }
  ).catch(fail)
  open.defer(records.stop)
  const nodes = await records.registry.nodes()
  const store = await openReadingsStore(config.readings, Date.now).catch(fail)
  open.defer(() => store.stop())
  const validator = createValidator({ thresholds })
  validator.setRegistry(nodes)
  const checks = startDayChecks({
    ...{ store, thresholds, now: Date.now, warn: complain },
    localTime: localTime(config.timeZone)
  })
  open.defer(() => checks.stop())
  checks.setRegistry(nodes)

  const counts: ReplayCounts = { readings: 0, refused: 0, unreadable: 0, hours: 0 }
  try {
    await replayReadings(counts, {
      ...{ ...between, store, warn: complain, random: Math.random },
      directory: join(dataDirectory, 'log'),
      notes: rollupNoteFile<Position>(join(dataDirectory, 'rollups.json')),
      now: Date.now,
      validate: validator.validate,
      onStored: checks.mark,
      pause: ms => pause(ms)
    })
    await checks.run()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    throw new CommandFailure(
      `After ${counts.readings} readings the store did not go on: ${error.message}. Run the command again: nothing doubles.`
    )
  }
  if (counts.readings + counts.refused + counts.unreadable === 0)
    throw new CommandFailure(
      'The log has no readings that were received then; `npm run log -- status` says from when to when it goes.'
    )
  say(`${counted(counts.readings, 'reading')} written to ${store.kind} once more.`)
  if (counts.hours > 0) say(`To be rolled up again at the next start: ${counted(counts.hours, 'hour')}`)
  if (counts.refused > 0) complain(`Refused by the store: ${counted(counts.refused, 'reading')}`)
  if (counts.unreadable > 0)
    complain(`Cannot be read: ${counted(counts.unreadable, 'place')} of the log; verify says where`)
  return counts.refused + counts.unreadable === 0 ? exitCodes.done : exitCodes.failed
}

function fail(error: Error): never {
  throw new CommandFailure(error.message)
}

function lock(directory: string): { release(): void } {
  try {
    return lockDirectory(directory)
  } catch (error) {
    const { message } = error as Error
    throw new CommandFailure(
      message.includes('locked')
        ? `Gridload is running with DATA_DIR ${shownPath(directory)}: stop it first`
        : `DATA_DIR ${shownPath(directory)} cannot be used: ${message}`
    )
  }
}

function wrongSetting(error: Error): never {
  throw new WrongCommand(error.message)
}
