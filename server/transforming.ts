import type { Forecast } from './contract/forecasts.ts'
import { addDays, type LocalTime, localTime } from './contract/localTime.ts'
import type { GridNode } from './contract/registry.ts'
import type { TransformerAnswer, TransformerState } from './contract/transformers.ts'
import type { ReadingBatch } from './log/readingBatch.ts'
import { stations } from './measuring.ts'
import type { StoreReads } from './readingsThread.ts'
import type { Transformers } from './records/transformers.ts'
import { type Closed, closeDays, keepDays, missingDays, readOil, readYear } from './transformerDays.ts'
import { detailOf } from './transformerDetail.ts'
import { type Entry, isTold, newEntry, stateOf } from './transformerEntry.ts'
import { isAheadDue, lookAhead, RUN_UP_MS, update } from './transformerLive.ts'
import { createTransformerReads, type TransformerReads } from './transformerReads.ts'
import { createWants, type Wants } from './transformerWants.ts'

export interface TransformingNeeds {
  /** The register as it stands. */
  nodes(): readonly GridNode[]
  customers(): readonly { id: string; name: string }[]
  store: Pick<StoreReads, 'query' | 'queryLoad'>
  transformers: Transformers
  /** The newest forecast of a node's load; null where there is none. */
  forecastOf(nodeId: string): Forecast | null
  /** When that was issued; asked of each transformer again and again. */
  issuedAt(nodeId: string): string | null
  /** The readings store is behind: it has better to do, and does not know yet what is asked. */
  isBehind(): boolean
  onFault(what: string, error: unknown): void
  timeZone: string
  now(): number
  /** Of this thread; default: `SHARES`. */
  shares?: Shares
}

/** Oil, hot spot, ageing and limits of every transformer, kept true by what the readings store holds. */
export interface Transforming {
  /** One for each registered transformer, in the order of the register. */
  states(): TransformerState[]
  /** null: there is no such transformer. Rejects with a StoreError while the store is away. */
  detail(id: string): Promise<TransformerAnswer | null>
  /** Readings that have just arrived. */
  note(batch: ReadingBatch): void
  /** The register has changed. */
  setRegistry(): void
  /** Nothing waits to be computed any more. */
  idle(): boolean
  stop(): Promise<void>
}

/** What all pieces of the work share. */
export interface Work {
  needs: TransformingNeeds
  reads: TransformerReads
  wants: Wants
  local: LocalTime
  closed: Closed
}

/**
 * Shares of this thread: of what has just arrived, of what is read at the start, of days that are closed. With many
 * transformers a night is long enough for their days.
 */
const SHARES: Shares = { live: 0.005, runUp: 0.03, days: 0.03 }
const MANY = 500
const DAYS_OF_MANY = 0.005
const IDLE_MS = 500
const LONGEST_PAUSE_MS = 3000
const LOOK_EVERY_MS = 30_000

type Shares = Record<'live' | 'runUp' | 'days', number>
type Job = { share: number; run(): Promise<void> }

/**
 * One piece of work after the other, the most urgent first, each followed by a pause that keeps its share of the thread:
 *
 *   reading arrived ─► live ─┐
 *   start, new node ─► run-up ┼─► store (data time) ─► model ─► state, days in the records
 *   day over, late data ► days ┘
 */
export function startTransforming(needs: TransformingNeeds): Transforming {
  const { now, shares = SHARES } = needs
  const local = localTime(needs.timeZone)
  const wants = createWants(local, now, RUN_UP_MS)
  const work: Work = {
    needs,
    wants,
    local,
    reads: createTransformerReads(needs.store, now),
    closed: { days: [], oil: new Map() }
  }
  let entries = new Map<string, Entry>()
  const unread = new Set<Entry>()
  const aheadDue = new Set<Entry>()
  let today = local.date(now())
  let lookedAt = Number.NEGATIVE_INFINITY
  let isWorking = false
  let stopped = false
  let wake: () => void = () => undefined

  function setRegistry(): void {
    const before = entries
    const stationAt = stations(needs.nodes)
    entries = new Map()
    unread.clear()
    aheadDue.clear()
    for (const node of needs.nodes()) {
      if (node.kind !== 'transformer') continue
      const known = before.get(node.id)
      const station = stationAt(node.id)
      if (known !== undefined && isSame(known, node, station)) {
        known.node = node
        known.told = null
        entries.set(node.id, known)
      } else entries.set(node.id, newEntry(node, station))
    }
    for (const entry of entries.values()) if (!entry.wasRead && entry.plate !== null) unread.add(entry)
    for (const id of wants.live.keys()) if (!entries.has(id)) wants.live.delete(id)
    for (const id of wants.days.keys()) if (!entries.has(id)) wants.days.delete(id)
    wake()
  }

  /** What time alone makes due: half-hours without readings, new forecasts, a day that is over. */
  function look(at: number): void {
    lookedAt = at
    const day = local.date(at)
    const yesterday = addDays(day, -1)
    for (const entry of entries.values()) {
      const { id } = entry.node
      if (entry.plate === null || !entry.wasRead) continue
      if (day > today) wants.wantDays(id, today, yesterday, DAY_GRACE_MS)
      if (at >= entry.pollAt) wants.want(id, entry.lived?.t ?? at, NOTHING_EXPECTED)
      if (isAheadDue(work, entry, at)) aheadDue.add(entry)
    }
    today = day
  }

  function nextJob(at: number): Job | null {
    if (needs.isBehind()) return null
    for (const [id, want] of wants.live) {
      const entry = entries.get(id)
      if (entry?.wasRead && want.notBefore <= at)
        return { share: shares.live, run: () => update(work, entry, want) }
    }
    for (const entry of unread) {
      if (entry.retryAt <= at) return { share: shares.runUp, run: () => begin(entry) }
    }
    for (const entry of aheadDue) {
      aheadDue.delete(entry)
      return { share: shares.live, run: async () => lookAhead(work, entry) }
    }
    const keep: Job = { share: shares.days, run: () => keepDays(work, id => entries.get(id)) }
    if (work.closed.days.length >= KEPT_AT_ONCE) return keep
    for (const [id, want] of wants.days) {
      const entry = entries.get(id)
      if (entry?.wasRead && want.notBefore <= at)
        return { share: daysShare(), run: () => closeDays(work, entry) }
    }
    return work.closed.days.length > 0 ? keep : null
  }

  const daysShare = () => (entries.size > MANY ? Math.min(DAYS_OF_MANY, shares.days) : shares.days)

  /** The first reading of everything: the present state, the year so far, days that were never closed. */
  async function begin(entry: Entry): Promise<void> {
    entry.retryAt = now() + LONGEST_PAUSE_MS
    await readYear(work, entry)
    await readOil(work, entry)
    await update(work, entry, null)
    await missingDays(work, entry)
    unread.delete(entry)
  }

  async function turn(): Promise<number> {
    const at = now()
    if (at - lookedAt >= LOOK_EVERY_MS || at < lookedAt) look(at)
    const job = nextJob(at)
    if (job === null) return IDLE_MS
    const begun = threadMs()
    isWorking = true
    await job.run().finally(() => {
      isWorking = false
    })
    return Math.min(LONGEST_PAUSE_MS, (threadMs() - begun) / job.share)
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const pauseMs = await turn().catch(error => {
        needs.onFault('a transformer could not be computed; it is tried again', error)
        return LONGEST_PAUSE_MS
      })
      if (stopped) return
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, pauseMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  setRegistry()
  const running = run()
  return {
    setRegistry,
    note: batch => wants.note(batch, id => entries.has(id)),
    states: () => {
      const at = now()
      const day = local.date(at)
      let left = DESCRIBED_AT_ONCE
      return Array.from(entries.values(), entry => {
        if (isTold(entry, at, day)) return entry.told.state
        // A midnight changes all of them.
        if (entry.told !== null && left-- <= 0) return entry.told.state
        return stateOf(entry, at, day)
      })
    },
    async detail(id) {
      const entry = entries.get(id)
      return entry === undefined ? null : detailOf(work, entry)
    },
    idle: () =>
      !isWorking &&
      wants.live.size + wants.days.size + unread.size + aheadDue.size === 0 &&
      work.closed.days.length === 0,
    async stop() {
      stopped = true
      wake()
      await running
    }
  }
}

/** Some milliseconds. */
const DESCRIBED_AT_ONCE = 300
/** Of a look without a reading: it may find nothing. */
const NOTHING_EXPECTED = 0
/** Processor time of this thread so far, ms. What others take beside a job counts, too: a busy thread is left alone. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Closed days that are written together. */
const KEPT_AT_ONCE = 200
/** After a day is over, what is late comes in for a while. */
const DAY_GRACE_MS = 90 * 60_000

const isSame = ({ node, station }: Entry, next: GridNode, nextStation: string | null) =>
  node.ratingKva === next.ratingKva &&
  (node.cooling ?? null) === (next.cooling ?? null) &&
  node.reportIntervalS === next.reportIntervalS &&
  station === nextStation
