import type { BaselineRule } from '../../contract/baselines.ts'
import type { SiteCalendar } from '../calendar/dayTypes.ts'
import type { DayLoads } from '../slots/dayLoads.ts'
import type { EventWindow } from '../slots/eventWindow.ts'

/** A time span, epoch ms. */
export interface Span {
  start: number
  end: number
}

/** Local dates, both included. */
export interface DayRange {
  from: string
  to: string
}

/** Everything a baseline depends on: the same input, the same digits and the same hash. */
export interface BaselineInput {
  rule: BaselineRule
  /** Of `eventWindow(grid, times, rule.adjustment)`; shared by all sites with the same times. */
  window: EventWindow
  /** The site's load, its event day too; a day that is not there counts as one without readings. */
  load: DayLoads
  /** The site's own day types. */
  calendar: SiteCalendar
  /** When else the site was called, drills too: those days carry no baseline. This event need not be among them. */
  calls: readonly Span[]
  /** Days that must not serve, and why: outages, days left out by hand. */
  excludedDays?: ReadonlyMap<string, string>
  /** The first local date on which the site was enrolled; earlier ones do not serve. */
  notBefore?: string | null
  /** Outdoor temperature, °C; null: none is known. */
  temperature?: DayLoads | null
  /** As contracted, kW; null: none. */
  firmServiceLevelKw?: number | null
  /** Other numbers than those of the field, for studies. */
  parameters?: MethodParameters
}

/** Deviations from the parameter sets of methods.ts, for every method that they concern. */
export interface MethodParameters {
  lookbackDays?: number
  minDays?: number
  lowUsageShare?: number
  skipDaysBefore?: number
}

/**
 * A step of a baseline asks for the days it looks at before it does, so that a look-back is read in parts and no further
 * than it must be; where they come from is the matter of whoever drives it.
 */
export type Asking<T> = Generator<DayRange, T, void>
