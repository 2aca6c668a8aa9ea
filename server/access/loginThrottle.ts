import { network } from '../contract/network.ts'
import { createThrottle } from './throttle.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const common = { longestWaitMs: 15 * MINUTE, forgottenAfterMs: 60 * MINUTE, mostKeys: 10_000 }

/** Of one user name from one address. */
export const pairLimits = { ...common, free: 5, firstWaitMs: 30 * SECOND }

/** Failed passwords of one user name, from all addresses together, from which on it counts as attacked. */
const ATTACKED_FROM = 30

/** Who tries, and from where. */
export interface Attempt {
  userName: string
  address: string
}

/**
 * Brute force is slowed, and nobody is locked out (ASVS 5.0, 6.1.1 and 6.3.1):
 *
 *   (user, address)  5 free, then 30 s, 1 min, … 15 min
 *   user             from 30 failures on an address has 1 free instead of 5: the user's own, which has failed nothing, gets in
 *   address          20 free, over all user names: guessing one password for many users
 *   passkeys         20 free of an address, apart from its passwords
 *   codes of a user  20 free, over all addresses: who gets there knows the password; a passkey still works
 */
export interface LoginThrottle {
  /** Takes a try. 0: it may go on; else how long to wait, ms, and the try does not count. */
  password(attempt: Attempt, now: number): number
  passwordRight(attempt: Attempt): void
  /** It was never looked at. */
  passwordUntried(attempt: Attempt): void
  /** The same for a code, after the right password. */
  code(attempt: Attempt, now: number): number
  codeRight(attempt: Attempt): void
  /** The same for a passkey, of which nobody knows yet whose it is. */
  passkey(address: string, now: number): number
  passkeyRight(address: string): void
  /** Wrong codes in one half session, with this one. */
  failuresIn(sessionId: string, now: number): number
  /** Tries that had to wait, since the start. */
  readonly refused: number
  /** Keys held, and forgotten early for want of room. */
  status(): { held: number; evicted: number }
}

export function createLoginThrottle(): LoginThrottle {
  const pairs = createThrottle(pairLimits)
  const names = createThrottle({ ...common, free: Number.POSITIVE_INFINITY, firstWaitMs: 0 })
  const addresses = createThrottle({ ...common, free: 20, firstWaitMs: 10 * SECOND })
  const codes = createThrottle({ ...common, free: 20, firstWaitMs: 30 * SECOND })
  const passkeys = createThrottle({ ...common, free: 20, firstWaitMs: 10 * SECOND })
  const halfSessions = createThrottle({ ...common, free: Number.POSITIVE_INFINITY, firstWaitMs: 0 })
  const all = [pairs, names, addresses, codes, passkeys, halfSessions]
  let refused = 0

  const pairOf = ({ userName, address }: Attempt): string => `${userName}\n${network(address)}`
  const waits = (...waiting: number[]): number => {
    const wait = Math.max(...waiting)
    if (wait > 0) refused++
    return wait
  }

  return {
    password(attempt, now) {
      const [pair, address] = [pairOf(attempt), network(attempt.address)]
      const wait = waits(pairs.waitMs(pair, now), addresses.waitMs(address, now))
      if (wait > 0) return wait
      pairs.add(pair, now, names.count(attempt.userName, now) >= ATTACKED_FROM ? 1 : undefined)
      names.add(attempt.userName, now)
      addresses.add(address, now)
      return 0
    },
    passwordRight(attempt) {
      pairs.forget(pairOf(attempt))
      names.giveBack(attempt.userName)
      addresses.giveBack(network(attempt.address))
    },
    code(attempt, now) {
      const wait = waits(pairs.waitMs(`code ${pairOf(attempt)}`, now), codes.waitMs(attempt.userName, now))
      if (wait > 0) return wait
      pairs.add(`code ${pairOf(attempt)}`, now)
      codes.add(attempt.userName, now)
      return 0
    },
    codeRight(attempt) {
      pairs.forget(`code ${pairOf(attempt)}`)
      codes.giveBack(attempt.userName)
    },
    passwordUntried(attempt) {
      pairs.giveBack(pairOf(attempt))
      names.giveBack(attempt.userName)
      addresses.giveBack(network(attempt.address))
    },
    passkey(address, now) {
      const wait = waits(passkeys.waitMs(network(address), now))
      if (wait === 0) passkeys.add(network(address), now)
      return wait
    },
    passkeyRight: address => passkeys.giveBack(network(address)),
    failuresIn(sessionId, now) {
      halfSessions.add(sessionId, now)
      return halfSessions.count(sessionId, now)
    },
    get refused() {
      return refused
    },
    status: () => ({
      held: all.reduce((sum, { size }) => sum + size, 0),
      evicted: all.reduce((sum, one) => sum + one.evicted, 0)
    })
  }
}
