import { type Limits, type MeterClass, usualLimits } from './limits.ts'

/** The limits in force: by class of meter, and for ids that begin in a certain way. */
export interface Thresholds {
  readonly classes: Readonly<Record<MeterClass, Limits>>
  readonly idPrefixes: readonly { readonly prefix: string; readonly limits: Partial<Limits> }[]
}

/** What holds where nothing is set. */
export const defaultThresholds: Thresholds = { classes: usualLimits, idPrefixes: [] }

/**
 * The limits of one source: those of its class, changed by the longest prefix of its id that is listed. The sources
 * that share their limits have the same object.
 */
export function limitsFinder(thresholds: Thresholds): (meterClass: MeterClass, id: string) => Limits {
  const { classes } = thresholds
  const idPrefixes = thresholds.idPrefixes.toSorted((a, b) => b.prefix.length - a.prefix.length)
  const changed = new Map<string, Limits>()
  return (meterClass, id) => {
    const one = idPrefixes.find(({ prefix }) => id.startsWith(prefix))
    if (one === undefined) return classes[meterClass]
    const key = `${meterClass}/${one.prefix}`
    const limits = changed.get(key) ?? { ...classes[meterClass], ...one.limits }
    changed.set(key, limits)
    return limits
  }
}
