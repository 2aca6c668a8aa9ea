import type { ApiToken, Caller } from '../contract/access.ts'
import type { MadeToken, NewToken } from '../contract/administration.ts'
import type { Denied } from '../contract/login.ts'
import { type KnownPlaces, placeProblem, scopesBeyond } from './giving.ts'
import { denied } from './loginAudit.ts'
import { secretHash, tokenText } from './tokenCallers.ts'

const DAY_MS = 86_400_000
/** No token is for ever (ASVS 5.0, 13.3.4). */
export const LONGEST_TOKEN_DAYS = 366

export interface TokenAdministrationNeeds {
  apiTokens: {
    list(): Promise<ApiToken[]>
    byId(id: string): Promise<ApiToken | null>
    insert(token: ApiToken & { sha256: string }): Promise<void>
    revoke(id: string, at: number): Promise<ApiToken | null>
  }
  known: KnownPlaces
  random(bytes: number): Buffer
}

export interface TokenAdministration {
  list(): Promise<ApiToken[]>
  /** The secret is in the answer and nowhere else. */
  make(by: Caller, command: NewToken, now: number): Promise<MadeToken | Denied>
  revoke(id: string, now: number): Promise<ApiToken | Denied>
}

export function createTokenAdministration({
  apiTokens,
  known,
  random
}: TokenAdministrationNeeds): TokenAdministration {
  function problemOf(
    { name, scopes, expiresAt, companyId = null, customerId = null }: NewToken,
    now: number
  ) {
    if (name.trim() === '') return 'a name has letters'
    if (scopes.includes('own:account')) return 'own:account is for people, not for tokens'
    const ends = Date.parse(expiresAt)
    if (!(ends > now)) return 'a token ends in the future'
    if (ends > now + LONGEST_TOKEN_DAYS * DAY_MS)
      return `a token stands for at most ${LONGEST_TOKEN_DAYS} days`
    return placeProblem({ companyId, customerId }, known)
  }

  async function refusal(by: Caller, command: NewToken, now: number): Promise<Denied | null> {
    const problem = problemOf(command, now)
    if (problem !== null) return denied(422, problem)
    const { scopes, expiresAt } = command
    const beyond = scopesBeyond(by, scopes)
    if (beyond.length > 0)
      return denied(403, `nobody gives rights that they do not have: ${beyond.join(', ')}`)
    const own = await apiTokens.byId(by.id)
    return own !== null && Date.parse(expiresAt) > Date.parse(own.expiresAt)
      ? denied(403, 'a token made by a token does not outlive it')
      : null
  }

  return {
    list: () => apiTokens.list(),
    async make(by, command, now) {
      const refused = await refusal(by, command, now)
      if (refused !== null) return refused
      const { name, scopes, expiresAt, companyId = null, customerId = null } = command
      const token: ApiToken = {
        // An id has no `_`: it parts the token's text.
        id: `tok-${random(9).toString('hex')}`,
        name: name.trim(),
        ...{ scopes, companyId, customerId },
        createdBy: by.id,
        createdAt: new Date(now).toISOString(),
        expiresAt: new Date(expiresAt).toISOString(),
        revokedAt: null,
        lastUsedAt: null
      }
      const secret = random(32).toString('base64url')
      await apiTokens.insert({ ...token, sha256: secretHash(secret) })
      return { token, secret: tokenText(token.id, secret) }
    },
    async revoke(id, now) {
      return (await apiTokens.revoke(id, now)) ?? denied(404, `there is no token ${id}`)
    }
  }
}
