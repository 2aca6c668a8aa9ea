import { addDays } from '../../contract/localTime.ts'
import { type DayType, dayType } from '../calendar/dayTypes.ts'
import type { EventWindow } from '../slots/eventWindow.ts'
import type { RejectedDay } from './baseline.ts'

/** The earlier days a baseline may rest on, most recent first, and why the others of the same type may not. */
export interface CandidateDates {
  type: DayType
  dates: string[]
  rejected: RejectedDay[]
}

/**
 * Walks back from the day before the event (domain reference 3.2, step 1). `eventDates`: every local date that one of the
 * customer's calls touched, this event included. A window over midnight lies on two dates; either being an event day
 * rejects the candidate.
 */
export function candidateDates(
  window: EventWindow,
  lookbackDays: number,
  holidays: ReadonlySet<string>,
  eventDates: ReadonlySet<string>
): CandidateDates {
  const type = dayType(window.date, holidays)
  const offsets = [...new Set(datesOf(window).map(date => daysBetween(window.date, date)))]
  const found: CandidateDates = { type, dates: [], rejected: [] }
  for (let back = 1; back <= lookbackDays; back++) {
    const date = addDays(window.date, -back)
    if (dayType(date, holidays) !== type) {
      if (holidays.has(date)) found.rejected.push({ day: date, cause: 'holiday', reason: 'holiday' })
    } else if (offsets.some(days => eventDates.has(addDays(date, days)))) {
      found.rejected.push({ day: date, cause: 'event', reason: 'event day' })
    } else found.dates.push(date)
  }
  return found
}

/** The dates of the slots that decide: those of the event and of the adjustment window. */
function datesOf({ slots, event, adjustment }: EventWindow): string[] {
  const deciding = slots.slice(event.from, event.to)
  if (adjustment) deciding.push(...slots.slice(adjustment.from, adjustment.to))
  return deciding.map(slot => slot.date)
}

const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
