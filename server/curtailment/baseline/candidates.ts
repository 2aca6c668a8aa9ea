import { addDays } from '../../contract/localTime.ts'
import type { DayType } from '../calendar/dayTypes.ts'
import type { RejectedDay } from './estimate.ts'
import type { BaselineInput } from './input.ts'

/** An earlier day: usable as far as the calendar says, or why not. */
export type EarlierDay = { date: string; rejected: null } | { date: string; rejected: RejectedDay }

/** Which earlier days are looked at. */
export interface LookBack {
  lookbackDays: number
  skipDaysBefore: number
  /** Days of another type are passed over; null: every type serves. */
  type: DayType | null
}

/**
 * Walks back from the day before the event (domain reference 3.2, step 1). A window over midnight lies on two dates;
 * either being an event day rejects the candidate.
 */
export function* earlierDays(
  { window, calendar, calls, excludedDays, notBefore }: BaselineInput,
  { lookbackDays, skipDaysBefore, type }: LookBack
): Generator<EarlierDay, void, void> {
  const events = eventDates(window, calls)
  const reject = (date: string, cause: RejectedDay['cause'], reason: string) => ({
    date,
    rejected: { day: date, cause, reason }
  })
  for (let back = 1 + skipDaysBefore; back <= lookbackDays + skipDaysBefore; back++) {
    const date = addDays(window.date, -back)
    const ownType = calendar.dayType(date)
    if (notBefore && date < notBefore) {
      yield reject(date, 'not-enrolled', `before the enrolment on ${notBefore}`)
      return
    }
    if (type !== null && ownType !== type) {
      yield calendar.isHoliday(date)
        ? reject(date, 'holiday', 'holiday')
        : reject(date, 'other-day-type', `${ownType} day`)
    } else if (window.decidingOffsets.some(days => events.has(addDays(date, days)))) {
      yield reject(date, 'event', 'event day')
    } else if (excludedDays?.has(date)) {
      yield reject(date, 'excluded', excludedDays.get(date) ?? 'excluded')
    } else yield { date, rejected: null }
  }
}

/** Every local date that one of the calls touched, this event included. */
function eventDates({ slots, event, grid }: BaselineInput['window'], calls: BaselineInput['calls']) {
  const dates = new Set<string>()
  for (let i = event.from; i < event.to; i++) dates.add(slots[i]?.date ?? '')
  for (const { start, end } of calls) {
    dates.add(grid.local.date(start))
    dates.add(grid.local.date(end - 1))
  }
  return dates
}
