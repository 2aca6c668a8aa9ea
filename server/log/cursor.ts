import { readFile } from 'node:fs/promises'
import { replaceFile } from './durableFile.ts'
import type { Position } from './segments.ts'

/** How far one follower of the log has come; durable. */
export interface Cursor {
  readonly position: Position
  /** Resolves when the position is durable. Of commits that come while one is being written, only the last is. */
  commit(position: Position): Promise<void>
}

/** The position in a cursor's file; null when there is none or it cannot be read. */
export async function readCursor(path: string): Promise<Position | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const match = /^(\d+) (\d+)\n$/.exec(text)
  return match === null ? null : { segment: Number(match[1]), offset: Number(match[2]) }
}

export class DurableCursor implements Cursor {
  position: Position
  private readonly path: string
  private readonly onCommit: () => void
  private next: { position: Position; saved: Promise<void> } | null = null
  private saving: Promise<void> = Promise.resolve()

  constructor(path: string, position: Position, onCommit: () => void) {
    this.path = path
    this.position = position
    this.onCommit = onCommit
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
    await replaceFile(this.path, `${position.segment} ${position.offset}\n`)
    this.position = position
    this.onCommit()
  }
}
