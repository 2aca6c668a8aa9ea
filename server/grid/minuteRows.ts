/** Pieces so large lie outside malloc's heap; in it they would hold on to what is freed between them. */
const ROWS_AT_ONCE = 256

/**
 * Columns of minutes, cut from larger pieces of memory: a piece for each would cost the thread more than a few hours of
 * minutes take.
 */
export class MinuteRows {
  private readonly minutes: number
  private readonly free: Float64Array[] = []

  constructor(minutes: number) {
    this.minutes = minutes
  }

  /** One in which nothing is known yet. */
  take(): Float64Array {
    const row = this.free.pop() ?? this.cut()
    return row.fill(NaN)
  }

  /** Its owner no longer needs it. */
  giveBack(row: Float64Array): void {
    this.free.push(row)
  }

  private cut(): Float64Array {
    const { minutes, free } = this
    const piece = new Float64Array(ROWS_AT_ONCE * minutes)
    for (let row = 1; row < ROWS_AT_ONCE; row += 1)
      free.push(piece.subarray(row * minutes, (row + 1) * minutes))
    return piece.subarray(0, minutes)
  }
}
