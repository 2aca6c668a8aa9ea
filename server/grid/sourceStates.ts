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
  const arrivedAt = values.arrivedAt[n] ?? NaN
  return {
    kind: sources.kind(n),
    id,
    nodeId: node?.id ?? null,
    name: node?.name ?? null,
    state: freshnessOf(n, values, now, defaultS),
    newestAt: Number.isNaN(newestAt) ? null : newestAt,
    arrivedAt: Number.isNaN(arrivedAt) ? null : arrivedAt,
    reportIntervalS: values.reportIntervalSOf(n, newestIntervalS(n, values), defaultS),
    online: statusOf(id)?.online ?? null
  }
}

/** The state alone. */
export function freshnessOf(
  n: number,
  values: LiveSources['values'],
  now: number,
  defaultS: number
): SourceState {
  const newestAt = values.newestTs[n] ?? NaN
  if (Number.isNaN(newestAt)) return 'never'
  const intervalS = newestIntervalS(n, values)
  const reportIntervalS = values.reportIntervalSOf(n, intervalS, defaultS)
  const intervals = (now - newestAt - intervalS * 1000) / (reportIntervalS * 1000)
  if (intervals < 2) return 'fresh'
  return intervals < 3 ? 'late' : 'silent'
}

/** Seconds; 0 while nothing came. */
function newestIntervalS(n: number, { newestTs, newestIntervalS }: LiveSources['values']): number {
  return Number.isNaN(newestTs[n] ?? NaN) ? 0 : (newestIntervalS[n] ?? 0)
}
