import { setTimeout as pause } from 'node:timers/promises'
import { readingTopic } from '../../server/contract/topics.ts'
import type { ReplayOptions, Target } from './options.ts'
import { type BadCell, createRowReader, type RowReader, type RowReadings } from './readings.ts'
import { readRows } from './rows.ts'

const BATCH = 500
const MOST_IN_FLIGHT = 8

/** What became of one target. Sums are of the members as published. */
export interface TargetSummary extends Target {
  readings: number
  messages: number
  firstTs: number | null
  lastTs: number | null
  sums: Record<string, number>
}

export interface ReplaySummary {
  rows: number
  outside: number
  badTimes: number
  badCells: number
  listed: readonly BadCell[]
  shiftMs: number
  targets: readonly TargetSummary[]
}

export interface ReplayClock {
  now: () => number
  /** Ends the replay where it is. */
  signal: AbortSignal
  /** Resolves after so many ms, or when the signal aborts. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

const pauseFor = (ms: number, signal: AbortSignal) => pause(ms, undefined, { signal }).catch(() => {})

/**
 * Publishes the file as the options say and resolves when all of it is acknowledged. `publish` resolves with the PUBACK.
 * After an abort it stops where it is and says what it has done.
 */
export async function replay(
  options: ReplayOptions,
  publish: (topic: string, payload: string) => Promise<void>,
  { now, signal, wait = pauseFor }: ReplayClock
): Promise<ReplaySummary> {
  const shiftMs = options.shiftToNow ? await shiftToNow(options, now()) : 0
  const outputs = options.targets.map(target => createOutput(target, publish))
  const startedAt = now()
  let firstTs: number | null = null
  let rows = 0
  let reader: RowReader | null = null

  for await (const row of readRows(options.file, options.delimiter)) {
    if (signal.aborted) break
    rows += 1
    reader ??= createRowReader(options, Object.keys(row.cells))
    const readings = reader.read(row)
    if (readings === null) continue
    if (options.speed > 0) {
      firstTs ??= readings.ts
      const waitMs = startedAt + (readings.ts - firstTs) / options.speed - now()
      if (waitMs > 0) await wait(waitMs, signal)
      if (signal.aborted) break
    }
    await hand(outputs, readings, shiftMs, options)
  }
  for (const output of outputs) await output.finish()

  const counts = reader?.counts() ?? { badCells: 0, outside: 0, badTimes: 0 }
  return {
    rows,
    ...counts,
    listed: reader?.badCells ?? [],
    shiftMs,
    targets: outputs.map(({ summary }) => summary)
  }
}

async function hand(
  outputs: readonly Output[],
  { ts, members }: RowReadings,
  shiftMs: number,
  { intervalS, speed }: ReplayOptions
): Promise<void> {
  for (const [index, output] of outputs.entries()) {
    const known = members[index] ?? null
    if (known === null) continue
    const item = { ts: ts + shiftMs, ...(intervalS !== null && { interval: intervalS }), ...known }
    await output.add(item, known, speed > 0)
  }
}

/** So that the last reading's interval ends when the replay does. */
async function shiftToNow(options: ReplayOptions, now: number): Promise<number> {
  let first: number | null = null
  let last: number | null = null
  let reader: RowReader | null = null
  for await (const row of readRows(options.file, options.delimiter)) {
    reader ??= createRowReader(options, Object.keys(row.cells))
    const ts = reader.read(row)?.ts
    if (ts === undefined) continue
    first = Math.min(first ?? ts, ts)
    last = Math.max(last ?? ts, ts)
  }
  if (first === null || last === null) return 0
  const takesMs = options.speed > 0 ? (last - first) / options.speed : 0
  return Math.floor(now + takesMs) - last - (options.intervalS ?? 0) * 1000
}

interface Output {
  summary: TargetSummary
  add(item: { ts: number }, members: Readonly<Record<string, number>>, atOnce: boolean): Promise<void>
  finish(): Promise<void>
}

/** Collects a target's readings into arrays (or sends each at once), a few messages in flight. */
function createOutput(target: Target, publish: (topic: string, payload: string) => Promise<void>): Output {
  const topic = readingTopic[target.kind](target.id)
  const summary: TargetSummary = {
    ...target,
    readings: 0,
    messages: 0,
    firstTs: null,
    lastTs: null,
    sums: {}
  }
  const inFlight = new Set<Promise<void>>()
  let batch: object[] = []
  let failure: unknown = null

  async function send(): Promise<void> {
    if (batch.length === 0) return
    const payload = JSON.stringify(batch.length === 1 ? batch[0] : batch)
    batch = []
    while (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight)
    if (failure !== null) throw failure
    const sending: Promise<void> = publish(topic, payload)
      .catch((error: unknown) => {
        failure ??= error
      })
      .finally(() => inFlight.delete(sending))
    inFlight.add(sending)
    summary.messages += 1
  }

  return {
    summary,
    add: async (item, members, atOnce) => {
      batch.push(item)
      summary.readings += 1
      summary.firstTs ??= item.ts
      summary.lastTs = item.ts
      for (const [member, value] of Object.entries(members)) {
        summary.sums[member] = (summary.sums[member] ?? 0) + value
      }
      if (atOnce || batch.length >= BATCH) await send()
    },
    finish: async () => {
      await send()
      await Promise.all(inFlight)
      if (failure !== null) throw failure
    }
  }
}
