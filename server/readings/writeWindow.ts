/** A store that takes longer than this for a write has enough to do. */
const SLOW_MS = 5_000
const FIRST = 4

/**
 * How many writes may be under way. One more for every full window that went well, half of them after a slow one, a
 * single one after a failure.
 */
export class WriteWindow {
  private width: number
  private readonly most: number

  constructor(most: number) {
    this.most = most
    this.width = Math.min(FIRST, most)
  }

  get size(): number {
    return Math.floor(this.width)
  }

  done(ms: number): void {
    this.width = ms > SLOW_MS ? Math.max(1, this.width / 2) : Math.min(this.most, this.width + 1 / this.width)
  }

  failed(): void {
    this.width = 1
  }
}
