const FIRST_MS = 1000
const LONGEST_MS = 60_000

/** How long to wait after so many failures in a row: doubling from 1 s to 60 s, of which `random` (0…1) takes up to half. */
export function backOffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  return full * (1 - random / 2)
}

/** Which topics have failed, and until when each is left alone. Times are epoch ms. */
export class BackOff {
  private readonly failing = new Map<string, { failures: number; until: number }>()
  private readonly random: () => number

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
    this.failing.set(topic, { failures, until: now + backOffMs(failures, this.random()) })
  }

  succeeded(topic: string): void {
    this.failing.delete(topic)
  }

  /** Forgets the topics that have nothing to send any more. */
  keepOnly(topics: ReadonlySet<string>): void {
    for (const topic of this.failing.keys()) if (!topics.has(topic)) this.failing.delete(topic)
  }
}
