/** Buckets per doubling of the latency: a quantile is at most 9 % too high. */
const PER_OCTAVE = 8
const SHORTEST_MS = 0.01
/** Up to 0.01 ms × 2^24: 168 s. */
const BUCKETS = 24 * PER_OCTAVE

/** How often which latency was seen, in buckets on a logarithmic scale; always the same small memory. */
export class Latencies {
  count = 0
  private readonly buckets = new Uint32Array(BUCKETS)

  add(ms: number): void {
    const bucket = Math.ceil(Math.log2(ms / SHORTEST_MS) * PER_OCTAVE)
    const index = Math.min(BUCKETS - 1, Math.max(0, bucket))
    this.buckets[index] = (this.buckets[index] ?? 0) + 1
    this.count++
  }

  /** The latency, ms, that this share of all did not exceed; null where there is none. */
  quantile(share: number): number | null {
    let left = Math.ceil(this.count * share)
    if (left === 0) return null
    let bucket = 0
    while (bucket < BUCKETS - 1 && left > (this.buckets[bucket] ?? 0)) left -= this.buckets[bucket++] ?? 0
    return SHORTEST_MS * 2 ** (bucket / PER_OCTAVE)
  }
}
