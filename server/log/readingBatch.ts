import { type Reading, readingFields, readingKinds } from '../contract/telemetry.ts'
import { scanLine } from './lineScanner.ts'
import { encodeReadings } from './lines.ts'
import { VALUE_COUNT, type ValueName, valueColumn } from './valueColumns.ts'

/** Bytes of the columns of one row. */
const ROW_BYTES = 8 * (3 + VALUE_COUNT) + 4 * 4 + 2
const HEADER_BYTES = 16
const BYTES_PER_LINE = 160

/**
 * Readings as columns, beside the lines that they were read from. All of it lies in one buffer, which may be shared
 * between threads; a batch is filled, used, cleared and filled again.
 *
 *   row                 0            1            2
 *   bytes      │meter,id=M1 …\n│meter,id=M2 …\n│ …
 *   lineStart  0               41              82             [count] is the end of the last line
 *   values     14 numbers a row, NaN where a member is not known
 */
export class ReadingBatch {
  readonly buffer: ArrayBufferLike
  readonly capacity: number
  /** The lines, each ended by a line feed. */
  readonly bytes: Buffer
  readonly lineStart: Uint32Array
  /** Place in `readingKinds`. */
  readonly kind: Uint8Array
  /** The id is bytes[idStart … idStart + idLength). */
  readonly idStart: Uint32Array
  readonly idLength: Uint8Array
  /** Of kind and id: the same source always has the same. */
  readonly hash: Uint32Array
  /** Epoch ms. */
  readonly ts: Float64Array
  /** Epoch ms; NaN for everything that is not a forecast. */
  readonly issued: Float64Array
  /** Seconds; 0 for instantaneous values. */
  readonly intervalS: Float64Array
  /** Our own verdict, as bits. */
  readonly quality: Uint32Array
  /** values[row * VALUE_COUNT + valueColumn.kw]; NaN: not known. */
  readonly values: Float64Array
  private readonly header: Int32Array

  /** `buffer`: that of another batch, so that both show the same; else a new one for `capacity` rows. */
  constructor({ capacity = 5000, buffer }: { capacity?: number; buffer?: ArrayBufferLike } = {}) {
    const rows = buffer === undefined ? capacity : rowsIn(buffer)
    const memory = buffer ?? new ArrayBuffer(bytesFor(rows))
    let at = HEADER_BYTES
    const doubles = (count: number) => {
      const column = new Float64Array(memory, at, count)
      at += 8 * count
      return column
    }
    const words = (count: number) => {
      const column = new Uint32Array(memory, at, count)
      at += 4 * count
      return column
    }
    const small = (count: number) => {
      const column = new Uint8Array(memory, at, count)
      at += count
      return column
    }
    this.buffer = memory
    this.capacity = rows
    this.header = new Int32Array(memory, 0, HEADER_BYTES / 4)
    this.ts = doubles(rows)
    this.issued = doubles(rows)
    this.intervalS = doubles(rows)
    this.values = doubles(rows * VALUE_COUNT)
    this.lineStart = words(rows + 1)
    this.idStart = words(rows)
    this.hash = words(rows)
    this.quality = words(rows)
    this.kind = small(rows)
    this.idLength = small(rows)
    this.bytes = Buffer.from(memory, at)
    this.header[1] = rows
  }

  get count(): number {
    return this.header[0] ?? 0
  }

  clear(): void {
    this.header[0] = 0
  }

  /** Forgets the rows from `count` on. */
  truncate(count: number): void {
    this.header[0] = count
  }

  /**
   * Adds lines from `body[from]` on until the batch is full. Returns where the first line not taken begins:
   * `body.length` when all are. Throws a SyntaxError that names the line; the lines before it are taken.
   */
  add(body: Buffer, from = 0): number {
    let start = from
    while (start < body.length) {
      const next = this.addLine(body, start)
      if (next === start) break
      start = next
    }
    return start
  }

  /** Adds the line that begins at `start`. Returns where the next begins; `start` when there is no room. Throws as `add` does. */
  addLine(body: Buffer, start: number): number {
    const row = this.count
    if (row >= this.capacity) return start
    const next = scanLine(body, start, this, row)
    const place = this.lineStart[row] ?? 0
    const end = place + next - start
    if (end > this.bytes.length) return start
    body.copy(this.bytes, place, start, next)
    this.idStart[row] = (this.idStart[row] ?? 0) - start + place
    this.lineStart[row + 1] = end
    this.header[0] = row + 1
    return next
  }

  id(row: number): string {
    const start = this.idStart[row] ?? 0
    return this.bytes.toString('latin1', start, start + (this.idLength[row] ?? 0))
  }

  /** One value, NaN where it is not known. */
  value(row: number, name: ValueName): number {
    return this.values[row * VALUE_COUNT + valueColumn[name]] ?? NaN
  }

  /** The line of a row without its line feed. */
  line(row: number): string {
    return this.bytes.toString('latin1', this.lineStart[row], (this.lineStart[row + 1] ?? 1) - 1)
  }

  /** A row as an object, for what is not hot. */
  reading(row: number): Reading {
    const kind = readingKinds[this.kind[row] ?? 0] ?? 'meter'
    const issued = this.issued[row] ?? NaN
    const values: Reading['values'] = {}
    for (const name of readingFields[kind]) {
      const value = this.value(row, name)
      if (!Number.isNaN(value)) values[name] = value
    }
    return {
      kind,
      id: this.id(row),
      ts: this.ts[row] ?? NaN,
      issued: Number.isNaN(issued) ? null : issued,
      intervalS: this.intervalS[row] ?? 0,
      quality: this.quality[row] ?? 0,
      values
    }
  }

  readings(): Reading[] {
    return Array.from({ length: this.count }, (_, row) => this.reading(row))
  }
}

/** Memory that threads share: each makes its batch of it. */
export function sharedBatchMemory(rows: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytesFor(rows))
  new Int32Array(memory, 0, HEADER_BYTES / 4)[1] = rows
  return memory
}

/** A batch's memory for `rows` rows. */
function bytesFor(rows: number): number {
  return HEADER_BYTES + rows * (ROW_BYTES + BYTES_PER_LINE) + 4 + 64
}

function rowsIn(buffer: ArrayBufferLike): number {
  return new Int32Array(buffer, 0, HEADER_BYTES / 4)[1] ?? 0
}

/** A batch that holds just these readings. Throws where `encodeReadings` does. */
export function batchOf(readings: readonly Reading[]): ReadingBatch {
  const body = encodeReadings(readings)
  // Long lines (many digits) may need more than the usual room.
  const capacity = Math.max(1, readings.length, Math.ceil(body.length / BYTES_PER_LINE))
  const batch = new ReadingBatch({ capacity })
  batch.add(body)
  return batch
}
