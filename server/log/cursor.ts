import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './durableFile.ts'
import type { LogPositions } from './logPositions.ts'
import type { Position } from './segments.ts'

/** How far one follower of the log has come; durable. */
export interface Cursor {
  readonly position: Position
  /** Resolves when the position is durable. Of commits that come while one is being written, only the last is. */
  commit(position: Position): Promise<void>
}

const folderOf = (directory: string): string => join(directory, 'cursors')

function cursorPath(directory: string, name: string): string {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new RangeError(`not a cursor name: ${name}`)
  return join(folderOf(directory), `${name}.cursor`)
}

/** The positions in the files of a log's cursors, by name; null where a file cannot be read as one. */
export async function readCursors(directory: string): Promise<Map<string, Position | null>> {
  const found = new Map<string, Position | null>()
  const files = await readdir(folderOf(directory)).catch(() => [])
  for (const file of files.sort()) {
    if (!file.endsWith('.cursor')) continue
    const match = /^(\d+) (\d+)\n$/.exec(await readFile(join(folderOf(directory), file), 'utf8'))
    const position = match === null ? null : { segment: Number(match[1]), offset: Number(match[2]) }
    found.set(file.slice(0, -'.cursor'.length), position)
  }
  return found
}

/** Makes a cursor's position durable: the folder is created if missing. */
export async function saveCursor(
  directory: string,
  name: string,
  { segment, offset }: Position
): Promise<void> {
  const path = cursorPath(directory, name)
  await mkdir(folderOf(directory), { recursive: true })
  await replaceFile(path, `${segment} ${offset}\n`)
}

/** A cursor whose position other threads see once it is durable: what it has passed may then be deleted. */
export class DurableCursor implements Cursor {
  private readonly directory: string
  private readonly name: string
  private readonly positions: LogPositions
  private next: { position: Position; saved: Promise<void> } | null = null
  private saving: Promise<void> = Promise.resolve()

  constructor(directory: string, name: string, positions: LogPositions) {
    this.directory = directory
    this.name = name
    this.positions = positions
  }

  get position(): Position {
    const position = this.positions.cursor(this.name)
    if (position === null) throw new Error(`the log of cursor ${this.name} is not open`)
    return position
  }

  commit(position: Position): Promise<void> {
    if (this.next !== null) {
      this.next.position = position
      return this.next.saved
    }
    const saved = this.saving.then(() => this.save())
    this.next = { position, saved }
    this.saving = saved.catch(() => undefined)
    return saved
  }

  private async save(): Promise<void> {
    if (this.next === null) return
    const { position } = this.next
    this.next = null
    await saveCursor(this.directory, this.name, position)
    this.positions.setCursor(this.name, position)
  }
}
