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
 * The machine behind a token; null when it is none of ours, revoked, or has run out. A plain hash is enough for a secret
 * that nobody can guess (ASVS 5.0, 6.5.2).
 */
export function createTokenCallers({
  byId,
  used
}: TokenRecords): (sent: string, now: number) => Promise<Caller | null> {
  return async (sent, now) => {
    const [, id, secret] = text.exec(sent) ?? []
    if (id === undefined || secret === undefined) return null
    const token = await byId(id)
    if (token === null || !isSame(token.sha256, secretHash(secret)) || !isValid(token, now)) return null
    if (now - Date.parse(token.lastUsedAt ?? '1970-01-01T00:00:00Z') >= NOTE_EVERY_MS) await used(id, now)
    return callerOf(token, await makerOf(token, byId))
  }
}

export const isValid = ({ revokedAt, expiresAt }: ApiToken, now: number): boolean =>
  revokedAt === null && now < Date.parse(expiresAt)

/** Who made a token; of one that was made by a token, who made that one. */
async function makerOf({ createdBy }: ApiToken, byId: TokenRecords['byId']): Promise<string> {
  const earlier = createdBy.startsWith('tok-') ? await byId(createdBy) : null
  return earlier === null ? createdBy : makerOf(earlier, byId)
}

function callerOf({ id, name, scopes, companyId, customerId }: ApiToken, personId: string): Caller {
  return { id, personId, name, kind: 'token', roles: [], scopes, companyId, customerId }
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
