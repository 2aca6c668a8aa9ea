import { createHash, timingSafeEqual } from 'node:crypto'
import type { ApiToken, Caller } from '../contract/access.ts'

/** What is needed of the kept tokens. */
export interface TokenRecords {
  byId(id: string): Promise<(ApiToken & { sha256: string }) | null>
  used(id: string, at: number): Promise<void>
}

/** A use is written down at most this often. */
const NOTE_EVERY_MS = 60_000

/** `gl_<id>_<secret>`, as it is sent: an id has no `_`, the secret is 256 random bits in base64url. */
const text = /^gl_([A-Za-z0-9-]{1,64})_([A-Za-z0-9_-]{43})$/

export const tokenText = (id: string, secret: string): string => `gl_${id}_${secret}`

/** The SHA-256 of a secret, hexadecimal: all that is kept of it. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/**
 * The machine behind a token; null when it is none of ours, revoked, or has run out, or when that is so of the token that
 * made it: whoever stole one could else live on in its children. `mayStand`: whether tokens of this person count (still).
 * A plain hash is enough for a secret that nobody can guess (ASVS 5.0, 6.5.2).
 */
export function createTokenCallers(
  { byId, used }: TokenRecords,
  mayStand: (personId: string) => Promise<boolean> = async () => true
): (sent: string, now: number) => Promise<Caller | null> {
  return async (sent, now) => {
    const [, id, secret] = text.exec(sent) ?? []
    if (id === undefined || secret === undefined) return null
    const token = await byId(id)
    if (token === null || !isSame(token.sha256, secretHash(secret)) || !isValid(token, now)) return null
    const maker = await makerOf(token, byId, now)
    if (maker === null || !(await mayStand(maker))) return null
    if (now - Date.parse(token.lastUsedAt ?? '1970-01-01T00:00:00Z') >= NOTE_EVERY_MS) await used(id, now)
    return callerOf(token, maker)
  }
}

export const isValid = ({ revokedAt, expiresAt }: ApiToken, now: number): boolean =>
  revokedAt === null && now < Date.parse(expiresAt)

/** Who made a token; of one that was made by a token, who made that one. null: that one is no longer valid. */
async function makerOf(
  { createdBy }: ApiToken,
  byId: TokenRecords['byId'],
  now: number
): Promise<string | null> {
  const earlier = createdBy.startsWith('tok-') ? await byId(createdBy) : null
  if (earlier === null) return createdBy
  return isValid(earlier, now) ? makerOf(earlier, byId, now) : null
}

function callerOf({ id, name, scopes, companyId, customerId }: ApiToken, personId: string): Caller {
  return { id, personId, name, kind: 'token', roles: [], scopes, companyId, customerId }
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
