import { createHash, timingSafeEqual } from 'node:crypto'
import type * as oidc from 'openid-client'
import type { OneTimeRecords } from './recoveryCodes.ts'

/** Loaded at the first use: most run without a directory. */
const library = () => import('openid-client')

const STANDS_MS = 10 * 60_000
const TIMEOUT_S = 10

export interface DirectorySettings {
  issuer: string
  clientId: string
  clientSecret: string | null
  rolesClaim: string
  companyClaim: string
}

export interface DirectoryNeeds {
  settings: DirectorySettings
  /** PUBLIC_URL, without a slash at the end. */
  publicUrl: string
  oneTime: Pick<OneTimeRecords, 'put' | 'take'>
  random(bytes: number): Buffer
  onFault(error: unknown): void
}

/** What a round trip is for: to log in, or to prove one's identity once more within a session. */
export type Errand = { purpose: 'login' } | { purpose: 'step-up'; sessionId: string; userId: string }

/** Kept while the person is at the directory. */
interface Trip {
  errand: Errand
  verifier: string
  nonce: string
  /** SHA-256 of the cookie of the browser that began. */
  browser: string
}

export type Claims = Readonly<Record<string, unknown>>

/**
 * The utility's own directory by OpenID Connect: authorization code with PKCE, state and nonce.
 *
 *   start ──► browser gets a cookie and goes to the directory ──► comes back with code and state ──► claims
 *
 * The state is good once, and only in the browser that holds the cookie.
 */
export interface Directory {
  /** null: it cannot be reached. `browser` is for a cookie of 10 minutes. */
  start(errand: Errand, now: number): Promise<{ url: string; browser: string } | null>
  /** `search` as it came, from `?` on. 'try-again': not begun here, too old, refused there, or forged. */
  finish(
    search: string,
    browser: string | null,
    now: number
  ): Promise<{ claims: Claims; errand: Errand } | 'try-again' | 'unavailable'>
}

export const callbackPath = '/api/auth/oidc/callback'

export function createDirectory(needs: DirectoryNeeds): Directory {
  const { publicUrl, oneTime, random } = needs
  const onFault = (error: unknown): void => needs.onFault(withoutSecrets(error))
  const configuration = remembered(() => discover(needs.settings))
  const text = (): string => random(32).toString('base64url')

  async function start(errand: Errand, now: number) {
    const config = await configuration().catch(onFault)
    if (!config) return null
    const [state, browser, trip] = [text(), text(), { errand, verifier: text(), nonce: text() }]
    await oneTime.put('oidc', sha256(state), now + STANDS_MS, { ...trip, browser: sha256(browser) }, now)
    const oidc = await library()
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: publicUrl + callbackPath,
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(trip.verifier),
      code_challenge_method: 'S256',
      state,
      nonce: trip.nonce,
      ...(errand.purpose === 'step-up' ? { prompt: 'login', max_age: '0' } : {})
    })
    return { url: url.href, browser }
  }

  async function exchange(config: oidc.Configuration, search: string, state: string, trip: Trip) {
    const oidc = await library()
    const tokens = await oidc.authorizationCodeGrant(config, new URL(publicUrl + callbackPath + search), {
      expectedState: state,
      expectedNonce: trip.nonce,
      pkceCodeVerifier: trip.verifier,
      idTokenExpected: true,
      // That the person was asked just now is said by `auth_time`; a minute for the way back.
      ...(trip.errand.purpose === 'step-up' ? { maxAge: 60 } : {})
    })
    const claims = tokens.claims()
    if (claims === undefined) throw new Error('the directory gave no ID token')
    if (needs.settings.rolesClaim in claims) return claims
    // Many directories put roles only into the answer of the UserInfo endpoint.
    const info = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
    return { ...info, ...claims }
  }

  return {
    start,
    async finish(search, browser, now) {
      const state = new URLSearchParams(search).get('state')
      if (state === null || browser === null) return 'try-again'
      const trip = (await oneTime.take('oidc', sha256(state), now)) as Trip | null
      if (trip === null || !same(trip.browser, sha256(browser))) return 'try-again'
      const config = await configuration().catch(onFault)
      if (!config) return 'unavailable'
      try {
        return { claims: await exchange(config, search, state, trip), errand: trip.errand }
      } catch (error) {
        onFault(error)
        return isUnreachable(error) ? 'unavailable' : 'try-again'
      }
    }
  }
}

async function discover(settings: DirectorySettings): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = settings
  const oidc = await library()
  return oidc.discovery(
    new URL(issuer),
    clientId,
    { [oidc.clockTolerance]: 30 },
    clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
    { timeout: TIMEOUT_S, ...(isLoopbackHttp(issuer) ? { execute: [oidc.allowInsecureRequests] } : {}) }
  )
}

/** Without TLS only a directory on this very machine is spoken to. */
export function isLoopbackHttp(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer)
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

/** Asks once; after a failure the next one who needs it asks again. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null
  return () => {
    asked ??= ask().catch(error => {
      asked = null
      throw error
    })
    return asked
  }
}

/** fetch throws a TypeError when nobody answers, and a timeout has this name. */
const isUnreachable = (error: unknown): boolean => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof TypeError || (cause instanceof Error && /Timeout|Abort/.test(cause.name))
}

/** The library's errors carry the answer they are about, with its codes and tokens: none of that is for a log. */
function withoutSecrets(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('unknown')
  const { cause, code } = error as Error & { code?: unknown }
  const because = cause instanceof Error ? `: ${cause.message}` : ''
  return new Error(`${error.name}${typeof code === 'string' ? ` ${code}` : ''}: ${error.message}${because}`)
}

const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex')

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
