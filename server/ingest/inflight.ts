/** What a broker lets be on its way to us, as measured on one connection. */
export interface Inflight {
  /** Most messages without acknowledgement at one time. */
  seen: number
  /** It waits for acknowledgements at always the same number, far below ours, and that is what holds the rate back. */
  throttling: boolean
}

export interface InflightMeter {
  /** So many are without acknowledgement, after reading or acknowledging. `now` in milliseconds of any clock. */
  changed(count: number, now: number): void
  state(now: number): Inflight
}

const WINDOW_MS = 5000
/** In a window: so often acknowledged, and so much of the time spent waiting at the top. */
const ROUNDS = 50
const SHARE_OF_TIME = 0.3

/**
 * Without acknowledgement over time:
 *
 *   20 ┤ ▄▄▄▄▄ ▄▄▄▄▄ ▄▄▄▄▄       the broker fills up to 20 at once and waits: its limit is the rate
 *    0 ┼─────┴─────┴─────┴►
 *   20 ┤    ▄      ▄
 *    0 ┼▄───┴▄─▄───┴──────────►  nothing waits: the top is reached now and then by chance
 *
 * `limit`: what we allow ourselves; waiting there is not the broker's doing.
 */
export function createInflightMeter(limit: number): InflightMeter {
  let seen = 0
  let count = 0
  let top = 0
  let topMs = 0
  let rounds = 0
  let changedAt = 0
  let windowAt = Number.NaN
  let throttling = false
  let closedAt = Number.NEGATIVE_INFINITY

  function closeWindow(now: number): void {
    throttling = top < limit && rounds >= ROUNDS && topMs > SHARE_OF_TIME * (now - windowAt)
    closedAt = now
    windowAt = now
    top = count
    topMs = 0
    rounds = 0
  }

  return {
    changed(next, now) {
      if (Number.isNaN(windowAt)) windowAt = now
      if (count === top && count > 0) {
        topMs += now - changedAt
        if (next < count) rounds++
      }
      if (next > top) {
        top = next
        topMs = 0
        rounds = 0
      }
      if (next > seen) seen = next
      count = next
      changedAt = now
      if (now - windowAt >= WINDOW_MS) closeWindow(now)
    },
    state: now => ({ seen, throttling: throttling && now - closedAt < 3 * WINDOW_MS })
  }
}
