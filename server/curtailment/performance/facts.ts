import type { Enrolment, EnrolmentContract } from '../../contract/enrolments.ts'
import { plainContract } from '../../contract/enrolments.ts'
import type { CurtailmentEvent } from '../../contract/events.ts'
import { addDays, type LocalTime } from '../../contract/localTime.ts'
import { type Programme, type ProgrammeTerms, termsOn } from '../../contract/programmes.ts'
import type { Span } from '../baseline/input.ts'
import { type SiteCalendar, siteCalendar } from '../calendar/dayTypes.ts'
import { wasCalled } from '../lifecycle/lifecycle.ts'
import type { MeasurementNeeds } from './needs.ts'

/** Past calls that are looked at for a baseline, newest first. */
const MAX_CALLS = 1000
/** So far back any baseline may look, the one by weather a year, and a window beside the event's day. */
const LOOK_BACK_DAYS = 367
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What holds for an event as a whole and for each of its participants beside what they drew. */
export interface EventFacts {
  programme: Programme
  /** In force on the local date of the start. */
  terms: ProgrammeTerms
  commonErrorShare: number
  /** When else a customer was called; looked up when first asked for. */
  callsOf(customerId: string): Promise<readonly Span[]>
  siteOf(customerId: string): Promise<Site>
}

/** A customer's side of it, as contracted at the start. */
export interface Site {
  enrolmentId: string | null
  contract: EnrolmentContract
  calendar: SiteCalendar
}

export async function factsOf(
  needs: MeasurementNeeds,
  local: LocalTime,
  event: CurtailmentEvent
): Promise<EventFacts> {
  const { programmes, enrolments, daysOff, assessed } = needs
  const programme = (await programmes.list()).find(({ id }) => id === event.programmeId)
  if (programme === undefined) throw new Error(`${event.id}: its programme ${event.programmeId} is gone`)
  const start = Date.parse(event.start)
  const date = local.date(start)
  const off = await daysOff(addDays(date, -LOOK_BACK_DAYS), addDays(local.date(Date.parse(event.end)), 1))
  let calls: Promise<Map<string, Span[]>> | null = null
  const inForce = new Map(
    (await enrolments.list())
      .filter(one => one.programmeId === programme.id)
      .map(one => [one.customerId, one] as const)
  )
  const calendars = new Map<string, SiteCalendar>()

  async function enrolmentOf(customerId: string): Promise<Enrolment | null> {
    const standing = inForce.get(customerId)
    if (standing !== undefined && Date.parse(standing.since) <= start) return standing
    const before = (await enrolments.ofCustomer(customerId)).findLast(
      ({ programmeId, since, until }) =>
        programmeId === programme?.id &&
        Date.parse(since) <= start &&
        (until === null || Date.parse(until) > start)
    )
    return before ?? standing ?? null
  }
  function calendarOf(workDays: readonly number[]): SiteCalendar {
    const key = workDays.join()
    const calendar = calendars.get(key) ?? siteCalendar({ workDays, ...off })
    calendars.set(key, calendar)
    return calendar
  }
  return {
    programme,
    terms: termsOn(programme, date),
    commonErrorShare: (await assessed.commonError(event.nodeId)).share,
    async callsOf(customerId) {
      calls ??= otherCalls(needs, local, event)
      return (await calls).get(customerId) ?? []
    },
    async siteOf(customerId) {
      const enrolment = await enrolmentOf(customerId)
      const contract = enrolment?.contract ?? plainContract
      return { enrolmentId: enrolment?.id ?? null, contract, calendar: calendarOf(contract.workDays) }
    }
  }
}

/** Each customer's own part of the events it was called by, in the look-back of an event; drills too. */
async function otherCalls(
  { events, programmes }: MeasurementNeeds,
  local: LocalTime,
  event: CurtailmentEvent
): Promise<Map<string, Span[]>> {
  const earliest = Date.parse(event.start) - (LOOK_BACK_DAYS + 2) * DAY_MS
  const byId = new Map((await programmes.list()).map(one => [one.id, one]))
  const states = [
    ...(['notified', 'standby', 'active', 'ended'] as const),
    ...(['provisional', 'final', 'cancelled'] as const)
  ]
  const calls = new Map<string, Span[]>()
  for (const other of await events.list({ states, limit: MAX_CALLS })) {
    if (other.id === event.id || Date.parse(other.end) < earliest) continue
    if (!wasCalled(other, watchedFrom(other, byId.get(other.programmeId), local))) continue
    for (const { customerId, start, end } of other.participants) {
      const span = { start: Date.parse(start), end: Math.max(Date.parse(end), Date.parse(start) + 1) }
      const spans = calls.get(customerId)
      if (spans) spans.push(span)
      else calls.set(customerId, [span])
    }
  }
  return calls
}

/** Where the adjustment window of an event begins: cancelled before, its day is like any other. */
function watchedFrom(event: CurtailmentEvent, programme: Programme | undefined, local: LocalTime): number {
  const start = Date.parse(event.start)
  const adjustment = programme && termsOn(programme, local.date(start)).baseline.adjustment
  return start - (adjustment?.fromHours ?? 0) * HOUR_MS
}
