import type { Cursor, Position } from '../log/ingestLog.ts'

/** Makes a cursor durable now and then: what was stored since is stored once more after a crash, which changes nothing. */
export class CommitPace {
  private readonly cursor: Cursor
  private readonly everyMs: number
  private position: Position | null = null
  private timer: NodeJS.Timeout | null = null
  private running: Promise<void> = Promise.resolve()
  /** Why the last commit failed; null when it did not. */
  failure: string | null = null

  constructor(cursor: Cursor, everyMs: number) {
    this.cursor = cursor
    this.everyMs = everyMs
  }

  moveTo(position: Position): void {
    this.position = position
    this.schedule()
  }

  /** Resolves when the last position is durable, or could not be made so. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer)
    await this.running
    await this.commit()
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.running = this.commit().then(() => {
        this.timer = null
        if (this.position !== null) this.schedule()
      })
    }, this.everyMs)
  }

  private async commit(): Promise<void> {
    const { position } = this
    if (position === null) return
    this.position = null
    try {
      await this.cursor.commit(position)
      this.failure = null
    } catch (error) {
      this.position ??= position
      this.failure = error instanceof Error ? error.message : String(error)
    }
  }
}
