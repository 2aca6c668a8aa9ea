import type { EnrolmentContract } from '../../contract/enrolments.ts'
import type { CurtailmentEvent } from '../../contract/events.ts'
import { addDays, type LocalTime } from '../../contract/localTime.ts'
import type { PlanReason } from '../../contract/plans.ts'
import type { ProgrammeKind, ProgrammeTerms } from '../../contract/programmes.ts'
import { isAvailable } from './availability.ts'
import { wasCalled } from './lifecycle.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

export type OrderRule = 'notice' | 'min-duration' | 'max-duration' | 'season'
export type CustomerRule = Extract<
  PlanReason,
  'no-consent' | 'not-available' | 'blackout' | 'rest-days' | 'day-events' | 'season-events' | 'season-hours'
>

/** A rule that a call would break; `text` names its number and continues a sentence about who or what breaks it. */
export interface Breach<Rule extends string> {
  rule: Rule
  text: string
}

/** A call as it would be, on slot boundaries; times are epoch ms. */
export interface Call {
  start: number
  end: number
  isDrill: boolean
}

/** When a customer was called, or will be, for real: drills count in no cap. */
export interface PastCall {
  start: number
  end: number
}

/** What a customer's calls of the season of a call come to, without that call. */
export interface Usage {
  seasonEvents: number
  seasonHours: number
  dayEvents: number
}

/** What one customer agreed to, and the rules of the programme it agreed to them under. */
export interface CustomerTerms {
  kind: ProgrammeKind
  /** In force on the local date of the start. */
  terms: ProgrammeTerms
  contract: EnrolmentContract
}

/**
 * What of a programme's terms an order breaks, whoever is called; null: nothing. A drill keeps them too.
 *
 *   now ├── noticeMinutes ──┤ start ├─ min … max duration ─┤ end      all within the season by the start's date
 */
export function orderBreach(
  { start, end }: Call,
  terms: ProgrammeTerms,
  now: number,
  local: LocalTime
): Breach<OrderRule> | null {
  // One drafted late starts when it is sent.
  const noticeMs = Math.max(0, start - now)
  const minutes = (end - start) / MINUTE_MS
  const { minDurationMinutes: min, maxDurationMinutes: max, season } = terms
  if (noticeMs < terms.noticeMinutes * MINUTE_MS) {
    return {
      rule: 'notice',
      text: `notice of ${Math.floor(noticeMs / MINUTE_MS)} min, the programme asks for at least ${terms.noticeMinutes} min`
    }
  }
  if (min !== null && minutes < min) {
    return { rule: 'min-duration', text: `${minutes} min long, the programme asks for at least ${min} min` }
  }
  if (max !== null && minutes > max) {
    return { rule: 'max-duration', text: `${minutes} min long, the programme allows at most ${max} min` }
  }
  const date = local.date(start)
  if (seasonOf(terms, date) === null) {
    return { rule: 'season', text: `on ${date}, the programme's season is ${season.from} to ${season.to}` }
  }
  return null
}

/** What of its contract and of the programme's caps a call of one customer would break; null: nothing. */
export function customerBreach(
  call: Call,
  { kind, terms, contract }: CustomerTerms,
  calls: readonly PastCall[],
  local: LocalTime
): Breach<CustomerRule> | null {
  if (kind !== 'voluntary' && contract.consent === null) {
    return { rule: 'no-consent', text: `has not consented to be called in a programme of the kind ${kind}` }
  }
  if (!isAvailable(contract.availability, call, local)) {
    return { rule: 'not-available', text: 'cannot be called at these hours by its contract' }
  }
  const blackout = blackoutIn(contract, call, local)
  if (blackout !== null) return { rule: 'blackout', text: `is not called on ${blackout} by its contract` }
  const rest = restBreach(call, contract, calls, local)
  if (rest !== null || call.isDrill) return rest
  return capBreach(call, { kind, terms, contract }, usageOf(calls, call, terms, local))
}

/** Whether any of these rules looks at earlier calls: where none does, nobody has to read them. */
export function looksBack({ terms, contract }: Omit<CustomerTerms, 'kind'>): boolean {
  const { maxEventsPerSeason, maxHoursPerSeason, maxEventsPerDay } = terms
  const caps = [maxEventsPerSeason, maxHoursPerSeason, maxEventsPerDay, contract.maxEventsPerSeason]
  return contract.restDays > 0 || caps.some(cap => cap !== null)
}

/** First and last local date of the season a date lies in, which may run over the new year; null: out of season. */
export function seasonOf(
  { season: { from, to } }: Pick<ProgrammeTerms, 'season'>,
  date: string
): { from: string; to: string } | null {
  const year = Number(date.slice(0, 4))
  const day = date.slice(5)
  const on = (of: number, monthDay: string) => `${String(of).padStart(4, '0')}-${monthDay}`
  if (from <= to) return day >= from && day <= to ? { from: on(year, from), to: on(year, to) } : null
  if (day >= from) return { from: on(year, from), to: on(year + 1, to) }
  return day <= to ? { from: on(year - 1, from), to: on(year, to) } : null
}

/** What counts against the caps of a call; outside the season only the day. */
export function usageOf(
  calls: readonly PastCall[],
  call: Pick<Call, 'start'>,
  terms: Pick<ProgrammeTerms, 'season'>,
  local: LocalTime
): Usage {
  const date = local.date(call.start)
  const season = seasonOf(terms, date)
  const usage: Usage = { seasonEvents: 0, seasonHours: 0, dayEvents: 0 }
  for (const { start, end } of calls) {
    const day = local.date(start)
    if (day === date) usage.dayEvents++
    if (season === null || day < season.from || day > season.to) continue
    usage.seasonEvents++
    usage.seasonHours += (end - start) / HOUR_MS
  }
  return usage
}

/**
 * Customer → its calls, of these events without `exceptId`. Not a drill; not a call that was cancelled, or that a higher
 * event took over, before it began.
 */
export function callsOf(events: Iterable<CurtailmentEvent>, exceptId?: string): Map<string, PastCall[]> {
  const calls = new Map<string, PastCall[]>()
  for (const event of events) {
    if (event.isDrill || event.id === exceptId || !wasCalled(event)) continue
    for (const participant of event.participants) {
      const call = { start: Date.parse(participant.start), end: Date.parse(participant.end) }
      if (call.end <= call.start) continue
      const known = calls.get(participant.customerId)
      if (known) known.push(call)
      else calls.set(participant.customerId, [call])
    }
  }
  return calls
}

function blackoutIn({ blackouts }: EnrolmentContract, { start, end }: Call, local: LocalTime): string | null {
  const first = local.date(start)
  const last = local.date(end - 1)
  const found = blackouts.find(({ from, to }) => from <= last && to >= first)
  if (found === undefined) return null
  return found.from > first ? found.from : first
}

/** Whole local days lie between two calls, whichever of them comes first. */
function restBreach(
  { start, end }: Call,
  { restDays }: EnrolmentContract,
  calls: readonly PastCall[],
  local: LocalTime
): Breach<'rest-days'> | null {
  if (restDays === 0) return null
  const first = local.date(start)
  const last = local.date(end - 1)
  for (const other of calls) {
    const begun = local.date(other.start)
    const over = local.date(other.end - 1)
    if (addDays(over, restDays) < first || addDays(last, restDays) < begun) continue
    const text = `rests ${dayCount(restDays)} after a call by its contract, and is called on ${begun}`
    return { rule: 'rest-days', text }
  }
  return null
}

function capBreach(
  { start, end }: Call,
  { terms, contract }: CustomerTerms,
  { dayEvents, seasonEvents, seasonHours }: Usage
): Breach<CustomerRule> | null {
  const { maxEventsPerDay, maxEventsPerSeason, maxHoursPerSeason } = terms
  if (maxEventsPerDay !== null && dayEvents >= maxEventsPerDay) {
    return { rule: 'day-events', text: `is called ${dayEvents} times that day, at most ${maxEventsPerDay}` }
  }
  for (const [cap, whose] of [
    [maxEventsPerSeason, 'the programme'],
    [contract.maxEventsPerSeason, 'its contract']
  ] as const) {
    if (cap === null || seasonEvents < cap) continue
    const text = `is called ${seasonEvents} times this season, at most ${cap} by ${whose}`
    return { rule: 'season-events', text }
  }
  const hours = seasonHours + (end - start) / HOUR_MS
  if (maxHoursPerSeason === null || hours <= maxHoursPerSeason) return null
  const text = `would come to ${rounded(hours)} h this season, at most ${rounded(maxHoursPerSeason)} h by the programme`
  return { rule: 'season-hours', text }
}

const rounded = (hours: number) => Math.round(hours * 100) / 100
const dayCount = (days: number) => (days === 1 ? '1 day' : `${days} days`)
