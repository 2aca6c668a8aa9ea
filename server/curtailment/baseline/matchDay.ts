import { addDays } from '../../contract/localTime.ts'
import { laidOver } from './candidateDay.ts'
import { earlierDays } from './candidates.ts'
import { type CandidateDay, isKnownEnough, meanOfDays } from './choose.ts'
import { newestFirst } from './dayMatching.ts'
import { nothing, type RejectedDay, rounded, type Tried } from './estimate.ts'
import type { Asking, BaselineInput } from './input.ts'
import { evidenceOf, isDisturbed, type Stretch, stretchOf } from './ownDay.ts'

const HOUR_MS = 3_600_000
const LOOKBACK_DAYS = 45
const DAYS = 3
/** Hours of the event's own day that must be there to compare by. */
const MIN_HOURS = 4
const MIN_KNOWN_OF_DAY = 0.9

/** An earlier day with how far it is from the event's: the root mean square difference in the compared slots, kW. */
interface Likeness extends CandidateDay {
  compared: Float64Array
  distanceKw: number
}

/**
 * PJM Match Day: of the earlier days of the same type the three that are most like the event's own in the hours without
 * event, the hour before and after it left out. Of equals the more recent counts.
 */
export function* matchDay(input: BaselineInput): Asking<Tried> {
  const { window, calendar, parameters = {} } = input
  const { grid, times, slots } = window
  const type = calendar.dayType(window.date)
  const lookbackDays = parameters.lookbackDays ?? LOOKBACK_DAYS
  const lastDate = grid.local.date(times.end - 1)
  const midnights = {
    start: grid.local.dayStart(window.date),
    end: grid.local.dayStart(addDays(lastDate, 1))
  }
  const own = yield* comparedHours(input, midnights)
  const knownHours = (own.kw.filter(kw => !Number.isNaN(kw)).length * grid.minutes) / 60
  if (knownHours < MIN_HOURS)
    return nothing(`less than ${MIN_HOURS} h of the event's own day are known to compare by`)

  const daysRejected: RejectedDay[] = []
  const dates: string[] = []
  for (const { date, rejected } of earlierDays(input, { lookbackDays, skipDaysBefore: 0, type })) {
    if (rejected) daysRejected.push(rejected)
    else dates.push(date)
  }
  const oldest = dates.at(-1)
  if (oldest !== undefined) {
    yield {
      from: addDays(oldest, Math.min(0, window.dayOffsets[0] ?? 0)),
      to: addDays(dates[0] ?? oldest, Math.max(window.dayOffsets.at(-1) ?? 0, 1))
    }
  }
  const alike: Likeness[] = []
  for (const date of dates) {
    const day = likenessOf(input, own, date)
    if (day !== null) alike.push(day)
    else daysRejected.push({ day: date, cause: 'gaps', reason: 'less than 90 % of its slots are known' })
  }
  if (alike.length < DAYS) {
    const found = `only ${alike.length} usable ${type} days in the last ${lookbackDays}`
    return nothing(`${found}, at least ${DAYS} are needed`, daysRejected.sort(newestFirst))
  }
  alike.sort((a, b) => a.distanceKw - b.distanceKw || (a.date < b.date ? 1 : -1))
  const picked = alike.slice(0, DAYS)
  for (const { date, distanceKw } of alike.slice(DAYS)) {
    const reason = `not one of the ${DAYS} most alike: ${distanceKw.toFixed(1)} kW away in the hours without event`
    daysRejected.push({ day: date, cause: 'not-picked', reason })
  }
  const mean = meanOfDays(picked, slots.length)
  return {
    ok: true,
    estimate: {
      baselineKw: mean,
      basisKw: mean,
      daysUsed: picked.map(({ date }) => date).sort((a, b) => (a < b ? 1 : -1)),
      daysRejected: daysRejected.sort(newestFirst),
      note: null,
      evidence: [
        evidenceOf('own day', own),
        ...alike
          .toSorted((a, b) => (a.date < b.date ? 1 : -1))
          .flatMap(({ date, kw, compared }) => [
            { label: date, values: kw },
            { label: `${date} compared`, values: compared }
          ])
      ],
      isSettled: own.kw.every(kw => !Number.isNaN(kw)) && daysRejected.every(({ cause }) => cause !== 'gaps')
    }
  }
}

/** The hours of the event's own day to compare by: not those of this event nor those of another call. */
function* comparedHours(input: BaselineInput, midnights: { start: number; end: number }): Asking<Stretch> {
  const { start, end } = input.window.times
  const day = yield* stretchOf(input, midnights)
  const isCompared = day.slots.map(
    slot => (slot.end <= start - HOUR_MS || slot.start >= end + HOUR_MS) && !isDisturbed(input, slot)
  )
  return {
    slots: day.slots.filter((_, i) => isCompared[i]),
    kw: day.kw.filter((_, i) => isCompared[i])
  }
}

function likenessOf({ window, load }: BaselineInput, own: Stretch, date: string): Likeness | null {
  const kw = laidOver(window, load, date)
  if (!isKnownEnough(kw, window.event, window.adjustment)) return null
  const nextDate = addDays(date, 1)
  const compared = new Float64Array(own.slots.length).fill(NaN)
  let squares = 0
  let known = 0
  let wanted = 0
  own.slots.forEach((slot, i) => {
    const ownKw = own.kw[i] ?? NaN
    if (Number.isNaN(ownKw)) return
    wanted++
    const value = load.of(slot.date === window.date ? date : nextDate)?.[slot.index] ?? NaN
    if (Number.isNaN(value)) return
    compared[i] = value
    squares += (value - ownKw) ** 2
    known++
  })
  if (known < MIN_KNOWN_OF_DAY * wanted) return null
  return { date, kw, compared, distanceKw: rounded(Math.sqrt(squares / known)) }
}
