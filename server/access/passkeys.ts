import { createHash } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { User } from '../contract/access.ts'
import type { KeptPasskey } from '../contract/accounts.ts'
import type { Passkey, PasskeyPurpose } from '../contract/login.ts'
import type { Challenge, Challenges } from './challenges.ts'

export interface PasskeyRecords {
  of(userId: string): Promise<KeptPasskey[]>
  get(credentialId: string): Promise<KeptPasskey | null>
  insert(passkey: KeptPasskey): Promise<boolean>
  counter(credentialId: string, counter: number, at: number): Promise<boolean>
  remove(userId: string, credentialId: string): Promise<boolean>
}

export interface PasskeyNeeds {
  passkeys: PasskeyRecords
  challenges: Challenges
  /** The host name of PUBLIC_URL: a passkey belongs to a name, never to an address. */
  rpId: string
  /** Where the pages are. */
  origins: readonly string[]
}

/** Whose key it was, and what the challenge it signed was given for. */
export interface Shown {
  userId: string
  challenge: Challenge
}

/** Passkeys by WebAuthn level 3, always with the user verified by the device (fingerprint, face, PIN). */
export interface Passkeys {
  /** What a browser is asked; without a user any passkey of this site will do. */
  ask(what: Challenge & { purpose: PasskeyPurpose }, now: number): Promise<object>
  /** null: the answer proves nothing. The challenge is used up either way. */
  shown(response: unknown, now: number): Promise<Shown | null>
  offer(user: User, now: number): Promise<object>
  /** In words why not, or what waits to be kept: false when it is registered already, whoever has it. */
  register(
    user: User,
    name: string,
    response: unknown,
    now: number
  ): Promise<string | (() => Promise<boolean>)>
  of(userId: string): Promise<Passkey[]>
  /** false when the user has no such passkey. */
  remove(userId: string, id: string): Promise<boolean>
}

/** The credential's own id can be longer than an address should be. */
const idOf = (credentialId: string): string =>
  `pk-${createHash('sha256').update(credentialId).digest('base64url').slice(0, 24)}`

/** Loaded at the first passkey: its certificate parsers take 25 MiB, and many a server never sees one. */
const library = () => import('@simplewebauthn/server')

export function createPasskeys({ passkeys, challenges, rpId, origins }: PasskeyNeeds): Passkeys {
  const known = async (userId: string) =>
    (await passkeys.of(userId)).map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports]
    }))
  // COSE: Ed25519, ES256, RS256. Named, or the library tries the runtime out, which warns on the console.
  const supportedAlgorithmIDs = [-8, -7, -257]
  const site = { expectedOrigin: [...origins], requireUserVerification: true }

  async function checked(response: AuthenticationResponseJSON, now: number): Promise<Shown | null> {
    const row = typeof response.id === 'string' ? await passkeys.get(response.id) : null
    if (row === null) return null
    let challenge: Challenge | null = null
    const { verifyAuthenticationResponse } = await library()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...site,
      response,
      expectedRPID: rpId,
      expectedChallenge: async given => {
        challenge = await challenges.take(given, now)
        return challenge !== null && challenge.purpose !== 'register'
      },
      credential: {
        id: row.credentialId,
        publicKey: new Uint8Array(Buffer.from(row.publicKey, 'base64url')),
        counter: row.counter
      }
    })
    const handle = response.response.userHandle
    const isHandleRight = !handle || Buffer.from(handle, 'base64url').toString() === row.userId
    if (!verified || challenge === null || !isHandleRight) return null
    const counted = await passkeys.counter(row.credentialId, authenticationInfo.newCounter, now)
    return counted ? { userId: row.userId, challenge } : null
  }

  async function registered(user: User, name: string, response: RegistrationResponseJSON, now: number) {
    const { verifyRegistrationResponse } = await library()
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...site,
      supportedAlgorithmIDs,
      response,
      expectedRPID: rpId,
      expectedChallenge: async given => {
        const challenge = await challenges.take(given, now)
        return challenge?.purpose === 'register' && challenge.userId === user.id
      }
    })
    if (!verified) return 'the browser did not prove that it holds the new passkey'
    const { credential, credentialBackedUp } = registrationInfo
    const row: KeptPasskey = {
      credentialId: credential.id,
      userId: user.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: (credential.transports ?? []).slice(0, 10).map(String),
      name,
      isBackedUp: credentialBackedUp,
      createdAt: now,
      lastUsedAt: null
    }
    return () => passkeys.insert(row)
  }

  return {
    async ask(what, now) {
      const challenge = await challenges.give(what, now)
      const { generateAuthenticationOptions } = await library()
      return generateAuthenticationOptions({
        rpID: rpId,
        challenge: bytesOf(challenge),
        userVerification: 'required',
        ...(what.userId === null ? {} : { allowCredentials: await known(what.userId) })
      })
    },
    async shown(response, now) {
      try {
        return await checked(response as AuthenticationResponseJSON, now)
      } catch {
        return null // the library throws at everything that is not as it should be
      }
    },
    async offer(user, now) {
      const challenge = await challenges.give({ purpose: 'register', userId: user.id, sessionId: null }, now)
      const { generateRegistrationOptions } = await library()
      return generateRegistrationOptions({
        rpName: 'Gridload',
        rpID: rpId,
        userName: user.userName,
        userDisplayName: user.name,
        userID: new Uint8Array(Buffer.from(user.id)),
        challenge: bytesOf(challenge),
        attestationType: 'none',
        supportedAlgorithmIDs,
        excludeCredentials: await known(user.id),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' }
      })
    },
    async register(user, name, response, now) {
      try {
        return await registered(user, name, response as RegistrationResponseJSON, now)
      } catch {
        return 'this is not the answer of a passkey to what was asked'
      }
    },
    of: async userId => (await passkeys.of(userId)).map(shownPasskey),
    async remove(userId, id) {
      const row = (await passkeys.of(userId)).find(({ credentialId }) => idOf(credentialId) === id)
      return row !== undefined && passkeys.remove(userId, row.credentialId)
    }
  }
}

const bytesOf = (challenge: string) => new Uint8Array(Buffer.from(challenge, 'base64url'))

const shownPasskey = ({ credentialId, name, createdAt, lastUsedAt }: KeptPasskey): Passkey => ({
  id: idOf(credentialId),
  name,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString()
})
