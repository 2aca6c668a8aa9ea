import { addDays, type LocalTime } from '../../contract/localTime.ts'

/** Life lost over a span of local time. */
export interface LifeSpan {
  /** A local date, or a year. */
  span: string
  /** Hours of insulation life lost over the known hours. */
  lostHours: number
  /** Hours over which the hot spot was known. */
  knownHours: number
}

/** The running and the last closed day and year; null before the first. */
export interface Life {
  day: LifeSpan | null
  lastDay: LifeSpan | null
  year: LifeSpan | null
  lastYear: LifeSpan | null
}

export const noLife: Readonly<Life> = { day: null, lastDay: null, year: null, lastYear: null }

/** Adds what was lost over hours that lie within one local day. */
export function addLife(life: Life, date: string, lostHours: number, knownHours: number): Life {
  const [day, lastDay] = added(life.day, life.lastDay, date, lostHours, knownHours)
  const [year, lastYear] = added(life.year, life.lastYear, date.slice(0, 4), lostHours, knownHours)
  return { day, lastDay, year, lastYear }
}

function added(
  now: LifeSpan | null,
  last: LifeSpan | null,
  span: string,
  lostHours: number,
  knownHours: number
): [LifeSpan, LifeSpan | null] {
  if (now === null || now.span !== span) return [{ span, lostHours, knownHours }, now ?? last]
  return [{ span, lostHours: now.lostHours + lostHours, knownHours: now.knownHours + knownHours }, last]
}

/** Cuts a stretch of time at the local midnights. */
export function* byDay(from: number, to: number, local: LocalTime) {
  let start = from
  while (start < to) {
    const date = local.date(start)
    const end = Math.min(to, local.dayStart(addDays(date, 1)))
    yield { date, start, end }
    start = end
  }
}
