import { setTimeout as pause } from 'node:timers/promises'
import { addDays, type LocalTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Reading } from '../contract/telemetry.ts'
import { batchOf, type ReadingBatch } from '../log/readingBatch.ts'
import type { SeriesSource } from './daySeries.ts'
import { createDayWork, inKinds } from './dayWork.ts'
import { DueDays } from './dueDays.ts'
import type { MarkedDay, SourceRef } from './markedDays.ts'
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
  const recent = new RecentWrites()
  const stopping = new AbortController()
  const { signal } = stopping
  let registry: ReadonlyMap<string, SourceFacts> = new Map()
  let groups: readonly SumGroup[] = []
  const days = new DueDays({ local, now, mostSources, mostDays, registered: () => registry.values() })
  let isStarted = false
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

  const checkDays = async (next: () => MarkedDay | null, rest: Rest): Promise<void> => {
    for (let day = next(); day !== null; day = next()) {
      const { date, sources } = day
      try {
        await checkSources(sources, date, rest)
        await checkSums(sources, date, rest)
        days.done(day)
      } catch (failure) {
        days.failed(day)
        throw failure
      }
    }
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
        await checkDays(() => days.takeDue(), slowly())
        status = { ...status, dayCheckError: null }
      }).catch(failed)
    }
  }
  const cycling = cycle()

  return {
    setRegistry: nodes => {
      registry = registeredSources(nodes)
      groups = sumGroups(nodes)
      if (!isStarted) days.markForAll(addDays(local.date(now()), -1))
      isStarted = true
    },
    mark: batch => {
      days.mark(batch)
      const overwritten = recent.overwritten(batch, now())
      if (overwritten.length === 0) return
      repairs = [...repairs, ...overwritten].slice(0, MOST_REPAIRS)
      repairing = repairing.then(repair).catch(failed)
    },
    run: () =>
      inTurn(async () => {
        await repair()
        await checkDays(
          () => days.takeOver(),
          async () => signal.throwIfAborted()
        )
      }),
    status: () => ({ ...status, waitingDays: days.size, droppedMarks: days.dropped }),
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
