import type { RegionClock } from '../clock.ts'
import { noise, uniform } from '../random.ts'
import type { LargeConsumer } from '../region/sites.ts'
import { plateau, smoothStep } from './shapes.ts'

const MINUTE = 60_000
const SECOND_H = 1 / 3600
const MORNING_LESS = 0.045
/** From the anchor's day on every plant runs a little fuller: the heat alone would not fill the substation. */
const FULL_ORDER_BOOKS = 1.035
/** Those that share a transformer have run so for longer: what is foretold for it knows that they do. */
const SHARED_FULL_FROM_DAY = -12
/** They also come back from lunch later: their overload is foretold before it is there. */
const SHARED_LUNCH_LATER_H = 0.7

/** A large consumer's load in kW at a moment, as if nobody had asked it to reduce. */
export type ConsumerLoad = (t: number) => number

/**
 * `coolingNeed` is the weather's share (1 at 36 °C).
 *
 *   share of the usual load on a working day
 *   1 ┤      ____________        ___________
 *     │  ___/            \______/           \___   night, shift, lunch break, shift, night
 *        6 h            11:30  13:00       22 h     back from lunch over 2 to 5 minutes, each at its own pace
 */
export function createConsumerLoad(
  { industry, usualKw, key, transformerId }: LargeConsumer,
  clock: RegionClock,
  coolingNeed: (t: number) => number
): ConsumerLoad {
  const own = (slot: number) => uniform(key, slot)
  const early = (own(1) - 0.5) * 0.6
  const later = transformerId === null ? 0 : SHARED_LUNCH_LATER_H
  const lunchFrom = 11.4 + later + 0.4 * own(2)
  const lunchEnds = 13 + later + (own(3) * 150 - 105) * SECOND_H
  const lunchEndsOverH = (140 + 160 * own(4)) * SECOND_H
  // The demo may first be started on any day: on a weekend, this region works on weekends.
  const weekendShare = clock.isWeekend(0) ? 1 : industry.weekendShare
  const fullFrom = transformerId === null ? 0 : SHARED_FULL_FROM_DAY
  const swingMs = (40 + 30 * own(5)) * MINUTE

  /** What of the working-day load runs at this hour, without weekend: the afternoon's shift is the fuller one. */
  function staffed(hour: number): number {
    const morning = 1 - MORNING_LESS * plateau(hour, 6 + early, 12.2, 0.6)
    return morning * shifts(hour)
  }

  function shifts(hour: number): number {
    if (industry.shifts === 'continuous') {
      return industry.nightShare + (1 - industry.nightShare) * plateau(hour, 6 + early, 19 + early, 1)
    }
    const [from, to] = industry.shifts === 'two' ? [6, 22] : [7.5, 17.2]
    return industry.nightShare + (1 - industry.nightShare) * plateau(hour, from + early, to + early, 0.6)
  }

  function lunch(hour: number): number {
    const stopped = smoothStep((hour - lunchFrom) / 0.25)
    const started = smoothStep((hour - lunchEnds) / lunchEndsOverH)
    return industry.lunchShare * stopped * (1 - started)
  }

  /** Weekends begin and end over the hour around midnight. */
  function dayShare(t: number): number {
    const share = (day: number) =>
      (clock.isWeekend(day) ? weekendShare : 1) *
      (day < fullFrom ? 1 : FULL_ORDER_BOOKS) *
      (1 + 0.02 * (2 * uniform(key ^ 0x77, day) - 1))
    const hour = clock.hour(t)
    const day = clock.day(t)
    if (hour < 0.5) return mixed(share(day - 1), share(day), 0.5 + hour)
    if (hour > 23.5) return mixed(share(day), share(day + 1), hour - 23.5)
    return share(day)
  }

  return t => {
    const running = staffed(clock.hour(t)) * (1 - lunch(clock.hour(t)))
    const cooling = industry.coolingShare * (0.6 + 0.4 * coolingNeed(t)) * (0.4 + 0.6 * running)
    const swing = industry.furnaceShare * Math.sin((2 * Math.PI * t) / swingMs)
    const slow = 0.02 * noise(key, t, 20 * MINUTE)
    const fast = 0.008 * noise(key ^ 0x33, t, 15_000)
    return (
      usualKw * dayShare(t) * ((1 - industry.coolingShare) * running + cooling) * (1 + swing + slow + fast)
    )
  }
}

function mixed(from: number, to: number, share: number): number {
  return from + (to - from) * share
}
