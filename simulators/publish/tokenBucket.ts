/** Allows `ratePerS` on average and `burst` at once. */
export interface TokenBucket {
  /** Takes `amount` and says how long to wait before using it, in ms; an amount above the burst only waits longer. */
  take(amount: number): number
}

export function createTokenBucket(ratePerS: number, burst: number, now: () => number): TokenBucket {
  let tokens = burst
  let filledAt = now()
  return {
    take(amount) {
      const moment = now()
      tokens = Math.min(burst, tokens + (Math.max(0, moment - filledAt) / 1000) * ratePerS)
      filledAt = moment
      tokens -= amount
      return tokens >= 0 ? 0 : (-tokens / ratePerS) * 1000
    }
  }
}
