const SMALLEST_MS = 0.05
const GROWTH = 1.05
const BUCKETS = 400

/** Durations in buckets 5 % wide, from 0.05 ms to hours. */
export interface Latencies {
  add(ms: number): void
  /** Upper edge of the bucket that holds this share of all, milliseconds; null while there are none. */
  quantile(share: number): number | null
  clear(): void
}

export function createLatencies(): Latencies {
  const counts = new Uint32Array(BUCKETS)
  let total = 0
  return {
    add(ms) {
      const bucket = Math.ceil(Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / Math.log(GROWTH))
      const at = Math.min(bucket, BUCKETS - 1)
      counts[at] = (counts[at] ?? 0) + 1
      total++
    },
    quantile(share) {
      let left = total * share
      if (total === 0) return null
      const at = counts.findIndex(count => {
        left -= count
        return left <= 0
      })
      return SMALLEST_MS * GROWTH ** (at === -1 ? BUCKETS - 1 : at)
    },
    clear() {
      counts.fill(0)
      total = 0
    }
  }
}
