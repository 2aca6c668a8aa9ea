import type { ReadingBatch } from '../../log/readingBatch.ts'

/**
 * Which readings a batch holds, by fingerprints of kind, id, time and time of issue. Two different readings may have the
 * same one, which costs a look or a wait; the same reading always has the same.
 */
export class Identities {
  /** One of each row that was added. */
  private prints = new Uint32Array(0)
  private count = 0
  /** Rows + 1 at fingerprint, fingerprint + 1, … (open addressing). */
  private slots = new Uint32Array(0)
  /** The fingerprint of the row in each slot, so that a foreign one is met without a look at the rows. */
  private slotPrints = new Uint32Array(0)

  /** Starts anew with the rows of a batch that are wanted; `onRepeat` hears of a row and the one before it that is the same. */
  fill(
    batch: ReadingBatch,
    isWanted: (row: number) => boolean,
    onRepeat: (row: number, earlier: number) => void
  ): void {
    this.makeRoom(batch.count)
    const { prints, slots, slotPrints } = this
    const mask = slots.length - 1
    for (let row = 0; row < batch.count; row++) {
      if (!isWanted(row)) continue
      const print = fingerprint(batch, row)
      prints[this.count++] = print
      let slot = print & mask
      while (slots[slot] !== 0) {
        if (slotPrints[slot] === print && isSame(batch, row, (slots[slot] ?? 1) - 1)) break
        slot = (slot + 1) & mask
      }
      if (slots[slot] !== 0) onRepeat(row, (slots[slot] ?? 1) - 1)
      slots[slot] = row + 1
      slotPrints[slot] = print
    }
  }

  /** Whether both may hold the same reading. */
  overlaps(other: Identities): boolean {
    for (let at = 0; at < this.count; at++) if (other.has(this.prints[at] ?? 0)) return true
    return false
  }

  private has(print: number): boolean {
    const { slots, slotPrints } = this
    const mask = slots.length - 1
    for (let slot = print & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (slotPrints[slot] === print) return true
    }
    return false
  }

  private makeRoom(rows: number): void {
    this.count = 0
    this.slots.fill(0)
    if (this.prints.length >= rows && rows > 0) return
    let size = 1024
    while (size < 2 * rows) size *= 2
    this.prints = new Uint32Array(size / 2)
    this.slots = new Uint32Array(size)
    this.slotPrints = new Uint32Array(size)
  }
}

function fingerprint({ hash, ts, issued }: ReadingBatch, row: number): number {
  const time = ts[row] ?? 0
  const madeAt = issued[row] ?? NaN
  let print = Math.imul((hash[row] ?? 0) ^ (time % 0x100000000), 0x85ebca6b)
  print = Math.imul((print ^ (print >>> 13)) + Math.floor(time / 0x100000000), 0xc2b2ae35)
  if (!Number.isNaN(madeAt)) print = Math.imul(print ^ (madeAt % 0x100000000), 0x27d4eb2f)
  return (print ^ (print >>> 16)) >>> 0
}

function isSame(batch: ReadingBatch, a: number, b: number): boolean {
  const { kind, ts, issued, idLength, idStart, bytes } = batch
  const length = idLength[a] ?? 0
  if (kind[a] !== kind[b] || ts[a] !== ts[b] || !Object.is(issued[a], issued[b]) || length !== idLength[b])
    return false
  const startA = idStart[a] ?? 0
  const startB = idStart[b] ?? 0
  for (let at = 0; at < length; at++) if (bytes[startA + at] !== bytes[startB + at]) return false
  return true
}
