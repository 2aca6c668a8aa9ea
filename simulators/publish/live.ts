import type { Connection } from './connection.ts'
import { nextReport } from './past.ts'
import type { Source } from './source.ts'

const TICK_MS = 250
/** More unacknowledged reports than this, and new ones are left to the past. */
const MOST_PENDING = 500

export interface LiveFleet {
  /** Reports published and acknowledged, and left out because nobody could take them. */
  counts(): { published: number; leftOut: number }
  stop(): void
}

/**
 * Publishes each source's report at its moment. A report that cannot be sent now (no connection, too many pending, the
 * process slept) is left out, never queued: the past finds it missing and sends it in a late array.
 */
export function startLive(needs: {
  sources: readonly Source[]
  connection: Connection
  now: () => number
  /** Told when a report is durable: data time [from, to). */
  onDurable: (source: Source, from: number, to: number) => void
}): LiveFleet {
  const { connection, now, onDurable } = needs
  const counts = { published: 0, leftOut: 0 }
  const delay = (source: Source) =>
    source.intervalDelayMs === null ? 0 : source.cadenceMs + source.intervalDelayMs
  const due = needs.sources.map(source => ({ source, next: nextReport(source, now() - delay(source)) }))

  async function report(source: Source, t: number): Promise<void> {
    const items = source.intervalDelayMs === null ? source.sample(t) : source.mean(t, source.cadenceMs)
    try {
      await connection.publish(source.topic, JSON.stringify(items.length === 1 ? items[0] : items))
    } catch {
      counts.leftOut += 1
      return
    }
    counts.published += 1
    onDurable(source, t, t + source.cadenceMs)
  }

  const timer = setInterval(() => {
    const moment = now()
    for (const entry of due) {
      const { source } = entry
      if (entry.next + delay(source) > moment) continue
      const newest = nextReport(source, moment - delay(source) - source.cadenceMs + 1)
      counts.leftOut += Math.round((newest - entry.next) / source.cadenceMs)
      entry.next = newest + source.cadenceMs
      if (connection.isConnected() && connection.pending() < MOST_PENDING) void report(source, newest)
      else counts.leftOut += 1
    }
  }, TICK_MS)

  return {
    counts: () => ({ ...counts }),
    stop: () => clearInterval(timer)
  }
}
