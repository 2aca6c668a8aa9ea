import { setTimeout as pause } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { type Chunk, itemsOf, missingChunks } from './past.ts'
import type { Progress } from './progress.ts'
import type { Source } from './source.ts'
import { createTokenBucket } from './tokenBucket.ts'

/** A live report may take this long to be acknowledged before the past takes it for missing. */
const GRACE_MS = 20_000
const IDLE_MS = 5_000
const MOST_IN_FLIGHT = 4
const BURST_READINGS = 20_000

export interface History {
  counts(): { messages: number; readings: number }
  /** Resolves when nothing is running any more. */
  stop(): Promise<void>
}

/**
 * Publishes what is missing of the past, newest first, for as long as it runs: the whole past at the first start, later
 * only what a break or a left-out report has left missing. Yields to live: a limited rate, few messages in flight, and
 * none at all while live reports wait.
 */
export function startHistory(needs: {
  sources: readonly Source[]
  connection: Connection
  progress: Progress
  readingsPerS: number
  isLiveWaiting: () => boolean
  /** Whether the server still has what it acknowledged; asked at the start and after every break. */
  stillHas: (signal: AbortSignal) => Promise<boolean>
  now: () => number
  log: (line: string) => void
}): History {
  const { sources, connection, progress, now, log } = needs
  const stopping = new AbortController()
  const { signal } = stopping
  const bucket = createTokenBucket(needs.readingsPerS, BURST_READINGS, now)
  const counts = { messages: 0, readings: 0 }
  /** Everything before is past; after it live reports are given their time. */
  const runsSince = now()
  let isVerified = false
  connection.onConnect(() => {
    isVerified = false
  })

  const wait = (ms: number) => pause(ms, undefined, { signal })

  async function verify(): Promise<void> {
    isVerified = true
    if (progress.isEmpty()) return
    try {
      // An empty answer counts only when it is given twice: after a crash the store may still be reading the log.
      if (await needs.stillHas(signal)) return
      await wait(3_000)
      if (await needs.stillHas(signal)) return
      progress.clear()
      log('history: the server has lost what it acknowledged; sending everything again')
    } catch (error) {
      isVerified = false
      if (!signal.aborted) log(`history: waiting for the server: ${messageOf(error)}`)
      await wait(2_000)
    }
  }

  async function send(chunk: Chunk): Promise<void> {
    const items = itemsOf(chunk)
    if (items.length > 0) {
      const waitMs = bucket.take(items.length)
      if (waitMs > 0) await wait(waitMs)
      await connection.publish(chunk.source.topic, JSON.stringify(items))
      counts.messages += 1
      counts.readings += items.length
    }
    progress.add(chunk.source, chunk.from, chunk.to)
  }

  /** One pass over what is missing now; ends early when the connection was lost meanwhile. */
  async function pass(chunks: readonly Chunk[]): Promise<void> {
    const queue = chunks.values()
    async function work(): Promise<void> {
      for (const chunk of queue) {
        while (needs.isLiveWaiting()) await wait(100)
        if (!isVerified || !connection.isConnected()) return
        try {
          await send(chunk)
        } catch (error) {
          // It stays missing; the next pass finds it again.
          if (!signal.aborted) log(`history: ${messageOf(error)}`)
          return
        }
      }
    }
    await Promise.all(Array.from({ length: MOST_IN_FLIGHT }, work))
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      if (!connection.isConnected()) {
        await wait(250)
        continue
      }
      if (!isVerified) {
        await verify()
        continue
      }
      const startedAt = now()
      const chunks = missingChunks(sources, progress.of, Math.max(runsSince, startedAt - GRACE_MS))
      const before = counts.readings
      await pass(chunks)
      const sent = counts.readings - before
      if (sent > 50_000 && !signal.aborted) {
        log(`history: ${sent} readings acknowledged in ${Math.round((now() - startedAt) / 1000)} s`)
      }
      await wait(IDLE_MS)
    }
  }

  const running = run().catch((error: unknown) => {
    if (!signal.aborted) log(`history: stopped: ${messageOf(error)}`)
  })
  return {
    counts: () => ({ ...counts }),
    stop: async () => {
      stopping.abort()
      await running
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
