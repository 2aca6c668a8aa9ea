/**
 * How long a value counts.
 *
 *   ts        ts + interval                          + 3 report intervals
 *   ├── acts ──┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄ held ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┤ stale
 *              (interval 0: instantaneous, held from ts on)
 *
 * A reading with a newer ts takes over as soon as its own ts is reached.
 */
const HOLD_INTERVALS = 3

export const DEFAULT_REPORT_INTERVAL_S = 300

/** How often a source reports, in seconds: the registry's word, else the reading's own interval, else the default. */
export function reportIntervalOf(registryS: number | null, ownIntervalS: number, defaultS: number): number {
  return registryS ?? (ownIntervalS > 0 ? ownIntervalS : defaultS)
}

/** The moment (epoch ms) from which a value is stale. */
export function heldUntil(ts: number, intervalS: number, reportIntervalS: number): number {
  return ts + (intervalS + HOLD_INTERVALS * reportIntervalS) * 1000
}

/** What one reading says about power; null is unknown. */
export interface PowerValues {
  kw: number | null
  kva: number | null
  kvar: number | null
}

/** kW as measured, else √(kva² − kvar²); null when neither is possible. */
export function activePowerKw({ kw, kva, kvar }: PowerValues): number | null {
  if (kw !== null || kva === null || kvar === null) return kw
  const square = kva ** 2 - kvar ** 2
  return square >= 0 ? Math.sqrt(square) : null
}

/** kVA as measured, else √(kw² + kvar²); null when neither is possible. */
export function apparentPowerKva({ kw, kva, kvar }: PowerValues): number | null {
  if (kva !== null || kw === null || kvar === null) return kva
  return Math.hypot(kw, kvar)
}

/** Two readings of one moment: the later arrival wins member by member, an unknown one erases nothing. */
export function mergePower(before: PowerValues, later: PowerValues): PowerValues {
  return { kw: later.kw ?? before.kw, kva: later.kva ?? before.kva, kvar: later.kvar ?? before.kvar }
}

/** Power in the members of a reading; null when it carries none. */
export function powerIn(values: Partial<Record<string, number>>): PowerValues | null {
  if (values.kw === undefined && values.kva === undefined) return null
  return { kw: values.kw ?? null, kva: values.kva ?? null, kvar: values.kvar ?? null }
}
