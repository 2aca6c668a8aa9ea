import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { type Coverage, covering } from './coverage.ts'
import type { Source } from './source.ts'

const SAVE_EVERY_MS = 2_000
const FILE_NAME = 'published.json'

const Saved = Type.Object({
  /** What the readings depend on: another seed or anchor makes another past. */
  region: Type.String(),
  covered: Type.Record(Type.String(), Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])))
})

/** What the server has acknowledged of each source, kept in a file of the simulators' own. */
export interface Progress {
  of(source: Source): Coverage
  add(source: Source, from: number, to: number): void
  /** Forgets everything: the server does not have it any more. */
  clear(): void
  isEmpty(): boolean
  stop(): Promise<void>
}

/** A missing or damaged file, or one of another region, is as if nothing had been sent: repeating does no harm. */
export async function openProgress(
  directory: string,
  region: string,
  log: (line: string) => void
): Promise<Progress> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, FILE_NAME)
  const covered = new Map<string, Coverage>(Object.entries(await readSaved(file, region)))
  let isChanged = false
  let saving = Promise.resolve()

  async function save(): Promise<void> {
    if (!isChanged) return
    isChanged = false
    try {
      await writeFile(`${file}.new`, JSON.stringify({ region, covered: Object.fromEntries(covered) }))
      await rename(`${file}.new`, file)
    } catch (error) {
      isChanged = true
      log(`progress could not be saved: ${String(error)}`)
    }
  }
  const saveInTurn = () => {
    saving = saving.then(save)
    return saving
  }
  const timer = setInterval(() => void saveInTurn(), SAVE_EVERY_MS)

  return {
    of: source => covered.get(source.key) ?? [],
    add(source, from, to) {
      covered.set(source.key, covering(covered.get(source.key) ?? [], Math.floor(from), Math.floor(to)))
      isChanged = true
    },
    clear() {
      covered.clear()
      isChanged = true
    },
    isEmpty: () => covered.size === 0,
    stop: () => {
      clearInterval(timer)
      return saveInTurn()
    }
  }
}

async function readSaved(file: string, region: string): Promise<Record<string, Coverage>> {
  try {
    const saved: unknown = JSON.parse(await readFile(file, 'utf8'))
    return Check(Saved, saved) && saved.region === region ? saved.covered : {}
  } catch {
    return {}
  }
}
