import type { User } from '../contract/access.ts'
import { plainCode, type RecoveryCodes } from './recoveryCodes.ts'
import { newTotpSeed, totpStep, totpUri } from './totp.ts'

/** Encrypts what has to be read again; opened only with the same context. Throws when the text was altered. */
export interface Sealing {
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
}

export interface SecretRecords {
  secretsOf(id: string): Promise<{
    passwordHash: string | null
    totp: { sealed: string; lastStep: number | null } | null
  } | null>
  setTotp(id: string, totp: { sealed: string; lastStep: number | null } | null): Promise<void>
  useTotpStep(id: string, step: number): Promise<boolean>
}

/** What a seed is sealed for, so that it is of no use in another user's row. */
export const totpContext = (userId: string): string => `totp/${userId}`

const OFFER_STANDS_MS = 10 * 60_000

export interface CodeNeeds {
  users: SecretRecords
  keys: Sealing
  recovery: RecoveryCodes
  random(bytes: number): Buffer
}

/** Codes from an app, and from paper. */
export interface Codes {
  /** null: wrong, or used before. Each code is good once, on however many processes it is tried. */
  use(user: User, code: string, now: number): Promise<'totp' | 'recovery' | null>
  /** A seed that becomes the user's own only when a code of it is shown. Nothing is kept of it until then. */
  offer(user: User, now: number): { uri: string; secret: string; offer: string }
  /** null: the offer is another's, altered, or too old, or the code is wrong. Else it waits to be kept. */
  confirm(user: User, offer: string, code: string, now: number): (() => Promise<void>) | null
  remove(userId: string): Promise<void>
}

export function createCodes({ users, keys, recovery, random }: CodeNeeds): Codes {
  const offerContext = (userId: string): string => `totp-offer/${userId}`

  async function useTotp(userId: string, code: string, now: number): Promise<boolean> {
    const totp = (await users.secretsOf(userId))?.totp
    if (!totp) return false
    const step = totpStep(keys.open(totp.sealed, totpContext(userId)), code, now)
    return step !== null && users.useTotpStep(userId, step)
  }

  return {
    async use(user, code, now) {
      const plain = plainCode(code)
      if (/^\d{6}$/.test(plain)) return (await useTotp(user.id, plain, now)) ? 'totp' : null
      return (await recovery.use(user.id, plain, now)) ? 'recovery' : null
    },
    offer(user, now) {
      const secret = newTotpSeed(random)
      const offer = keys.seal(JSON.stringify({ secret, until: now + OFFER_STANDS_MS }), offerContext(user.id))
      return { uri: totpUri(secret, user.userName), secret, offer }
    },
    confirm(user, offer, code, now) {
      const offered = opened(() => keys.open(offer, offerContext(user.id)))
      if (offered === null || now >= offered.until) return null
      const step = totpStep(offered.secret, plainCode(code), now)
      if (step === null) return null
      const sealed = keys.seal(offered.secret, totpContext(user.id))
      // The code that confirmed is used up with it.
      return () => users.setTotp(user.id, { sealed, lastStep: step })
    },
    remove: userId => users.setTotp(userId, null)
  }
}

function opened(open: () => string): { secret: string; until: number } | null {
  try {
    return JSON.parse(open())
  } catch {
    return null // of another user, of another key ring, or made up
  }
}
