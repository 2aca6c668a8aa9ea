import type { Identities } from './identities.ts'

/**
 * Lets writes be under way at the same time unless they hold the same reading: then the later one waits, so that of two
 * values the later arrives later. After a failure nothing new is begun until all that is under way has settled, because
 * what failed has to come first when it is given again.
 *
 *   1  M1 12:00, M2 12:00   ├──────────┤
 *   2  M3 12:00             ├───────┤
 *   3  M1 12:00, M4 12:00   ┄┄┄┄┄┄┄┄┄┄┄├────────┤   waits for 1
 */
export class InOrder {
  private readonly going = new Map<Identities, Promise<void>>()
  private trouble: Error | null = null

  /** Does the work in its turn; `identities` must not change before it has settled. */
  async run<T>(identities: Identities, work: () => Promise<T>): Promise<T> {
    const before: Promise<void>[] = []
    for (const [earlier, done] of this.going) if (identities.overlaps(earlier)) before.push(done)
    const { promise: done, resolve } = Promise.withResolvers<void>()
    this.going.set(identities, done)
    try {
      await Promise.all(before)
      if (this.trouble !== null) throw this.trouble
      return await work()
    } catch (error) {
      this.trouble ??= error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      this.going.delete(identities)
      if (this.going.size === 0) this.trouble = null
      resolve()
    }
  }
}
