import type { LocalTime } from '../../contract/localTime.ts'
import type { TransformerView } from './live.ts'
import type { SensorFault } from './oilSensor.ts'

/** Part of a day: mean rise of the computed oil above the air, and of the measured above the computed, K. */
export interface DriftHalf {
  riseK: number
  residualK: number
}

/** A local day as drift is judged by it. */
export interface DriftDay {
  date: string
  /** Measured values, and those of them that were not good. */
  measured: number
  faulty: number
  /** What most of the faulty were. */
  fault: SensorFault | null
  /** The cooler and the hotter half of its known hours; null where there are too few. */
  low: DriftHalf | null
  high: DriftHalf | null
}

/** The day that runs: sums by the hour. */
export interface DriftHours {
  date: string
  measured: number
  faults: Partial<Record<SensorFault, number>>
  /** By local hour: count, sum of rises, sum of residuals. */
  hours: [number, number, number][]
}

/** With less of a day known it says nothing of the cooling. */
const LEAST_HOURS = 8

export const newHours = (date: string): DriftHours => ({ date, measured: 0, faults: {}, hours: [] })

/** Adds what was measured, and what was computed beside it. */
export function addToHours(day: DriftHours, view: TransformerView, local: LocalTime): DriftHours {
  const { measuredOilC, oilFault, residualK, computedTopOilC, ambientC } = view
  if (measuredOilC === null) return day
  const faults =
    oilFault === null ? day.faults : { ...day.faults, [oilFault]: (day.faults[oilFault] ?? 0) + 1 }
  const told = { ...day, measured: day.measured + 1, faults }
  if (residualK === null || computedTopOilC === null || ambientC === null) return told
  const hour = Math.floor((view.t + local.offsetMs(view.t)) / 3_600_000) % 24
  const hours = [...day.hours]
  const [count, rise, residual] = hours[hour] ?? [0, 0, 0]
  hours[hour] = [count + 1, rise + computedTopOilC - ambientC, residual + residualK]
  return { ...told, hours }
}

/** A day that is over. */
export function closedDay({ date, measured, faults, hours }: DriftHours): DriftDay {
  const known = hours
    .filter(hour => hour !== undefined && hour !== null)
    .map(([count, rise, residual]) => ({ riseK: rise / count, residualK: residual / count }))
    .sort((a, b) => a.riseK - b.riseK)
  const counts = Object.entries(faults).sort(([, a], [, b]) => b - a)
  const half = known.length >> 1
  const isKnown = known.length >= LEAST_HOURS
  return {
    ...{ date, measured, faulty: counts.reduce((sum, [, count]) => sum + count, 0) },
    fault: (counts[0]?.[0] as SensorFault | undefined) ?? null,
    low: isKnown ? medianHalf(known.slice(0, half)) : null,
    high: isKnown ? medianHalf(known.slice(half)) : null
  }
}

const medianHalf = (hours: readonly DriftHalf[]): DriftHalf => ({
  riseK: median(hours.map(({ riseK }) => riseK)),
  residualK: median(hours.map(({ residualK }) => residualK))
})

/** The middle one; of an even count the mean of both; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [high = NaN, low = high] = [sorted[middle], sorted[middle - 1]]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}
