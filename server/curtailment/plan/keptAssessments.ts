import type { DayType, SiteCalendar } from '../calendar/dayTypes.ts'
import type { CommonError } from '../performance/needs.ts'
import type { Slot } from '../slots/slotGrid.ts'
import { commonErrorOf, type PlaceboColumns } from './commonError.ts'
import type { SiteAssessment } from './siteAssessment.ts'

/** What is remembered of one enrolment; small, as there are 11,000. */
interface Remembered {
  at: number
  /** It was tried on, by the programme's own rule. */
  days: number
  columns: PlaceboColumns
  profile: Record<DayType, Float32Array>
}

/** As it stands in the records. */
export interface KeptAssessment {
  /** Pretended events: date and hour, baseline, actual. */
  days: (readonly [key: string, baselineKw: number, actualKw: number])[]
  profile: Record<DayType, (number | null)[]>
}

export function toKept({ days, profile }: SiteAssessment): KeptAssessment {
  return {
    days: days.map(({ key, baselineKw, actualKw }) => [key, rounded(baselineKw), rounded(actualKw)] as const),
    profile: {
      working: profile.working.map(kw => kw && rounded(kw)),
      'non-working': profile['non-working'].map(kw => kw && rounded(kw))
    }
  }
}

/** The newest assessment of each enrolment, in memory. */
export interface KeptAssessments {
  set(enrolmentId: string, at: number, kept: KeptAssessment): void
  /** Leaves only these. */
  retain(enrolmentIds: ReadonlySet<string>): void
  /** When, and on how many days it rests; null: never. */
  state(enrolmentId: string): { at: number; days: number } | null
  /** Mean over these half-hour slots; null where one is unknown. */
  baselineKw(enrolmentId: string, slots: readonly Slot[], calendar: SiteCalendar): number | null
  commonError(enrolmentIds: readonly string[]): CommonError
}

export function keptAssessments(): KeptAssessments {
  const known = new Map<string, Remembered>()
  // Days are numbered once for all sites, so that sums over sites need no text.
  const numbers = new Map<string, number>()
  const dates: string[] = []

  function numberOf(key: string): number {
    const number = numbers.get(key)
    if (number !== undefined) return number
    numbers.set(key, dates.length)
    return dates.push(key.slice(0, 10)) - 1
  }

  return {
    set(enrolmentId, at, { days, profile }) {
      known.set(enrolmentId, {
        at,
        days: new Set(days.map(([key]) => key.slice(0, 10))).size,
        columns: {
          day: Int32Array.from(days, ([key]) => numberOf(key)),
          baselineKw: Float32Array.from(days, ([, baselineKw]) => baselineKw),
          actualKw: Float32Array.from(days, ([, , actualKw]) => actualKw)
        },
        profile: { working: column(profile.working), 'non-working': column(profile['non-working']) }
      })
    },
    retain(enrolmentIds) {
      for (const id of known.keys()) if (!enrolmentIds.has(id)) known.delete(id)
    },
    state: enrolmentId => known.get(enrolmentId) ?? null,
    baselineKw(enrolmentId, slots, calendar) {
      const profile = known.get(enrolmentId)?.profile
      if (profile === undefined || slots.length === 0) return null
      let sum = 0
      for (const { date, index } of slots) sum += profile[calendar.dayType(date)][index] ?? Number.NaN
      return Number.isNaN(sum) ? null : sum / slots.length
    },
    commonError: enrolmentIds =>
      commonErrorOf(
        enrolmentIds.flatMap(id => known.get(id)?.columns ?? []),
        dates
      )
  }
}

const column = (values: readonly (number | null)[]) => Float32Array.from(values, kw => kw ?? Number.NaN)
const rounded = (kw: number) => Math.round(kw * 1000) / 1000
