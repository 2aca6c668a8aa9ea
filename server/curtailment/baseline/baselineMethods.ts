import type { AdjustmentRule } from '../../contract/baselines.ts'
import type { DayType } from '../calendar/dayTypes.ts'

/** A day-matching baseline as parameters. */
export interface BaselineMethod {
  name: string
  /** N: how many same-type days without event are looked for. */
  days: number
  pick: { kind: 'all' } | { kind: 'highest' | 'middle'; days: number }
  lookbackDays: number
  /** With fewer there is no baseline. */
  minDays: Record<DayType, number>
  /** A day whose mean in the event window is below this share of the first N days' mean is left out. */
  lowUsageShare: number
  adjustment: AdjustmentRule | null
}

/** The default: 10 of 10, CAISO's numbers; domain reference 3.5. */
export const tenOfTen: BaselineMethod = {
  name: '10 of 10 same-type days, same-day factor ±20 %',
  days: 10,
  pick: { kind: 'all' },
  lookbackDays: 45,
  minDays: { working: 5, 'non-working': 4 },
  lowUsageShare: 0.25,
  adjustment: {
    kind: 'multiplicative',
    cap: 0.2,
    fromHours: 4,
    toHours: 1,
    anchor: 'notice',
    basis: 'picked'
  }
}
