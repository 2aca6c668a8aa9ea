import type { ParticipantPerformance, Performance } from '../../contract/performance.ts'
import type { PrintedCurve } from './document.ts'
import type { Format } from './format.ts'
import type { PrintedWords } from './words/vi.ts'

type Columns = Pick<ParticipantPerformance, 'baselineKw' | 'meteredKw' | 'requestedKw'>

const HOUR_MS = 3_600_000

/** The curve of one participant, or of the sums, over [from, to), epoch ms. */
export function curveOf(
  { t, intervalMinutes }: Pick<Performance, 't' | 'intervalMinutes'>,
  { baselineKw, meteredKw, requestedKw }: Columns,
  { from, to }: { from: number; to: number },
  format: Format,
  words: PrintedWords
): PrintedCurve {
  const targetKw = t.map((at, i) => {
    const baseline = baselineKw[i] ?? null
    return baseline === null || at < from || at >= to ? null : Math.max(0, baseline - requestedKw)
  })
  const inEvent = (kw: readonly (number | null)[]) =>
    mean(t.flatMap((at, i) => (at >= from && at < to ? (kw[i] ?? []) : [])))
  const known = [...baselineKw, ...meteredKw, ...targetKw].flatMap(kw => kw ?? [])
  const isLarge = Math.max(0, ...known.map(Math.abs)) >= 10_000
  const ticks = powerTicks(known)
  const slotMs = intervalMinutes * 60_000
  const { baseline, metered, target, delivered } = words.curve
  return {
    is: 'curve',
    alt: words.curve.alt(
      format.powerText(inEvent(baselineKw)),
      format.powerText(inEvent(meteredKw)),
      format.window(from, to)
    ),
    ...{ t, slotMs, baselineKw, meteredKw, targetKw, from, to },
    timeTicks: timeTicks(t[0] ?? from, (t.at(-1) ?? to) + slotMs).map(at => ({ at, text: format.time(at) })),
    powerTicks: ticks.map(kw => ({ kw, text: format.tick(isLarge ? kw / 1000 : kw) })),
    unit: isLarge ? 'MW' : 'kW',
    names: { baseline, metered, target, delivered }
  }
}

/** Round numbers around all that is known; zero is among them unless the load moves little and high above it. */
export function powerTicks(known: readonly number[]): number[] {
  const high = Math.max(0, ...known)
  const least = known.length === 0 ? 0 : Math.min(...known)
  const low = least > high * 0.5 ? least - (high - least) * 0.25 : Math.min(0, least)
  const step = roundStep((high - low) / 5)
  const first = Math.floor(low / step)
  const last = Math.max(first + 1, Math.ceil(high / step))
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}

/** 1, 2, 2.5 or 5 times a power of ten, not below `size`. */
function roundStep(size: number): number {
  if (!(size > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(size))
  return power * ([1, 2, 2.5, 5, 10].find(digit => digit * power >= size * 0.999) ?? 10)
}

/** Full hours, not more than nine of them. */
export function timeTicks(from: number, to: number): number[] {
  const hours = [0.25, 0.5, 1, 2, 3, 4, 6, 12, 24]
  const step = (hours.find(one => (to - from) / (one * HOUR_MS) <= 9) ?? 24) * HOUR_MS
  const first = Math.ceil(from / step) * step
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step)
}

function mean(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}
