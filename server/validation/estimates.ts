import type { Measured } from './daySeries.ts'
import type { Gap } from './gaps.ts'

/** Values for the slots of a gap on the straight line between its neighbours. */
export function onALine({ slots, before, after, intervalMs }: Gap): number[] {
  const steps = slots.length + 1
  return slots.map(slot => {
    const step = (slot - before.t) / intervalMs
    return before.value + ((after.value - before.value) * step) / steps
  })
}

/**
 * Values like those of the same slots of similar days: `likes` holds for each slot what was measured then, the most
 * recent first. null when a slot has fewer than `days`. With the energy of the gap known the shape is scaled to it;
 * where similar days used nothing it is spread evenly.
 */
export function likeDays(
  gap: Gap,
  likes: readonly (readonly number[])[],
  days: number,
  energyKwh: number | null
): number[] | null {
  if (likes.length !== gap.slots.length || likes.some(one => one.length < days)) return null
  const shape = likes.map(one => one.slice(0, days).reduce((sum, kw) => sum + kw, 0) / days)
  if (energyKwh === null || energyKwh < 0) return shape
  const slotH = gap.intervalMs / 3_600_000
  const shapeKwh = shape.reduce((sum, kw) => sum + kw * slotH, 0)
  const evenKw = energyKwh / (gap.slots.length * slotH)
  return shape.map(kw => (shapeKwh > 0 ? (kw * energyKwh) / shapeKwh : evenKw))
}

/**
 * What the register counted in the gap alone, kWh; null when it is not known at both ends, went down, or it matters
 * and nobody can tell whether it is read at the start of its interval or at the end.
 *
 *   register        R0      ·      ·      R1
 *                ├─ before ─┼─ gap ┼─ gap ┼─ after ─┤
 *   at the start ├────────── R1 − R0 ─────┤
 *   at the end              ├─────────── R1 − R0 ───┤
 */
export function countedInGapKwh(
  { before, after, intervalMs }: Gap,
  register: ReadonlyMap<number, number>,
  readAt: 'start' | 'end' | null
): number | null {
  const first = register.get(before.t)
  const last = register.get(after.t)
  if (first === undefined || last === undefined || last < first) return null
  if (readAt === null && before.value !== after.value) return null
  const neighbour = readAt === 'start' ? before : after
  const countedKwh = last - first - (neighbour.value * intervalMs) / 3_600_000
  return countedKwh >= 0 ? countedKwh : null
}

/** When in its interval the register is read: as fits the energy of the intervals better; null where nothing tells. */
export function registerReadAt(
  readings: readonly Measured[],
  register: ReadonlyMap<number, number>
): 'start' | 'end' | null {
  let errorAtStart = 0
  let errorAtEnd = 0
  for (let i = 1; i < readings.length; i++) {
    const before = readings[i - 1]
    const one = readings[i]
    if (before === undefined || one === undefined || before.t + before.intervalMs !== one.t) continue
    const first = register.get(before.t)
    const last = register.get(one.t)
    if (first === undefined || last === undefined || last < first) continue
    errorAtStart += Math.abs(last - first - (before.value * before.intervalMs) / 3_600_000)
    errorAtEnd += Math.abs(last - first - (one.value * one.intervalMs) / 3_600_000)
  }
  if (errorAtStart === errorAtEnd) return null
  return errorAtStart < errorAtEnd ? 'start' : 'end'
}
