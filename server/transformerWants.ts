import { addDays, type LocalTime } from './contract/localTime.ts'
import { readingKinds } from './contract/telemetry.ts'
import type { ReadingBatch } from './log/readingBatch.ts'

/** What of a transformer has to be computed again. */
export interface Want {
  /** Data time of the earliest reading that came, and the end of the latest, epoch ms. */
  from: number
  to: number
  /** Not looked at before: the store may not hold it yet. */
  notBefore: number
  tries: number
}

/** Local days to be closed (again), both included. */
export interface DayWant {
  from: string
  to: string
  notBefore: number
}

/** What waits; bounded by the number of transformers. */
export interface Wants {
  live: Map<string, Want>
  days: Map<string, DayWant>
  /** Notes the transformers' readings in a batch that has arrived. */
  note(batch: ReadingBatch, isKnown: (id: string) => boolean): void
  want(id: string, from: number, to: number): void
  wantDays(id: string, from: string, to: string, delayMs: number): void
}

const TRANSFORMER = readingKinds.indexOf('transformer')
/** Until the readings thread has stored what has just arrived. */
const STORING_MS = 1000
/** A past that is being told comes in many pieces. */
const DAYS_SETTLE_MS = 30_000

export function createWants(local: LocalTime, now: () => number, runUpMs: number): Wants {
  const live = new Map<string, Want>()
  const days = new Map<string, DayWant>()

  function want(id: string, from: number, to: number): void {
    const known = live.get(id)
    const notBefore = now() + STORING_MS
    if (known === undefined) {
      live.set(id, { from, to, notBefore, tries: 0 })
      return
    }
    known.from = Math.min(known.from, from)
    known.to = Math.max(known.to, to)
    known.tries = 0
  }

  function wantDays(id: string, from: string, to: string, delayMs: number): void {
    const known = days.get(id)
    const notBefore = now() + delayMs
    if (known === undefined) {
      days.set(id, { from, to, notBefore })
      return
    }
    if (from < known.from) known.from = from
    if (to > known.to) known.to = to
    known.notBefore = Math.max(known.notBefore, notBefore)
  }

  function note(batch: ReadingBatch, isKnown: (id: string) => boolean): void {
    const { kind, ts, intervalS, count } = batch
    let today = 0
    for (let row = 0; row < count; row++) {
      if (kind[row] !== TRANSFORMER) continue
      const id = batch.id(row)
      if (!isKnown(id)) continue
      const at = ts[row] ?? Number.NaN
      const end = at + (intervalS[row] ?? 0) * 1000
      if (end > now() - runUpMs) want(id, at, end)
      if (today === 0) today = local.dayStart(local.date(now()))
      if (at >= today) continue
      // What was too late for its day lies in the oil of the next one, too.
      const yesterday = local.date(today - 1)
      const day = local.date(at)
      const next = addDays(day, 1)
      wantDays(id, day, next < yesterday ? next : yesterday, DAYS_SETTLE_MS)
    }
  }
  return { live, days, note, want, wantDays }
}
