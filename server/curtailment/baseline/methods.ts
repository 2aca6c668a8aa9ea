import type { BaselineMethodName } from '../../contract/baselines.ts'
import type { DayType } from '../calendar/dayTypes.ts'
import type { MethodParameters } from './input.ts'

/** A day-matching baseline as parameters; where its day types differ, by day type. */
export interface DayMatching {
  /** N: how many same-type days without event are looked for. */
  days: number
  pick: { kind: 'all' } | { kind: 'highest' | 'middle'; days: number }
  lookbackDays: number
  /** With fewer there is no baseline. */
  minDays: number
  /** A day whose mean in the event window is below this share of the first N days' mean is left out. */
  lowUsageShare: number
  /** Days directly before the event that are passed over. */
  skipDaysBefore: number
}

const LOOKBACK_DAYS = 45
const LOW_USAGE_SHARE = 0.25
/** What is left of a middle method that stands in for another one. */
const MIN_DAYS_OF_FALLBACK = 3

const matching = (
  days: number,
  pick: DayMatching['pick'],
  other: Partial<DayMatching> = {}
): DayMatching => ({
  ...{ days, pick, lookbackDays: LOOKBACK_DAYS, minDays: days },
  ...{ lowUsageShare: LOW_USAGE_SHARE, skipDaysBefore: 0, ...other }
})
const highest = (days: number) => ({ kind: 'highest' as const, days })
const middle = (days: number) => ({ kind: 'middle' as const, days })
const bothTypes = (method: DayMatching): Record<DayType, DayMatching> => ({
  working: method,
  'non-working': method
})

/**
 * The methods of the field (domain reference 3.3): CAISO 10 of 10, PJM High 4 of 5 (2 of 3 on non-working days), NYISO
 * High 5 of 10, Korea Mid 6 of 10, ERCOT Mid 8 of 10, IESO High 15 of 20 (the last twenty non-working days are further away).
 */
export const dayMatchingMethods = {
  '10of10': {
    working: matching(10, { kind: 'all' }, { minDays: 5 }),
    'non-working': matching(10, { kind: 'all' }, { minDays: 4 })
  },
  high4of5: { working: matching(5, highest(4)), 'non-working': matching(3, highest(2)) },
  high5of10: bothTypes(matching(10, highest(5))),
  mid6of10: bothTypes(matching(10, middle(6))),
  mid8of10: bothTypes(matching(10, middle(8))),
  high15of20: {
    working: matching(20, highest(15)),
    'non-working': matching(20, highest(15), { lookbackDays: 2 * LOOKBACK_DAYS })
  }
} as const satisfies Partial<Record<BaselineMethodName, Record<DayType, DayMatching>>>

export type DayMatchingName = keyof typeof dayMatchingMethods

/** They rest on the event's own day, which leaves nothing to adjust by. */
export const ownDayMethods: readonly BaselineMethodName[] = ['same-day', 'meter-before-after']

/** The parameters of a method on a type of day. In a fallback a middle method takes what there is, three days at least. */
export function dayMatching(
  name: DayMatchingName,
  type: DayType,
  { isFallback = false, parameters = {} }: { isFallback?: boolean; parameters?: MethodParameters } = {}
): DayMatching {
  const method: DayMatching = { ...dayMatchingMethods[name][type], ...parameters }
  if (isFallback && method.pick.kind === 'middle')
    method.minDays = Math.min(method.minDays, MIN_DAYS_OF_FALLBACK)
  return method
}
