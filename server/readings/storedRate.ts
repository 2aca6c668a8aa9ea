const SECONDS = 5

/** How many lines a second were stored over the last full seconds. */
export class StoredRate {
  private readonly counts = new Float64Array(SECONDS + 1)
  private second = 0

  add(lines: number, now: number): void {
    this.moveTo(now)
    this.counts[this.second % this.counts.length] =
      (this.counts[this.second % this.counts.length] ?? 0) + lines
  }

  perS(now: number): number {
    this.moveTo(now)
    const running = this.counts[this.second % this.counts.length] ?? 0
    return (this.counts.reduce((sum, count) => sum + count, 0) - running) / SECONDS
  }

  private moveTo(now: number): void {
    const second = Math.floor(now / 1000)
    if (second - this.second > SECONDS || second < this.second) this.counts.fill(0)
    else for (let at = this.second + 1; at <= second; at++) this.counts[at % this.counts.length] = 0
    this.second = second
  }
}
