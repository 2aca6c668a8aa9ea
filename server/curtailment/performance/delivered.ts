const HOUR_MS = 3_600_000

/** kW by slot; null unknown. */
export type Column = readonly (number | null)[]

/** A time span, epoch ms. */
export interface Times {
  start: number
  end: number
}

/** What a participant reduced in its own part of an event, over the known slots; nothing known: null. */
export interface Delivered {
  /** Signed, inside its part only. */
  deliveredKw: (number | null)[]
  deliveredKwh: number | null
  averageKw: number | null
  ratio: number | null
  sustainedKw: number | null
  /** Mean baseline over the same slots. */
  baselineMeanKw: number | null
  knownSlots: number
  slots: number
}

/**
 * R = baseline − metered, signed, in every slot of [start, end); energy ΣR·h, mean power over the known slots, ratio to the
 * kW asked, and the least R of all (domain reference 4).
 */
export function deliveredOf(
  slots: readonly Times[],
  part: Times,
  columns: { baselineKw: Column; meteredKw: Column },
  requestedKw: number
): Delivered {
  const deliveredKw: (number | null)[] = []
  let inPart = 0
  let known = 0
  let hours = 0
  let deliveredKwh = 0
  let baselineKwh = 0
  let sustainedKw = Infinity
  slots.forEach((slot, i) => {
    const isIn = isInside(slot, part)
    const baseline = columns.baselineKw[i] ?? null
    const metered = columns.meteredKw[i] ?? null
    if (isIn) inPart++
    const kw = isIn && baseline !== null && metered !== null ? baseline - metered : null
    deliveredKw.push(kw)
    if (kw === null || baseline === null) return
    known++
    hours += hoursOf(slot)
    deliveredKwh += kw * hoursOf(slot)
    baselineKwh += baseline * hoursOf(slot)
    sustainedKw = Math.min(sustainedKw, kw)
  })
  const averageKw = hours > 0 ? deliveredKwh / hours : null
  return {
    deliveredKw,
    deliveredKwh: hours > 0 ? deliveredKwh : null,
    averageKw,
    ratio: averageKw === null || requestedKw <= 0 ? null : averageKw / requestedKw,
    sustainedKw: known > 0 ? sustainedKw : null,
    baselineMeanKw: hours > 0 ? baselineKwh / hours : null,
    knownSlots: known,
    slots: inPart
  }
}

/** The most it drew above its firm service level in a known slot of its part: 0 when it kept to it; null when none is known. */
export function excessOf(
  slots: readonly Times[],
  part: Times,
  meteredKw: Column,
  firmServiceLevelKw: number
): number | null {
  const drawn = slots.flatMap((slot, i) => (isInside(slot, part) ? (meteredKw[i] ?? []) : []))
  return drawn.length === 0 ? null : Math.max(0, ...drawn.map(kw => kw - firmServiceLevelKw))
}

export const hoursOf = ({ start, end }: Times): number => (end - start) / HOUR_MS

export const isInside = (slot: Times, { start, end }: Times): boolean =>
  slot.start >= start && slot.end <= end
