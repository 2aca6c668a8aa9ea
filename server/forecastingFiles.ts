import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './log/durableFile.ts'

/** What is remembered of the daily run. */
export interface RunNote {
  /** The local midnight it was for, and when it was done, epoch ms. */
  fittedFor: number
  fittedAt: number
  fitS: number
}

const NAME = 'run.json'
/** What is kept of a node that is no longer registered: it may come back. */
const UNUSED_MS = 60 * 86_400_000
/** A model is fitted again every day: one that was not is of no use. Nor is what an ended run left half-written. */
const MODEL_UNUSED_MS = 2 * 86_400_000

/** null when there is none, or it cannot be read: then a refit is due. */
export async function readRunNote(directory: string): Promise<RunNote | null> {
  try {
    const { fittedFor, fittedAt, fitS } = JSON.parse(await readFile(join(directory, NAME), 'utf8')) as RunNote
    return [fittedFor, fittedAt, fitS].every(Number.isFinite) ? { fittedFor, fittedAt, fitS } : null
  } catch {
    return null
  }
}

export async function writeRunNote(directory: string, note: RunNote): Promise<void> {
  await mkdir(directory, { recursive: true })
  await replaceFile(join(directory, NAME), JSON.stringify(note))
}

/** Removes histories that nobody has used for two months, models after two days. */
export async function removeUnused(directory: string, now: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!/\.(load|weather|error|model|new)$/.test(name)) continue
    const path = join(directory, name)
    const { mtimeMs } = await stat(path)
    if (now - mtimeMs > (/\.(model|new)$/.test(name) ? MODEL_UNUSED_MS : UNUSED_MS))
      await rm(path, { force: true })
  }
}
