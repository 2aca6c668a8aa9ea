import type { PlaceboAccuracy } from '../../contract/baselines.ts'
import type { Predictability } from '../../contract/enrolments.ts'
import { addDays } from '../../contract/localTime.ts'
import type { ProgrammeTerms } from '../../contract/programmes.ts'
import type { Span } from '../baseline/input.ts'
import { accuracyOf, type PlaceboDay, type PlaceboRule, placeboAccuracy } from '../baseline/placebo.ts'
import type { DayType, SiteCalendar } from '../calendar/dayTypes.ts'
import { type DayLoads, dayLoads, daySpan } from '../slots/dayLoads.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import type { MeterHistory } from '../slots/slots.ts'
import type { PlaceboMean } from './commonError.ts'
import { placeboRules, predictabilityOf } from './predictability.ts'

/** Events are pretended on the days of the last two months (domain reference 5.2). */
const PLACEBO_DAYS = 60
/** No method looks back further than this before the first of them. */
const LOOKBACK_DAYS = 46
/** Days needed to assess a site. */
export const ASSESSED_DAYS = PLACEBO_DAYS + LOOKBACK_DAYS
/** The national peaks fall about 13:30 and 22:00: an afternoon and an evening, so that neither hides the other's error. */
const WINDOWS = [
  { name: '13', fromMinute: 13 * 60, toMinute: 17 * 60 },
  { name: '18', fromMinute: 18 * 60, toMinute: 22 * 60 }
]
/** Pretended days in one step. */
const STEP_DAYS = 10
/** The newest days of a type that tell how the next one goes. */
const PROFILE_DAYS = 10
const MIN_PROFILE_DAYS = 3

/** Half-hour means from local midnight on, kW; null unknown. */
export type Profile = Record<DayType, (number | null)[]>

export interface SiteAssessment {
  predictability: Predictability
  /** Under the programme's own rule, one for each pretended event. */
  days: PlaceboMean[]
  profile: Profile
}

/** What one site is assessed on; `grid` of half-hours. */
export interface SiteInput {
  load: MeterHistory
  /** Outdoors, °C; null: none is known, so that nothing is foretold by weather. */
  temperature: MeterHistory | null
  calendar: SiteCalendar
  calls: readonly Span[]
  terms: ProgrammeTerms
  grid: SlotGrid
  now: number
}

/**
 * How well every baseline method would have done on the site's last 60 days: on each working day without a call an event is
 * pretended 13:00 to 17:00 and 18:00 to 22:00, and each method, with and without the programme's same-day adjustment, says
 * what it would have drawn. Ten days of one rule a step, so that the thread is given back in between.
 */
export function* assessmentSteps(input: SiteInput): Generator<void, SiteAssessment, void> {
  const { calendar, calls, terms, grid, now } = input
  const today = grid.local.date(now)
  const span = daySpan(grid, addDays(today, -ASSESSED_DAYS), addDays(today, -1))
  const load = dayLoads(input.load, span, now)
  const temperature = input.temperature && dayLoads(input.temperature, span, now)
  const methods: PlaceboAccuracy[] = []
  let own: PlaceboMean[] = []
  for (const [place, rule] of placeboRules(terms.baseline).entries()) {
    const days: { name: string; day: PlaceboDay }[] = []
    for (const { name, ...hours } of WINDOWS) {
      for (let back = PLACEBO_DAYS; back > 0; back -= STEP_DAYS) {
        const dates = { from: addDays(today, -back), to: addDays(today, Math.min(-1, STEP_DAYS - 1 - back)) }
        const site = { load, temperature, calendar, calls, grid }
        const [run] = placeboAccuracy({ ...site, dates, hours, rules: [rule] })
        days.push(...(run?.days ?? []).map(day => ({ name, day })))
        yield
      }
    }
    methods.push(
      pooled(
        rule,
        days.map(({ day }) => day)
      )
    )
    if (place === 0) own = days.map(({ name, day }) => meanOf(name, day))
  }
  return {
    predictability: predictabilityOf(methods, terms.eligibility.maxBiasShare, now),
    days: own,
    profile: profileOf(load, calendar, calls, grid, today)
  }
}

export function assessed(input: SiteInput): SiteAssessment {
  const steps = assessmentSteps(input)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** Both windows as one; a date counts once. */
function pooled(rule: PlaceboRule, days: readonly PlaceboDay[]): PlaceboAccuracy {
  return { ...accuracyOf(rule, days), days: new Set(days.map(({ date }) => date)).size }
}

const meanOf = (name: string, { date, baselineKw, actualKw }: PlaceboDay): PlaceboMean => ({
  key: `${date} ${name}`,
  baselineKw,
  actualKw
})

/** The mean of the newest days of each type without a call, by half-hour. */
function profileOf(
  load: DayLoads,
  calendar: SiteCalendar,
  calls: readonly Span[],
  { local }: SlotGrid,
  today: string
): Profile {
  const called = new Set(calls.flatMap(({ start, end }) => [local.date(start), local.date(end - 1)]))
  const found: Record<DayType, Float64Array[]> = { working: [], 'non-working': [] }
  for (let back = 1; back <= ASSESSED_DAYS; back++) {
    const date = addDays(today, -back)
    const days = found[calendar.dayType(date)]
    const values = load.of(date)
    if (called.has(date) || values === null || days.length >= PROFILE_DAYS) continue
    if (values.some(kw => !Number.isNaN(kw))) days.push(values)
  }
  return { working: meanDay(found.working), 'non-working': meanDay(found['non-working']) }
}

function meanDay(days: readonly Float64Array[]): (number | null)[] {
  const slots = days[0]?.length ?? 0
  return Array.from({ length: slots }, (_, slot) => {
    const known = days.map(day => day[slot] ?? Number.NaN).filter(kw => !Number.isNaN(kw))
    if (known.length < MIN_PROFILE_DAYS) return null
    return known.reduce((sum, kw) => sum + kw, 0) / known.length
  })
}
