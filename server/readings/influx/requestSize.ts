/** What every version takes; 2.x documents it as the best, 3 allows twice as many. */
export const USUAL_LINES = 5_000
/** A full request that took longer than this is followed by smaller ones: all must end well within their time. */
const SLOW_MS = 2_000

/**
 * How many lines go into one request. InfluxDB 1.x does less work for a reading where one request holds several of each
 * source, but on a slow way a large request would never come through in its time.
 */
export class RequestSize {
  private readonly most: number
  private size = USUAL_LINES

  constructor(most: number) {
    this.most = most
  }

  get lines(): number {
    return this.size
  }

  /** So many lines took so long. */
  done(lines: number, ms: number): void {
    if (ms > SLOW_MS) this.size = Math.max(USUAL_LINES, Math.floor(this.size / 2))
    else if (lines >= this.size) this.size = Math.min(this.most, 2 * this.size)
  }

  failed(): void {
    this.size = USUAL_LINES
  }
}
