/** What the audit command reads and writes: the records, the keys, checkpoints, files of its own. */
import { existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Checkpoint, readCheckpoint } from '../access/checkpoint.ts'
import { isPublicKey, type PublicKey } from '../access/keyRecords.ts'
import { type Keys, openKeys } from '../access/keys.ts'
import { type Config, shownPath } from '../config.ts'
import { type AuditReader, openAuditReader } from '../records/openAudit.ts'
import { placeOf } from '../records/postgres.ts'
import { CommandFailure } from './command.ts'

/** A checkpoint, and where it was read. */
export interface GivenCheckpoint {
  file: string
  checkpoint: Checkpoint
}

export async function openAuditOf({ records, dataDirectory }: Config): Promise<AuditReader> {
  const name = records.kind === 'sqlite' ? shownPath(dataDirectory) : placeOf(records.url)
  if (records.kind === 'sqlite' && !existsSync(records.file))
    throw new CommandFailure(`There are no records in ${name}`)
  try {
    return await openAuditReader(records.kind === 'sqlite' ? { file: records.file } : { url: records.url })
  } catch (error) {
    throw new CommandFailure(`There is no audit to be read in ${name}: ${reasonOf(error)}`)
  }
}

/** Those of the server; never makes any. */
export async function openKeysOf({ dataDirectory }: Config): Promise<Keys> {
  try {
    return await openKeys(join(dataDirectory, 'keys'), { now: Date.now(), create: false })
  } catch (error) {
    throw new CommandFailure(`The keys cannot be read: ${reasonOf(error)}`)
  }
}

/** Of a file (a JSON Web Key, or a set of them), or else of the server. */
export async function publicKeysOf(config: Config, file: string | undefined): Promise<PublicKey[]> {
  if (file === undefined) return (await openKeysOf(config)).publicKeys()
  const text = await readText(file)
  const keys = keysIn(text)
  if (keys.length === 0) throw new CommandFailure(`${file} holds no public key as public-key prints it`)
  return keys
}

function keysIn(text: string): PublicKey[] {
  try {
    const value = JSON.parse(text)
    return [value.keys ?? value].flat().filter(isPublicKey)
  } catch {
    return []
  }
}

export async function readCheckpoints(
  files: readonly string[],
  keys: readonly PublicKey[]
): Promise<GivenCheckpoint[]> {
  return Promise.all(
    files.map(async file => {
      const read = await readCheckpoint(await readText(file), keys)
      if (!read.ok) throw new CommandFailure(`${file} is no checkpoint to go by: ${read.reason}`)
      return { file, checkpoint: read.checkpoint }
    })
  )
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${reasonOf(error)}`)
  }
}

/** For its owner alone. Never in the place of another file. */
export async function openNewFile(file: string) {
  try {
    return await open(file, 'wx', 0o600)
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new CommandFailure(isThere ? `${file} is there already` : `${file}: ${reasonOf(error)}`)
  }
}

export async function writeNewFile(file: string, text: string): Promise<void> {
  const opened = await openNewFile(file)
  try {
    await opened.writeFile(text)
    await opened.sync()
  } finally {
    await opened.close()
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
