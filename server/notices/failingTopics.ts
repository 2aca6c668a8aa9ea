import { backoffMs } from '../contract/backoff.ts'

const LIMITS = { firstMs: 1000, longestMs: 60_000 }

/** Which topics have failed, and until when each is left alone. Times are epoch ms. */
export class FailingTopics {
  private readonly failing = new Map<string, { failures: number; until: number }>()
  private readonly random: () => number

  /** `random` in [0, 1), for the back-off. */
  constructor(random: () => number) {
    this.random = random
  }

  /** Topics that failed and have not succeeded since. */
  get size(): number {
    return this.failing.size
  }

  waits(topic: string, now: number): boolean {
    return (this.failing.get(topic)?.until ?? Number.NEGATIVE_INFINITY) > now
  }

  failed(topic: string, now: number): void {
    const failures = (this.failing.get(topic)?.failures ?? 0) + 1
    this.failing.set(topic, { failures, until: now + backoffMs(failures, this.random(), LIMITS) })
  }

  succeeded(topic: string): void {
    this.failing.delete(topic)
  }

  /** Forgets the topics that have nothing to send any more. */
  keepOnly(topics: ReadonlySet<string>): void {
    for (const topic of this.failing.keys()) if (!topics.has(topic)) this.failing.delete(topic)
  }
}
