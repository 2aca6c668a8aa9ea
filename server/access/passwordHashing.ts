import { hash, parseOptions, verify } from '@node-rs/argon2'
import { normalPassword } from './passwords.ts'

/** argon2id (the library's default), m = 19 MiB, t = 2, p = 1: ASVS 5.0, appendix C; OWASP Password Storage. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/**
 * The log and the databases need the same few threads for their fdatasync: a flood of logins may never hold them all.
 * Who finds the queue full is told to come back.
 */
const AT_ONCE = 2
const MOST_WAITING = 64

export interface PasswordHashing {
  /** PHC text; 'busy' when too many wait. */
  hash(password: string): Promise<string | 'busy'>
  /**
   * Takes the same time whether there is a hash or not. `outgrown`: it matches, and was made at a lower cost than today's.
   */
  check(stored: string | null, password: string): Promise<'matches' | 'outgrown' | 'differs' | 'busy'>
}

/** `random` gives that many unpredictable bytes: the password nobody has. */
export function createPasswordHashing(random: (bytes: number) => Buffer): PasswordHashing {
  const queue = inTurn(AT_ONCE, MOST_WAITING)
  let nobodys: Promise<string> | null = null

  return {
    hash: password => queue(() => hash(normalPassword(password), cost)),
    check: (stored, password) =>
      queue(async () => {
        nobodys ??= hash(random(32), cost)
        const matches = await verify(stored ?? (await nobodys), normalPassword(password))
        if (!matches || stored === null) return 'differs'
        return isOutgrown(stored) ? 'outgrown' : 'matches'
      })
  }
}

function isOutgrown(stored: string): boolean {
  const { memoryCost, timeCost } = parseOptions(stored)
  return memoryCost < cost.memoryCost || timeCost < cost.timeCost
}

/** Runs so many at once; as many as `mostWaiting` wait for their turn, and the others are turned away. */
function inTurn(atOnce: number, mostWaiting: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T | 'busy'> => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) return 'busy'
      await new Promise<void>(resolve => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      // Whoever waits takes over the place.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
