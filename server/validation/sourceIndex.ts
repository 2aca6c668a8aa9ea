import type { ReadingBatch } from '../log/readingBatch.ts'

const FIRST_SLOTS = 1024
const FIRST_ID_BYTES = 16_384

/**
 * Numbers the sources of readings 0, 1, 2 … in the order in which they first appear: an open-addressing table keyed by
 * the batch's hash, each hit checked against the id's own bytes. Holds at most `most` sources and never forgets one.
 * Nothing is allocated for a reading.
 */
export class SourceIndex {
  readonly most: number
  private slots = new Uint32Array(FIRST_SLOTS)
  private readonly hashes: Uint32Array
  private readonly idStarts: Uint32Array
  private readonly idLengths: Uint8Array
  private readonly kinds: Uint8Array
  private ids = Buffer.alloc(FIRST_ID_BYTES)
  private idsEnd = 0
  private known = 0

  /** Memory for `most` is reserved at once but taken only as sources come. */
  constructor(most: number) {
    this.most = most
    this.hashes = new Uint32Array(most)
    this.idStarts = new Uint32Array(most)
    this.idLengths = new Uint8Array(most)
    this.kinds = new Uint8Array(most)
  }

  get count(): number {
    return this.known
  }

  /** What it takes now, without what is only reserved. */
  get bytes(): number {
    return this.slots.byteLength + this.ids.length + this.known * (4 + 4 + 1 + 1)
  }

  /** The number of a row's source, a new one if need be; -1 when there is no room for another. */
  find(batch: ReadingBatch, row: number): number {
    const hash = batch.hash[row] ?? 0
    const mask = this.slots.length - 1
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] ?? 0
      if (entry === 0) return this.add(batch, row, slot)
      if (this.hashes[entry - 1] === hash && this.isSame(entry - 1, batch, row)) return entry - 1
    }
  }

  id(source: number): string {
    const start = this.idStarts[source] ?? 0
    return this.ids.toString('latin1', start, start + (this.idLengths[source] ?? 0))
  }

  /** Place in `readingKinds`. */
  kind(source: number): number {
    return this.kinds[source] ?? 0
  }

  /** Everything it knows, to be given to `restore`. */
  saved(): Buffer[] {
    const head = Buffer.alloc(8)
    head.writeUInt32LE(this.known, 0)
    head.writeUInt32LE(this.idsEnd, 4)
    return [
      head,
      bytesOf(this.hashes, this.known),
      bytesOf(this.idLengths, this.known),
      bytesOf(this.kinds, this.known),
      this.ids.subarray(0, this.idsEnd)
    ]
  }

  /** Takes what `saved` gave, in place of what it knew. Returns the offset behind it; -1, with nothing changed, if it does not fit. */
  restore(saved: Buffer, from: number): number {
    if (saved.length < from + 8) return -1
    const known = saved.readUInt32LE(from)
    const idsEnd = saved.readUInt32LE(from + 4)
    const lengthsFrom = from + 8 + 4 * known
    const end = lengthsFrom + 2 * known + idsEnd
    if (known > this.most || end > saved.length) return -1
    let start = 0
    for (let source = 0; source < known; source++) start += saved[lengthsFrom + source] ?? 0
    if (start !== idsEnd) return -1

    this.known = 0
    this.slots = new Uint32Array(slotsFor(known))
    this.ids = Buffer.concat([saved.subarray(end - idsEnd, end)], Math.max(FIRST_ID_BYTES, idsEnd))
    this.idsEnd = idsEnd
    for (let source = 0, idStart = 0; source < known; source++) {
      const length = saved[lengthsFrom + source] ?? 0
      this.hashes[source] = saved.readUInt32LE(from + 8 + 4 * source)
      this.kinds[source] = saved[lengthsFrom + known + source] ?? 0
      this.idLengths[source] = length
      this.idStarts[source] = idStart
      idStart += length
      this.place(source)
    }
    this.known = known
    return end
  }

  private isSame(source: number, batch: ReadingBatch, row: number): boolean {
    const length = batch.idLength[row] ?? 0
    if (this.idLengths[source] !== length || this.kinds[source] !== batch.kind[row]) return false
    const { ids } = this
    const { bytes } = batch
    const mine = this.idStarts[source] ?? 0
    const theirs = batch.idStart[row] ?? 0
    for (let at = 0; at < length; at++) if (ids[mine + at] !== bytes[theirs + at]) return false
    return true
  }

  private add(batch: ReadingBatch, row: number, slot: number): number {
    if (this.known === this.most) return -1
    const source = this.known++
    const start = batch.idStart[row] ?? 0
    const length = batch.idLength[row] ?? 0
    if (this.idsEnd + length > this.ids.length) this.ids = Buffer.concat([this.ids], this.ids.length * 2)
    batch.bytes.copy(this.ids, this.idsEnd, start, start + length)
    this.hashes[source] = batch.hash[row] ?? 0
    this.kinds[source] = batch.kind[row] ?? 0
    this.idStarts[source] = this.idsEnd
    this.idLengths[source] = length
    this.idsEnd += length
    this.slots[slot] = source + 1
    if (slotsFor(this.known) > this.slots.length) {
      this.slots = new Uint32Array(this.slots.length * 2)
      for (let each = 0; each < this.known; each++) this.place(each)
    }
    return source
  }

  private place(source: number): void {
    const mask = this.slots.length - 1
    let slot = spread(this.hashes[source] ?? 0) & mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = source + 1
  }
}

/** The low bits of the batch's hash alone tell ids that end alike too badly apart. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15)
}

/** At most three quarters are taken. */
function slotsFor(sources: number): number {
  let slots = FIRST_SLOTS
  while (slots * 3 < sources * 4) slots *= 2
  return slots
}

function bytesOf(column: Uint32Array | Uint8Array, count: number): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT)
}
