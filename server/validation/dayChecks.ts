import { setTimeout as pause } from 'node:timers/promises'
import { addDays, type LocalTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Reading } from '../contract/telemetry.ts'
import { batchOf, type ReadingBatch } from '../log/readingBatch.ts'
import type { SeriesSource } from './daySeries.ts'
import { createDayWork, inKinds } from './dayWork.ts'
import { type MarkedDay, MarkedDays, type SourceRef, type Waiting } from './markedDays.ts'
import { registeredSources, type SourceFacts, sourceKey } from './meterClasses.ts'
import { RecentWrites } from './recentWrites.ts'
import { type SumGroup, sumGroups } from './sumGroups.ts'
import { defaultThresholds, limitsFinder, type Thresholds } from './thresholds.ts'

/** What the day checks need of the readings store. */
export interface DayCheckStore extends SeriesSource {
  /** Durable when it resolves. A row without values changes only interval and quality. */
  write(batch: ReadingBatch): Promise<void>
}

export interface DayCheckNeeds {
  store: DayCheckStore
  localTime: LocalTime
  now(): number
  thresholds?: Thresholds
  /** Hears of every row written: verdicts (without values) and estimates. */
  onWritten?: (batch: ReadingBatch) => void
  /** Hears of a turn that failed, once for each reason in a row. */
  warn?: (message: string) => void
  mostSources?: number
  mostDays?: number
  /** How often is looked for a day that is due, ms. */
  cycleMs?: number
}

export interface DayChecksStatus {
  /** Local days that wait to be looked at; the one that runs is among them. */
  waitingDays: number
  /** Readings whose day was not noted because too much waited. */
  droppedMarks: number
  estimated: number
  verdictsChanged: number
  /** Why the last turn failed; null when it did not. It is tried again. */
  dayCheckError: string | null
}

/**
 * What can be said only when a day is over.
 *
 *   mark ──► (source, local day) ──► day over + 10 min, and quiet for 5 min ──► verdicts ─► store, as rows without values
 *                                    (late data: an hour after it at the latest)  estimates ─► store, where nothing stands
 *
 * Runs in short slices with longer rests, so that what streams by is never kept waiting. After a start yesterday is
 * looked at once more for everyone registered: whatever was done twice gives the same.
 */
export interface DayChecks {
  setRegistry(nodes: readonly GridNode[]): void
  /** Readings that the store holds by now. */
  mark(batch: ReadingBatch): void
  /** All days that are over, at once. Rejects when the store does; nothing marked is lost then. */
  run(): Promise<void>
  status(): DayChecksStatus
  stop(): Promise<void>
}

const AFTER_DAY_MS = 10 * 60_000
const QUIET_MS = 5 * 60_000
const LONGEST_WAIT_MS = 60 * 60_000
/** Readings in one slice, about: some ms of reading. */
const READINGS_PER_SLICE = 3000
const MOST_IDS_PER_SLICE = 100
/** Of the time, a slice takes at most a quarter. */
const REST_SHARE = 3
const FEW_SOURCES = 5000
const MOST_REPAIRS = 10_000

export function startDayChecks(needs: DayCheckNeeds): DayChecks {
  const { store, localTime: local, now, thresholds = defaultThresholds, cycleMs = 60_000 } = needs
  const { mostSources = 200_000, mostDays = 400 } = needs
  const days = new MarkedDays({ local, mostSources, mostDays })
  const recent = new RecentWrites()
  const stopping = new AbortController()
  const { signal } = stopping
  let registry: ReadonlyMap<string, SourceFacts> = new Map()
  let groups: readonly SumGroup[] = []
  /** Days to be looked at for everyone registered. */
  const forAll = new Set<string>()
  /** Days whose last look failed: all others go first, so that none waits for ever behind one that always fails. */
  const failedDays = new Set<string>()
  /** null before the first registry. What is done for everyone waits like a change of that moment: a start is busy enough. */
  let startedAt: number | null = null
  let repairs: Reading[] = []
  let status = { estimated: 0, verdictsChanged: 0, dayCheckError: null as string | null }
  const work = createDayWork({
    store,
    local,
    now,
    limitsOf: limitsFinder(thresholds),
    registry: () => registry
  })

  const write = async (readings: readonly Reading[]): Promise<void> => {
    if (readings.length === 0) return
    const batch = batchOf(readings)
    recent.add(batch, now())
    await store.write(batch)
    needs.onWritten?.(batch)
  }

  /** Writes estimates where the store has nothing: looked for in the same turn. */
  const writeEstimates = async (id: string, date: string): Promise<void> => {
    const estimates = await work.estimates(id, date)
    const first = estimates[0]
    const last = estimates.at(-1)
    if (first === undefined || last === undefined) return
    const span = { from: first.ts, to: last.ts + 1 }
    const taken = (await store.queryMany({ kind: 'meter', ids: [id], ...span, field: 'kw' })).get(id)
    const moments = new Set(taken?.t)
    const free = estimates.filter(({ ts }) => !moments.has(ts))
    await write(free)
    status.estimated += free.length
  }

  const checkSources = async (sources: readonly SourceRef[], date: string, rest: Rest): Promise<void> => {
    for (const { kind, ids } of inKinds(sources)) {
      let atOnce = 10
      for (let i = 0; i < ids.length; ) {
        const some = ids.slice(i, i + atOnce)
        const { rows, withGap, read } = await work.verdicts(kind, some, date)
        await write(rows)
        status.verdictsChanged += rows.length
        await rest()
        for (const id of withGap) {
          await writeEstimates(id, date)
          await rest()
        }
        i += some.length
        const perSource = Math.max(1, (5 * read) / some.length)
        atOnce = Math.min(MOST_IDS_PER_SLICE, Math.max(1, Math.floor(READINGS_PER_SLICE / perSource)))
      }
    }
  }

  const checkSums = async (sources: readonly SourceRef[], date: string, rest: Rest): Promise<void> => {
    const isFew = sources.length <= FEW_SOURCES
    const keys = new Set(isFew ? sources.map(({ kind, id }) => sourceKey(kind, id)) : [])
    const isTouched = ({ parent, children }: SumGroup) =>
      !isFew || [parent, ...children].some(({ kind, id }) => keys.has(sourceKey(kind, id)))
    for (const group of groups) {
      if (!isTouched(group)) continue
      const rows = await work.sums(group, date)
      await write(rows)
      status.verdictsChanged += rows.length
      await rest()
    }
  }

  const takeDue = (isDue: (date: string, wait: Waiting) => boolean): MarkedDay | null => {
    const day = days.take((date, wait) => !failedDays.has(date) && isDue(date, wait))
    const date =
      day?.date ?? [...forAll].find(one => isDue(one, { firstAt: startedAt ?? 0, lastAt: startedAt ?? 0 }))
    if (date === undefined) return days.take(isDue)
    if (!forAll.delete(date)) return day
    const marked = new Set(day?.sources.map(({ kind, id }) => sourceKey(kind, id)))
    const others = [...registry.values()].filter(
      ({ kind, id }) => (kind === 'meter' || kind === 'transformer') && !marked.has(sourceKey(kind, id))
    )
    return { date, sources: [...(day?.sources ?? []), ...others] }
  }

  const checkDays = async (isDue: (date: string, wait: Waiting) => boolean, rest: Rest): Promise<void> => {
    for (let day = takeDue(isDue); day !== null; day = takeDue(isDue)) {
      const { date, sources } = day
      try {
        await checkSources(sources, date, rest)
        await checkSums(sources, date, rest)
        failedDays.delete(date)
      } catch (failure) {
        failedDays.add(date)
        // It has waited already: due again in the next turn.
        for (let i = 0; i < sources.length; i += 1000)
          days.mark(marksOf(sources.slice(i, i + 1000), local.dayStart(date)), Number.NEGATIVE_INFINITY)
        throw failure
      }
    }
  }

  const isOver = (date: string) => now() >= local.dayStart(addDays(date, 1)) + AFTER_DAY_MS
  const isDue = (date: string, { firstAt, lastAt }: Waiting) => {
    const waitedMs = now() - Math.max(firstAt, local.dayStart(addDays(date, 1)))
    return isOver(date) && (now() - lastAt >= QUIET_MS || waitedMs >= LONGEST_WAIT_MS)
  }

  /** Gives way: rests several times as long as the slice took. */
  const slowly = (): Rest => {
    let from = now()
    return async () => {
      const tookMs = Math.min(1000, Math.max(0, now() - from))
      await pause(1 + REST_SHARE * tookMs, undefined, { signal })
      from = now()
    }
  }

  let repairing: Promise<void> = Promise.resolve()
  let turn: Promise<void> = Promise.resolve()
  /** One after the other: the cycle and whoever calls run. */
  const inTurn = (job: () => Promise<void>): Promise<void> => {
    const done = turn.then(job)
    turn = done.catch(() => {})
    return done
  }

  const failed = (failure: unknown) => {
    if (signal.aborted) return
    const reason = failure instanceof Error ? failure.message : String(failure)
    if (reason !== status.dayCheckError)
      needs.warn?.(`day checks: ${reason}; tried again every ${cycleMs / 1000} s`)
    status = { ...status, dayCheckError: reason }
  }

  /** At once, not in turn: a day may take long. */
  const repair = async (): Promise<void> => {
    const some = repairs
    repairs = []
    if (some.length === 0) return
    try {
      await store.write(batchOf(some))
    } catch (failure) {
      repairs = [...some, ...repairs].slice(0, MOST_REPAIRS)
      throw failure
    }
  }

  const cycle = async () => {
    while (!signal.aborted) {
      await pause(cycleMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      await inTurn(async () => {
        await repair()
        await checkDays(isDue, slowly())
        status = { ...status, dayCheckError: null }
      }).catch(failed)
    }
  }
  const cycling = cycle()

  return {
    setRegistry: nodes => {
      registry = registeredSources(nodes)
      groups = sumGroups(nodes)
      if (startedAt === null) forAll.add(addDays(local.date(now()), -1))
      startedAt ??= now()
    },
    mark: batch => {
      days.mark(batch, now())
      const overwritten = recent.overwritten(batch, now())
      if (overwritten.length === 0) return
      repairs = [...repairs, ...overwritten].slice(0, MOST_REPAIRS)
      repairing = repairing.then(repair).catch(failed)
    },
    run: () =>
      inTurn(async () => {
        await repair()
        await checkDays(isOver, async () => signal.throwIfAborted())
      }),
    status: () => ({ ...status, waitingDays: days.size + forAll.size, droppedMarks: days.dropped }),
    stop: async () => {
      stopping.abort()
      await cycling
      await turn
      await repairing
    }
  }
}

/** Called between slices. */
type Rest = () => Promise<void>

/** Stand-ins that mark these sources at this moment. */
function marksOf(sources: readonly SourceRef[], ts: number): ReadingBatch {
  return batchOf(
    sources.map(({ kind, id }) => ({ kind, id, ts, issued: null, intervalS: 0, quality: 0, values: {} }))
  )
}
