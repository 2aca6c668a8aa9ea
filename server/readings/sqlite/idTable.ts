const ENTRY_HEAD = 9
const FIRST_SLOTS = 1 << 12
const FIRST_BYTES = 1 << 16
/** Together 12 MiB, which is about 400,000 ids. */
const MOST_SLOTS = 1 << 20
const MOST_BYTES = 8 << 20
/** What was remembered first is forgotten once it helps less than this share of those who ask. */
const MISSES_AN_ENTRY = 16

/**
 * The numbers of ids, found by the bytes of the id without a string. It grows up to a bound; what comes after that is
 * not remembered, and when that happens often, everything is forgotten once.
 *
 *   slots     │ 0 │ 19 │ 0 │ 1 │ …             place of the entry + 1, at hash, hash + 1, … (open addressing)
 *   entries   │ n │ hash │ length │ id │ n │ …
 */
export class IdTable {
  private slots = new Uint32Array(FIRST_SLOTS)
  private entries = Buffer.alloc(FIRST_BYTES)
  private used = 0
  private count = 0
  private misses = 0

  /** The number of the id bytes[start … start + length); 0 when it is not remembered. */
  find(hash: number, bytes: Buffer, start: number, length: number): number {
    const { slots, entries } = this
    const mask = slots.length - 1
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] ?? 0) - 1
      if (entry < 0) return 0
      if (entries.readUInt32LE(entry + 4) === hash && this.isAt(entry, bytes, start, length))
        return entries.readUInt32LE(entry)
    }
  }

  /** Remembers one that `find` did not know. */
  add(hash: number, bytes: Buffer, start: number, length: number, n: number): void {
    if (!this.makeRoom(ENTRY_HEAD + length)) return
    const { entries, used } = this
    entries.writeUInt32LE(n, used)
    entries.writeUInt32LE(hash, used + 4)
    entries[used + 8] = length
    bytes.copy(entries, used + ENTRY_HEAD, start, start + length)
    this.place(used)
    this.used += ENTRY_HEAD + length
    this.count++
  }

  private isAt(entry: number, bytes: Buffer, start: number, length: number): boolean {
    const { entries } = this
    if (entries[entry + 8] !== length) return false
    const id = entry + ENTRY_HEAD
    for (let at = 0; at < length; at++) if (entries[id + at] !== bytes[start + at]) return false
    return true
  }

  /** False where the bound does not allow another one. */
  private makeRoom(bytes: number): boolean {
    const isFull = this.used + bytes > MOST_BYTES || 2 * this.count >= MOST_SLOTS
    if (isFull && ++this.misses < MISSES_AN_ENTRY * this.count) return false
    if (isFull) this.forget()
    if (this.used + bytes > this.entries.length) {
      const larger = Buffer.alloc(2 * this.entries.length)
      this.entries.copy(larger, 0, 0, this.used)
      this.entries = larger
    }
    if (2 * this.count >= this.slots.length) {
      this.slots = new Uint32Array(2 * this.slots.length)
      for (let entry = 0; entry < this.used; entry += ENTRY_HEAD + (this.entries[entry + 8] ?? 0))
        this.place(entry)
    }
    return true
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1
    let slot = mix(this.entries.readUInt32LE(entry + 4)) & mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = entry + 1
  }

  private forget(): void {
    this.slots.fill(0)
    this.used = 0
    this.count = 0
    this.misses = 0
  }
}

/** The low bits of FNV-1a alone follow the last letters of the id. */
function mix(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 7
}
