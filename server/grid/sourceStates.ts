import type { Source, SourceState } from '../contract/sources.ts'
import type { Channel, Measured } from './channel.ts'
import { reportIntervalOf } from './hold.ts'

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
  channel: Channel,
  status: DeviceStatus | undefined,
  now: number,
  defaultReportIntervalS: number
): Source {
  const { kind, id, nodeId, name, newest } = channel
  const reportIntervalS = reportIntervalOf(
    channel.reportIntervalS,
    newest?.intervalS ?? 0,
    defaultReportIntervalS
  )
  return {
    kind,
    id,
    nodeId,
    name,
    state: newest === null ? 'never' : freshness(newest, reportIntervalS, now),
    newestAt: newest?.ts ?? null,
    arrivedAt: newest?.arrivedAt ?? null,
    reportIntervalS,
    online: status?.online ?? null
  }
}

function freshness(newest: Measured, reportIntervalS: number, now: number): SourceState {
  const intervals = (now - newest.ts - newest.intervalS * 1000) / (reportIntervalS * 1000)
  if (intervals < 2) return 'fresh'
  return intervals < 3 ? 'late' : 'silent'
}
