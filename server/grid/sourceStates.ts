import type { Source, SourceState } from '../contract/sources.ts'
import type { LiveSources } from './liveSources.ts'

/** What a device said of itself on its status topic. */
export interface DeviceStatus {
  online: boolean
  ts: number | null
}

/**
 * One source as a person sees it, counted from the end of its newest reading:
 *
 *   end          2 report intervals     3
 *   ├──── fresh ─────────┤──── late ─────┤ silent        no reading yet: never
 */
export function sourceState(
  n: number,
  sources: LiveSources,
  statusOf: (id: string) => DeviceStatus | undefined,
  now: number,
  defaultS: number
): Source {
  const { values } = sources
  const id = sources.id(n)
  const node = sources.place(n)?.node
  const newestAt = values.newestTs[n] ?? NaN
  const isSilent = Number.isNaN(newestAt)
  const intervalS = isSilent ? 0 : (values.newestIntervalS[n] ?? 0)
  const arrivedAt = values.arrivedAt[n] ?? NaN
  const reportIntervalS = values.reportIntervalSOf(n, intervalS, defaultS)
  return {
    kind: sources.kind(n),
    id,
    nodeId: node?.id ?? null,
    name: node?.name ?? null,
    state: isSilent ? 'never' : freshness(newestAt, intervalS, reportIntervalS, now),
    newestAt: isSilent ? null : newestAt,
    arrivedAt: Number.isNaN(arrivedAt) ? null : arrivedAt,
    reportIntervalS,
    online: statusOf(id)?.online ?? null
  }
}

function freshness(newestAt: number, intervalS: number, reportIntervalS: number, now: number): SourceState {
  const intervals = (now - newestAt - intervalS * 1000) / (reportIntervalS * 1000)
  if (intervals < 2) return 'fresh'
  return intervals < 3 ? 'late' : 'silent'
}
