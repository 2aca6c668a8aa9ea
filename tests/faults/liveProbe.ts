import { setTimeout as pause } from 'node:timers/promises'
import { connectAsync } from 'mqtt'
import type { SourcesAnswer } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { until } from '../helpers/until.ts'
import type { Rig } from './rig.ts'

const METER = 'PROBE'
const EVERY_MS = 250
const DEADLINE_MS = 15_000

/** Asks again and again how long a reading takes from its device to the live state that the pages show. */
export interface LiveProbe {
  /** Ends it; the longest of all, milliseconds, and how many there were. Rejects when one never came. */
  stop(): Promise<{ worstMs: number; probes: number }>
}

export async function startLiveProbe({ brokerUrl, product }: Rig): Promise<LiveProbe> {
  const client = await connectAsync(brokerUrl, { protocolVersion: 4 })
  let stopped = false
  let worstMs = 0
  let probes = 0

  async function once(): Promise<void> {
    const ts = Date.now()
    const startedAt = performance.now()
    client.publish(topics.meterReading(METER), JSON.stringify({ ts, kw: 1 }), { qos: 1 })
    const isLive = async (): Promise<boolean> => {
      const { sources } = await product.running.get<SourcesAnswer>(`/api/sources?search=${METER}`)
      return sources.some(({ id, newestAt }) => id === METER && newestAt === ts)
    }
    await until(isLive, { what: 'a new reading in the live state', timeoutMs: DEADLINE_MS })
    worstMs = Math.max(worstMs, performance.now() - startedAt)
    probes++
  }

  async function work(): Promise<void> {
    while (!stopped) {
      await once()
      await pause(EVERY_MS)
    }
  }
  const working = work()
  working.catch(() => {})

  return {
    async stop() {
      stopped = true
      await working.finally(() => client.end(true))
      return { worstMs, probes }
    }
  }
}
