import type { LocalTime } from '../contract/localTime.ts'
import { ESTIMATED, qualityBits } from '../contract/quality.ts'
import type { Reading } from '../contract/telemetry.ts'
import { known, type Measured, measured, type SeriesSource } from './daySeries.ts'
import type { Span } from './dayVerdicts.ts'
import { countedInGapKwh, likeDays, onALine, registerReadAt } from './estimates.ts'
import { type Gap, gapsIn, intervalMsOf } from './gaps.ts'
import type { Limits } from './limits.ts'
import { weeksBefore } from './similarDays.ts'

const LIKE_DAYS = 3
/** 90 days. */
const LOOK_BACK_WEEKS = 12
const NO_GAP: readonly Reading[] = []

export interface EstimateNeeds {
  store: SeriesSource
  local: LocalTime
  limits: Limits
}

/**
 * Whether a meter's day, read with a margin on both sides, may touch a gap. Cheap: most days have none. A gap that
 * begins at its end is found with the day on which it ends; only if that is long over one must look ahead.
 */
export function maybeHasGap(readings: readonly Measured[], day: Span, isLongOver: boolean): boolean {
  const intervalMs = intervalMsOf(readings)
  if (intervalMs === null) return false
  const near = readings.filter(({ t }) => t >= day.from - intervalMs && t <= day.to + intervalMs)
  const first = near[0]
  const last = near.at(-1)
  if (first === undefined || last === undefined) return false
  if (first.t >= day.from || (isLongOver && last.t < day.to)) return true
  return near.some((one, i) => one.t - (near[i - 1]?.t ?? one.t) > intervalMs)
}

/**
 * The readings that are missing in the gaps that touch the day, as far as they can be estimated. Each is a mean of kW
 * with the bit of how it was found; measured ones are never among them.
 */
export async function estimateGaps(id: string, day: Span, needs: EstimateNeeds): Promise<readonly Reading[]> {
  const { store, limits } = needs
  const reachMs = limits.longestGapS * 1000 + 86_400_000
  const around = { kind: 'meter' as const, ids: [id], from: day.from - reachMs, to: day.to + reachMs }
  const readings = known((await store.queryMany({ ...around, field: 'kw' })).get(id), 'kw')
  const intervalMs = intervalMsOf(readings.filter(({ t }) => t >= day.from && t < day.to))
  if (intervalMs === null) return NO_GAP
  const gaps = gapsIn(readings, day, intervalMs).filter(
    gap => gap.slots.length * intervalMs <= limits.longestGapS * 1000
  )
  if (gaps.length === 0) return NO_GAP
  const counted = measured((await store.queryMany({ ...around, field: 'kwh' })).get(id), 'kwh')
  const register = new Map(counted.map(({ t, value }) => [t, value]))
  const readAt = registerReadAt(readings.filter(isSound), register)
  const found: Reading[] = []
  for (const gap of gaps) {
    const isShort =
      gap.slots.length * intervalMs <= limits.linearGapS * 1000 && isSound(gap.before) && isSound(gap.after)
    const energyKwh =
      isSound(gap.before) && isSound(gap.after) ? countedInGapKwh(gap, register, readAt) : null
    const kw = isShort ? onALine(gap) : likeDays(gap, await likesOf(id, gap, needs), LIKE_DAYS, energyKwh)
    if (kw === null) continue
    const quality = isShort ? qualityBits.estimatedLinear : qualityBits.estimatedLikeDays
    found.push(...missingReadings(id, gap, kw, quality))
  }
  return found
}

const isSound = ({ quality }: Measured): boolean => (quality & (ESTIMATED | qualityBits.outOfRange)) === 0

function missingReadings(id: string, gap: Gap, kw: readonly number[], quality: number): Reading[] {
  const missing = new Set(gap.missing)
  return gap.slots.flatMap((ts, i) => {
    const value = kw[i]
    if (value === undefined || !missing.has(ts)) return []
    const intervalS = gap.intervalMs / 1000
    return [{ kind: 'meter', id, ts, issued: null, intervalS, quality, values: { kw: toMilliwatts(value) } }]
  })
}

/** A millionth of a kW: no meter knows more. */
function toMilliwatts(kw: number): number {
  return Math.round(kw * 1e6) / 1e6
}

/** What was measured in the same slots of the same weekday of earlier weeks, most recent first, until three are found for each. */
async function likesOf(id: string, gap: Gap, { store, local }: EstimateNeeds): Promise<number[][]> {
  const likes = gap.slots.map((): number[] => [])
  const from = gap.slots[0] ?? gap.before.t
  for (let weeks = 1; weeks <= LOOK_BACK_WEEKS; weeks++) {
    if (likes.every(one => one.length >= LIKE_DAYS)) break
    const then = {
      from: weeksBefore(from, weeks, local),
      to: weeksBefore(gap.after.t, weeks, local) + gap.intervalMs
    }
    const series = (await store.queryMany({ kind: 'meter', ids: [id], ...then, field: 'kw' })).get(id)
    const values = new Map<number, number>()
    for (const { t, intervalMs, value } of measured(series, 'kw')) {
      if (intervalMs === gap.intervalMs) values.set(t, value)
    }
    for (const [i, slot] of gap.slots.entries()) {
      const value = values.get(weeksBefore(slot, weeks, local))
      if (value !== undefined) likes[i]?.push(value)
    }
  }
  return likes
}
