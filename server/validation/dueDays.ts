import { addDays, type LocalTime } from '../contract/localTime.ts'
import { batchOf, type ReadingBatch } from '../log/readingBatch.ts'
import { type MarkedDay, MarkedDays, type SourceRef, type Waiting } from './markedDays.ts'
import { sourceKey } from './meterClasses.ts'

const AFTER_DAY_MS = 10 * 60_000
const QUIET_MS = 5 * 60_000
const LONGEST_WAIT_MS = 60 * 60_000
/** Of a day that is put back, so many are marked at once. */
const MARKS_AT_ONCE = 1000

interface DueDaysNeeds {
  local: LocalTime
  now(): number
  /** Everyone whose days are looked at, marked or not. */
  registered(): Iterable<SourceRef>
  mostSources: number
  mostDays: number
}

/**
 * Which local day is to be looked at next.
 *
 *   marked ──► day over + 10 min, and quiet for 5 min ──► due ──► taken, the newest first
 *     ▲        (late data: an hour after it at the latest)         │
 *     └──────────── due again at once, behind all others ◄── failed┘
 */
export class DueDays {
  private readonly needs: DueDaysNeeds
  private readonly marked: MarkedDays
  /** Days to be looked at for everyone registered. */
  private readonly forAll = new Set<string>()
  /** What is done for everyone waits like a change of this moment. */
  private forAllAt = 0
  /** Days whose last look failed: all others go first, so that none waits for ever behind one that always fails. */
  private readonly failedDays = new Set<string>()

  constructor(needs: DueDaysNeeds) {
    this.needs = needs
    this.marked = new MarkedDays(needs)
  }

  /** Days that wait. */
  get size(): number {
    return this.marked.size + this.forAll.size
  }

  /** Readings whose day was not noted because too much waited. */
  get dropped(): number {
    return this.marked.dropped
  }

  /** Something new of these sources in these days. */
  mark(batch: ReadingBatch): void {
    this.marked.mark(batch, this.needs.now())
  }

  /** A day is to be looked at for everyone registered, in time: a start is busy enough. */
  markForAll(date: string): void {
    this.forAll.add(date)
    this.forAllAt = this.needs.now()
  }

  /** A day that is over and has been quiet; it waits no more. null when there is none. */
  takeDue(): MarkedDay | null {
    return this.take((date, { firstAt, lastAt }) => {
      const now = this.needs.now()
      const waitedMs = now - Math.max(firstAt, this.endOf(date))
      return this.isOver(date) && (now - lastAt >= QUIET_MS || waitedMs >= LONGEST_WAIT_MS)
    })
  }

  /** The same without waiting for quiet. */
  takeOver(): MarkedDay | null {
    return this.take(date => this.isOver(date))
  }

  /** The look at a day that was taken succeeded. */
  done({ date }: MarkedDay): void {
    this.failedDays.delete(date)
  }

  /** It failed: the day waits again. */
  failed({ date, sources }: MarkedDay): void {
    this.failedDays.add(date)
    const ts = this.needs.local.dayStart(date)
    for (let i = 0; i < sources.length; i += MARKS_AT_ONCE)
      this.marked.mark(marksOf(sources.slice(i, i + MARKS_AT_ONCE), ts), Number.NEGATIVE_INFINITY)
  }

  private take(isDue: (date: string, wait: Waiting) => boolean): MarkedDay | null {
    const { forAll, forAllAt, failedDays } = this
    const day = this.marked.take((date, wait) => !failedDays.has(date) && isDue(date, wait))
    const date = day?.date ?? [...forAll].find(one => isDue(one, { firstAt: forAllAt, lastAt: forAllAt }))
    if (date === undefined) return this.marked.take(isDue)
    if (!forAll.delete(date)) return day
    const keys = new Set(day?.sources.map(({ kind, id }) => sourceKey(kind, id)))
    const others = [...this.needs.registered()].filter(
      ({ kind, id }) => (kind === 'meter' || kind === 'transformer') && !keys.has(sourceKey(kind, id))
    )
    return { date, sources: [...(day?.sources ?? []), ...others] }
  }

  private isOver(date: string): boolean {
    return this.needs.now() >= this.endOf(date) + AFTER_DAY_MS
  }

  private endOf(date: string): number {
    return this.needs.local.dayStart(addDays(date, 1))
  }
}

/** Stand-ins that mark these sources at this moment. */
function marksOf(sources: readonly SourceRef[], ts: number): ReadingBatch {
  return batchOf(
    sources.map(({ kind, id }) => ({ kind, id, ts, issued: null, intervalS: 0, quality: 0, values: {} }))
  )
}
