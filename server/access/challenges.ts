import { createHash } from 'node:crypto'
import type { PasskeyPurpose } from '../contract/login.ts'
import type { OneTimeRecords } from './recoveryCodes.ts'

const STANDS_MS = 5 * 60_000

/** What a challenge was given for: to whom, and in which session. */
export interface Challenge {
  purpose: PasskeyPurpose | 'register'
  userId: string | null
  sessionId: string | null
}

/** The random texts that a passkey has to sign. Each is good once, for what it was given for. */
export interface Challenges {
  give(what: Challenge, now: number): Promise<string>
  /** null: never given, used, or too old. */
  take(challenge: string, now: number): Promise<Challenge | null>
}

export function createChallenges(
  oneTime: Pick<OneTimeRecords, 'put' | 'take'>,
  random: (bytes: number) => Buffer
): Challenges {
  const digest = (challenge: string): string => createHash('sha256').update(challenge).digest('hex')
  return {
    async give(what, now) {
      const challenge = random(32).toString('base64url')
      await oneTime.put('challenge', digest(challenge), now + STANDS_MS, what, now)
      return challenge
    },
    take: async (challenge, now) =>
      (await oneTime.take('challenge', digest(challenge), now)) as Challenge | null
  }
}
