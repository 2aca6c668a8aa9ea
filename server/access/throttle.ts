export interface ThrottleLimits {
  /** Attempts before the first wait. */
  free: number
  /** The first wait; each further attempt doubles it. */
  firstWaitMs: number
  longestWaitMs: number
  /** So long after the last attempt all is forgotten: nobody is locked out for good. */
  forgottenAfterMs: number
  /** Keys held at once; beyond it the one longest unheard is forgotten. */
  mostKeys: number
}

/**
 * Counts the attempts under a key, in memory, and makes them wait ever longer:
 *
 *   free attempts │ wait 1 │ wait 2 │ wait 4 │ … longest │ longest │
 *
 * An attempt counts from its beginning, or a thousand at the same moment would all be free; one that succeeds is given back.
 */
export interface Throttle {
  /** How long the key has still to wait, ms; 0: the next attempt may come. */
  waitMs(key: string, now: number): number
  /** Attempts remembered. */
  count(key: string, now: number): number
  /** `free` in the place of the limit's own, for a while of attack. */
  add(key: string, now: number, free?: number): void
  /** Takes the newest attempt back: it succeeded. */
  giveBack(key: string): void
  forget(key: string): void
  /** Keys held; keys forgotten early for want of room. */
  readonly size: number
  readonly evicted: number
}

interface Attempts {
  count: number
  last: number
  until: number
}

export function createThrottle(limits: ThrottleLimits): Throttle {
  const attempts = new Map<string, Attempts>()
  let evicted = 0

  function of(key: string, now: number): Attempts | null {
    const found = attempts.get(key)
    if (found === undefined) return null
    if (now - found.last < limits.forgottenAfterMs) return found
    attempts.delete(key)
    return null
  }

  function wait(count: number, free: number): number {
    const over = count - free
    if (over < 0) return 0
    return Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** Math.min(over, 40))
  }

  return {
    waitMs: (key, now) => Math.max(0, (of(key, now)?.until ?? 0) - now),
    count: (key, now) => of(key, now)?.count ?? 0,
    add(key, now, free = limits.free) {
      const count = (of(key, now)?.count ?? 0) + 1
      attempts.delete(key) // to the end: the first is the one longest unheard
      attempts.set(key, { count, last: now, until: now + wait(count, free) })
      if (attempts.size <= limits.mostKeys) return
      const [oldest] = attempts.keys()
      if (oldest !== undefined) attempts.delete(oldest)
      evicted++
    },
    giveBack(key) {
      const found = attempts.get(key)
      if (found === undefined) return
      found.count--
      found.until = 0
      if (found.count <= 0) attempts.delete(key)
    },
    forget: key => void attempts.delete(key),
    get size() {
      return attempts.size
    },
    get evicted() {
      return evicted
    }
  }
}
