import { createHash } from 'node:crypto'

const HOW_MANY = 10
/** Without 0, 1, 8, 9, I, L, O, U: nothing that is mistaken on paper. 24 letters of 28: 115 bits, so a plain hash will do (ASVS 5.0, 6.5.2). */
const letters = 'ABCDEFGHJKMNPQRSTVWXYZ234567'
const LENGTH = 24
const GROUP = 6
/** They have no end of their own: 9999-12-31. */
const NEVER = 253_402_214_400_000

export interface OneTimeRecords {
  put(kind: string, sha256: string, expiresAt: number, data: object, now?: number): Promise<void>
  take(kind: string, sha256: string, now: number): Promise<unknown>
  drop(kind: string): Promise<void>
  /** How many of a kind have not run out. */
  count(kind: string, now: number): Promise<number>
}

/** Ten codes on paper for the day the phone is lost; each is good for one login. Kept as their SHA-256. */
export interface RecoveryCodes {
  /** In the place of all former ones; shown once. */
  make(userId: string): Promise<string[]>
  use(userId: string, code: string, now: number): Promise<boolean>
  left(userId: string, now: number): Promise<number>
  drop(userId: string): Promise<void>
}

export function createRecoveryCodes(
  oneTime: OneTimeRecords,
  random: (bytes: number) => Buffer
): RecoveryCodes {
  const kind = (userId: string): string => `recovery/${userId}`
  return {
    async make(userId) {
      await oneTime.drop(kind(userId))
      const codes = Array.from({ length: HOW_MANY }, () => newCode(random))
      for (const code of codes) await oneTime.put(kind(userId), digest(userId, code), NEVER, {})
      return codes
    },
    async use(userId, code, now) {
      const plain = plainCode(code)
      if (plain.length !== LENGTH) return false
      return (await oneTime.take(kind(userId), digest(userId, plain), now)) !== null
    },
    left: (userId, now) => oneTime.count(kind(userId), now),
    drop: userId => oneTime.drop(kind(userId))
  }
}

/** As typed: in groups, in small letters, with spaces. */
export const plainCode = (code: string): string => code.toUpperCase().replace(/[\s-]/g, '')

const digest = (userId: string, code: string): string =>
  createHash('sha256')
    .update(`${userId}\n${plainCode(code)}`)
    .digest('hex')

/** `H4K7QX-…`: four groups of six. Bytes beyond the last whole multiple of 28 are thrown away: each letter is as likely. */
function newCode(random: (bytes: number) => Buffer): string {
  let code = ''
  while (code.length < LENGTH) {
    for (const byte of random(LENGTH)) {
      if (byte < 252 && code.length < LENGTH) code += letters[byte % letters.length]
    }
  }
  return code.replace(new RegExp(`.{${GROUP}}(?=.)`, 'g'), '$&-')
}
