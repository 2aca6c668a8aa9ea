import type { Position } from './segments.ts'

/** Places in the shared cells. */
const END = 0
const DAMAGED_BYTES = 1
const NAMES_BYTES = 2
const FIRST_PLACE = 3
const MOST_PLACES = 64
const FIRST_CURSOR = FIRST_PLACE + MOST_PLACES
const CELL_BYTES = 8
const NOT_SET = -1n

/**
 * How far the log is durable and how far each follower has come, in memory shared between threads: the owner of the log
 * moves the end, each follower its own cursor. A thread that is given `buffer` sees the same.
 *
 *   │ end │ damaged bytes │ length of names │ 64 damaged places │ a cell a cursor │ names as JSON │
 *
 * A position is one 64-bit cell (segment, offset), so that nobody ever sees half of one.
 */
export class LogPositions {
  readonly buffer: SharedArrayBuffer
  readonly names: readonly string[]
  private readonly cells: BigInt64Array

  /** `names`: the cursors there are, for good. `buffer`: that of the positions in another thread. */
  constructor(of: { names: readonly string[] } | { buffer: SharedArrayBuffer }) {
    if ('buffer' in of) {
      this.buffer = of.buffer
      this.names = namesIn(of.buffer)
    } else {
      this.names = [...of.names]
      this.buffer = bufferFor(this.names)
    }
    this.cells = new BigInt64Array(this.buffer, 0, FIRST_CURSOR + this.names.length)
  }

  /** Up to here the log is durable. */
  get end(): Position {
    return unpack(Atomics.load(this.cells, END)) ?? { segment: 0, offset: 0 }
  }

  /** Wakes all who wait for it. */
  set end(position: Position) {
    Atomics.store(this.cells, END, pack(position))
    this.wake()
  }

  /** null before the owner of the log has read it from the disk. */
  cursor(name: string): Position | null {
    return unpack(Atomics.load(this.cells, this.cellOf(name)))
  }

  setCursor(name: string, position: Position): void {
    Atomics.store(this.cells, this.cellOf(name), pack(position))
  }

  /** Resolves when the end is no longer `after`, when it was woken, or after the time: who waits looks again. */
  async waitForAppend(after: Position, timeoutMs: number): Promise<void> {
    await Atomics.waitAsync(this.cells, END, pack(after), timeoutMs).value
  }

  /** Has everybody who waits look again. */
  wake(): void {
    Atomics.notify(this.cells, END)
  }

  /** What reads had to pass over, each place counted once, whoever came upon it. */
  get damagedBytes(): number {
    return Number(Atomics.load(this.cells, DAMAGED_BYTES))
  }

  /** false where somebody has noted the place already. Beyond 64 places one may be counted twice. */
  noteDamage(at: Position, bytes: number): boolean {
    const place = pack(at)
    for (let cell = FIRST_PLACE; cell < FIRST_CURSOR; cell++) {
      const held = Atomics.compareExchange(this.cells, cell, NOT_SET, place)
      if (held === place) return false
      if (held === NOT_SET) break
    }
    Atomics.add(this.cells, DAMAGED_BYTES, BigInt(bytes))
    return true
  }

  private cellOf(name: string): number {
    const index = this.names.indexOf(name)
    if (index === -1) throw new RangeError(`the log has no cursor ${name}`)
    return FIRST_CURSOR + index
  }
}

function bufferFor(names: readonly string[]): SharedArrayBuffer {
  const text = Buffer.from(JSON.stringify(names))
  const namesAt = (FIRST_CURSOR + names.length) * CELL_BYTES
  const buffer = new SharedArrayBuffer(namesAt + text.length)
  const cells = new BigInt64Array(buffer, 0, FIRST_CURSOR + names.length)
  cells.fill(NOT_SET)
  cells[DAMAGED_BYTES] = 0n
  cells[NAMES_BYTES] = BigInt(text.length)
  text.copy(Buffer.from(buffer), namesAt)
  return buffer
}

function namesIn(buffer: SharedArrayBuffer): string[] {
  const length = Number(new BigInt64Array(buffer, 0, FIRST_PLACE)[NAMES_BYTES])
  return JSON.parse(Buffer.from(buffer, buffer.byteLength - length).toString()) as string[]
}

function pack({ segment, offset }: Position): bigint {
  return (BigInt(segment) << 32n) | BigInt(offset)
}

function unpack(cell: bigint): Position | null {
  return cell === NOT_SET ? null : { segment: Number(cell >> 32n), offset: Number(cell & 0xffff_ffffn) }
}
