import { hash, timingSafeEqual } from 'node:crypto'

/** Credentials on their way between threads: identities one a line, and of each secret the SHA-256, one after the other. */
export interface PackedCredentials {
  identities: string
  hashes: Uint8Array
}

export interface CredentialHash {
  /** `meter/M-1` */
  identity: string
  /** Of the secret's text, hexadecimal. */
  sha256: string
}

const KEY_BYTES = 16
const HASH_BYTES = 32
const METER = /^(meter|transformer)\//
const NOBODY = Buffer.alloc(HASH_BYTES)

export function packCredentials(credentials: readonly CredentialHash[]): PackedCredentials {
  const hashes = Buffer.alloc(credentials.length * HASH_BYTES)
  for (const [row, { identity, sha256 }] of credentials.entries()) {
    if (hashes.write(sha256, row * HASH_BYTES, 'hex') !== HASH_BYTES)
      throw new Error(`the credential of ${identity} has no SHA-256`)
  }
  return { identities: credentials.map(({ identity }) => identity).join('\n'), hashes }
}

/**
 * Who has a credential, in about 60 bytes each: rows of (hash of the identity, hash of the secret), found through a hash
 * table of row numbers. A revoked row stays, without its secret, until the identity gets a new one.
 */
export class CredentialTable {
  private rows = Buffer.alloc(64 * (KEY_BYTES + HASH_BYTES))
  private isValid = new Uint8Array(64)
  private count = 0
  /** Row + 1; 0: free. At most half of it is taken. */
  private slots = new Uint32Array(128)
  private valid = 0
  private validMeters = 0

  /** How many have a valid credential. */
  get size(): number {
    return this.valid
  }

  /** Whether somebody has one of whom a concentrator could speak, too. */
  get hasMeters(): boolean {
    return this.validMeters > 0
  }

  /** Adds these, or gives them a new secret; returns whose secret is another one than before. */
  put({ identities, hashes }: PackedCredentials): string[] {
    if (identities === '') return []
    return identities.split('\n').filter((identity, index) => {
      const row = this.rowOf(identity, true)
      const place = this.secretAt(row)
      const secret = hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
      const isNew = this.isValid[row] !== 1
      const isOther = isNew || !place.equals(secret)
      place.set(secret)
      this.isValid[row] = 1
      if (isNew) this.note(identity, 1)
      return isOther
    })
  }

  revoke(identity: string): void {
    const row = this.rowOf(identity, false)
    if (row < 0 || this.isValid[row] !== 1) return
    this.isValid[row] = 0
    this.secretAt(row).fill(0)
    this.note(identity, -1)
  }

  has(identity: string): boolean {
    const row = this.rowOf(identity, false)
    return row >= 0 && this.isValid[row] === 1
  }

  /** Takes the same time whether the identity exists or not. */
  matches(identity: string, secret: Uint8Array): boolean {
    const row = this.rowOf(identity, false)
    const isKnown = row >= 0 && this.isValid[row] === 1
    const isRight = timingSafeEqual(hash('sha256', secret, 'buffer'), isKnown ? this.secretAt(row) : NOBODY)
    return isKnown && isRight
  }

  private note(identity: string, change: 1 | -1): void {
    this.valid += change
    if (METER.test(identity)) this.validMeters += change
  }

  private secretAt(row: number): Buffer {
    const from = row * (KEY_BYTES + HASH_BYTES) + KEY_BYTES
    return this.rows.subarray(from, from + HASH_BYTES)
  }

  private keyAt(row: number): Buffer {
    const from = row * (KEY_BYTES + HASH_BYTES)
    return this.rows.subarray(from, from + KEY_BYTES)
  }

  /** -1: there is none. */
  private rowOf(identity: string, adds: boolean): number {
    const key = hash('sha256', identity, 'buffer').subarray(0, KEY_BYTES)
    let slot = this.slotOf(key)
    const row = (this.slots[slot] ?? 0) - 1
    if (row >= 0 || !adds) return row
    if (this.count === this.isValid.length) {
      this.grow()
      slot = this.slotOf(key)
    }
    this.keyAt(this.count).set(key)
    this.slots[slot] = ++this.count
    return this.count - 1
  }

  /** Where the key is, or the free slot where it would go. */
  private slotOf(key: Buffer): number {
    const last = this.slots.length - 1
    let slot = key.readUInt32LE(0) & last
    for (let taken = this.slots[slot]; taken; taken = this.slots[slot]) {
      if (this.keyAt(taken - 1).equals(key)) break
      slot = (slot + 1) & last
    }
    return slot
  }

  private grow(): void {
    const room = this.isValid.length * 2
    this.rows = Buffer.concat([this.rows], room * (KEY_BYTES + HASH_BYTES))
    const isValid = new Uint8Array(room)
    isValid.set(this.isValid)
    this.isValid = isValid
    this.slots = new Uint32Array(room * 2)
    for (let row = 0; row < this.count; row++) this.slots[this.slotOf(this.keyAt(row))] = row + 1
  }
}
