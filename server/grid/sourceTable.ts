import { readingKinds } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'

type Kind = (typeof readingKinds)[number]

/** A column with room for more rows, what it held kept. */
export function longer<C extends Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array>(
  column: C,
  length: number
): C {
  const next = new (column.constructor as new (length: number) => C)(length)
  next.set(column)
  return next
}

/**
 * Sources by kind and id, numbered 0, 1, 2 … in the order in which they were added, so that everything else about them
 * can stand in columns. A row of a batch is looked up by the bytes of its id, without a string:
 *
 *   hash of kind and id ──► slots │ 7 │ – │ 2 │ – │   the number + 1, 0 where the slot is free; the next one is tried
 *                                   └──► hash, kind and bytes of source 6 are compared
 */
export class SourceTable {
  count = 0
  private slots = new Uint32Array(64)
  private hashes = new Uint32Array(32)
  private kinds = new Uint8Array(32)
  private idLengths = new Uint8Array(32)
  private idStarts = new Uint32Array(32)
  private idBytes = Buffer.alloc(512)
  private idEnd = 0

  /** The number of a row's source, −1 where it was not added. A forecast is its own kind here. */
  find(batch: ReadingBatch, row: number): number {
    const { bytes } = batch
    const hash = batch.hash[row] ?? 0
    const kind = batch.kind[row] ?? 0
    const start = batch.idStart[row] ?? 0
    const length = batch.idLength[row] ?? 0
    return this.lookUp(hash, kind, bytes, start, length)
  }

  numberOf(kind: Kind, id: string): number {
    const bytes = Buffer.from(id, 'latin1')
    return this.lookUp(hashOf(kind, bytes), readingKinds.indexOf(kind), bytes, 0, bytes.length)
  }

  /** The number of a source, a new one where it was not added before. */
  add(kind: Kind, id: string): number {
    const known = this.numberOf(kind, id)
    if (known >= 0) return known
    const bytes = Buffer.from(id, 'latin1')
    const number = this.count
    this.makeRoom(bytes.length)
    this.hashes[number] = hashOf(kind, bytes)
    this.kinds[number] = readingKinds.indexOf(kind)
    this.idLengths[number] = bytes.length
    this.idStarts[number] = this.idEnd
    bytes.copy(this.idBytes, this.idEnd)
    this.idEnd += bytes.length
    this.count += 1
    this.place(number)
    return number
  }

  id(number: number): string {
    const start = this.idStarts[number] ?? 0
    return this.idBytes.toString('latin1', start, start + (this.idLengths[number] ?? 0))
  }

  kind(number: number): Kind {
    return readingKinds[this.kinds[number] ?? 0] ?? 'meter'
  }

  private lookUp(hash: number, kind: number, bytes: Buffer, start: number, length: number): number {
    const { slots, hashes } = this
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (slots[slot] ?? 0) - 1
      if (number < 0) return -1
      if (hashes[number] === hash && this.isSame(number, kind, bytes, start, length)) return number
    }
  }

  private isSame(number: number, kind: number, bytes: Buffer, start: number, length: number): boolean {
    if (this.kinds[number] !== kind || this.idLengths[number] !== length) return false
    const { idBytes } = this
    const idStart = this.idStarts[number] ?? 0
    for (let i = 0; i < length; i += 1) if (idBytes[idStart + i] !== bytes[start + i]) return false
    return true
  }

  private place(number: number): void {
    const { slots } = this
    const mask = slots.length - 1
    let slot = (this.hashes[number] ?? 0) & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = number + 1
  }

  private makeRoom(idLength: number): void {
    if (this.idEnd + idLength > this.idBytes.length)
      this.idBytes = Buffer.concat([this.idBytes], 2 * this.idBytes.length)
    if (this.count < this.hashes.length) return
    const room = 2 * this.count
    this.hashes = longer(this.hashes, room)
    this.kinds = longer(this.kinds, room)
    this.idLengths = longer(this.idLengths, room)
    this.idStarts = longer(this.idStarts, room)
    this.slots = new Uint32Array(2 * room)
    for (let number = 0; number < this.count; number += 1) this.place(number)
  }
}

/** FNV-1a over the kind and the bytes of the id, as the batches have it. */
function hashOf(kind: Kind, id: Buffer): number {
  let hash = Math.imul(0x811c9dc5 ^ readingKinds.indexOf(kind), 0x01000193)
  for (const byte of id) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
