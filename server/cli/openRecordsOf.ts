import { existsSync } from 'node:fs'
import { type Config, shownPath } from '../config.ts'
import { openRecords, type Records } from '../records/openRecords.ts'
import { CommandFailure } from './command.ts'

/** The records of the settings, also beside a running server; never makes any. */
export async function openRecordsOf({ records, dataDirectory }: Config): Promise<Records & AsyncDisposable> {
  if (records.kind === 'sqlite' && !existsSync(records.file))
    throw new CommandFailure(`There are no records in ${shownPath(dataDirectory)}: start Gridload once`)
  const opened = await openRecords(
    records.kind === 'sqlite' ? { file: records.file } : { url: records.url }
  ).catch((error: Error) => {
    throw new CommandFailure(error.message)
  })
  return { ...opened, [Symbol.asyncDispose]: opened.stop }
}
