import type { JsonObject } from './json.ts'
import { ahead, readTime } from './timestamps.ts'

export interface DeviceStatus {
  id: string
  online: boolean
  /** Epoch milliseconds; null where the device did not say. */
  ts: number | null
}

/** A device's word about itself, or what is wrong with it. */
export function readStatus(
  id: string,
  message: JsonObject,
  now: number
): { status: DeviceStatus; unknownMembers: number } | string {
  const { online, ts = null, ...unknown } = message
  if (online === undefined || online === null) return 'online is missing'
  if (typeof online !== 'boolean') return 'online is neither true nor false'
  const time = ts === null ? null : readTime(ts, 'ts', now, ahead.hour)
  if (typeof time === 'string') return time
  return { status: { id, online, ts: time }, unknownMembers: Object.keys(unknown).length }
}
