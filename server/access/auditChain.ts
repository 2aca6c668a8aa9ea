/**
 * The chain itself, pure: how a link is made, and whether links still are what was written.
 *
 *   before 1 ──► entry 1 ──► entry 2 ──► … ──► entry n ◄── head (height, hash)
 *                  each names the hash of the one before          ◄── signed checkpoints, kept outside
 *
 * Who can write to the database can rewrite everything from an entry on, and the head with it; that, and a cut at the
 * end, is seen by a checkpoint alone.
 */
import { createHash } from 'node:crypto'
import {
  AUDIT_GENESIS,
  type AuditEntry,
  type AuditHead,
  type AuditRecord,
  type KeptAuditEntry
} from '../contract/audit.ts'
import { canonicalJson } from '../contract/canonicalJson.ts'

/** The first place where the chain is not what was written. */
export interface ChainFault {
  /** Of the entry in question. */
  height: number
  what: 'altered' | 'missing' | 'reordered' | 'unreadable' | 'head'
  /** In words, naming the entry. */
  text: string
}

/** A record as the link behind `head`. `salt` is random, hexadecimal; used where there is something personal. */
export function linkAfter(head: AuditHead, record: AuditRecord, salt: string): KeptAuditEntry {
  const { actorId, action, object, outcome, status, attempt, before, after, personal } = record
  const entry = {
    height: head.height + 1,
    at: new Date(record.at).toISOString(),
    ...{ actorId, action, object, outcome, status, attempt, before, after, personal },
    personalHash: personal === null ? null : personalHashOf(salt, personal),
    previousHash: head.hash,
    hash: '',
    salt: personal === null ? null : salt
  }
  return { ...entry, hash: hashOf(entry) }
}

/** SHA-256( previousHash ‖ canonical JSON of the entry without `hash`, `personal` and its salt ), hexadecimal. */
export function hashOf(entry: AuditEntry & { salt?: string | null }): string {
  const { hash: _hash, personal: _personal, salt: _salt, ...bound } = entry
  return sha256(entry.previousHash + canonicalJson(bound))
}

/** SHA-256( salt ‖ canonical JSON ), hexadecimal: without the salt nobody can find out by trying what was erased. */
export function personalHashOf(salt: string, personal: unknown): string {
  return sha256(salt + canonicalJson(personal))
}

/** What is wrong with an entry that is read behind `previous`; null when it follows. `since` is trusted. */
export function faultOf(
  entry: KeptAuditEntry,
  previous: AuditHead,
  since: AuditHead = AUDIT_GENESIS
): ChainFault | null {
  const height = previous.height + 1
  if (entry.height > height) {
    const last = entry.height - 1
    return fault(
      height,
      'missing',
      `${last > height ? `entries ${height} to ${last} are` : `entry ${height} is`} missing`
    )
  }
  if (entry.height !== height) return fault(height, 'altered', `entry ${height} does not count up`)
  if (hashOf(entry) !== entry.hash) return changedFault(entry)
  if (entry.previousHash !== previous.hash) return brokenLink(entry.height, previous, since)
  if (entry.personal === null) return null
  const matches = entry.salt !== null && personalHashOf(entry.salt, entry.personal) === entry.personalHash
  return matches ? null : fault(height, 'altered', `the personal data of entry ${height} were altered`)
}

/** Follows entries, read by height, from `since` on: as far as they hold. */
export function verifyEntries(
  entries: Iterable<KeptAuditEntry>,
  previous: AuditHead = AUDIT_GENESIS,
  since: AuditHead = previous
): { head: AuditHead; fault: ChainFault | null } {
  let head = previous
  for (const entry of entries) {
    const found = faultOf(entry, head, since)
    if (found !== null) return { head, fault: found }
    head = { height: entry.height, hash: entry.hash }
  }
  return { head, fault: null }
}

/** Whether the chain still holds what was signed: `entry` is the one at the checkpoint's height, null when there is none. */
export function faultAgainst(checkpoint: AuditHead, entry: AuditEntry | null): ChainFault | null {
  const { height, hash } = checkpoint
  if (height === 0) return null
  if (entry === null)
    return fault(
      height,
      'missing',
      `entry ${height} was signed and is missing: the end of the chain was cut off`
    )
  if (entry.hash === hash) return null
  const text = `entry ${height} is not the one that was signed: it, or one before it, was altered and the chain rewritten`
  return fault(height, 'altered', text)
}

/** How far from its place an entry is looked for. */
const PLACES = 1000

/** Moved rows keep their hash, which their old height belongs to. */
function changedFault(entry: KeptAuditEntry): ChainFault {
  const { height } = entry
  for (let away = 1; away <= PLACES; away++) {
    const place = [height + away, height - away].find(
      other => other > 0 && hashOf({ ...entry, height: other }) === entry.hash
    )
    if (place !== undefined) {
      return fault(
        height,
        'reordered',
        `entry ${height} is out of order: what stands there is entry ${place}`
      )
    }
  }
  return fault(height, 'altered', `entry ${height} was altered`)
}

/** An entry that is whole, but bound to another one than what stands before it. */
function brokenLink(height: number, previous: AuditHead, since: AuditHead): ChainFault {
  if (previous.height <= since.height)
    return fault(
      height,
      'altered',
      `entry ${height} was altered: it does not follow entry ${previous.height}`
    )
  const text = `entry ${previous.height} was altered together with its hash: entry ${height} is bound to another`
  return fault(previous.height, 'altered', text)
}

const fault = (height: number, what: ChainFault['what'], text: string): ChainFault => ({ height, what, text })

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
