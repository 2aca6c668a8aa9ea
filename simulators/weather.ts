import type { RegionClock } from './clock.ts'
import { plateau, smoothStep } from './load/shapes.ts'
import { keyOf, noise, uniform } from './random.ts'

const HOUR = 3_600_000
const COOLEST_H = 5.5
const HOTTEST_H = 14.5
/** An error of the forecast holds for so long a time ahead, and over so many hours of issues. */
const ERROR_STEP_MS = 6 * HOUR
const ISSUES_DIFFER_MS = 12 * HOUR

/** A wave four weeks ago and the rain that ended it, °C by day before the anchor's: without them no load is seen beyond 36 °C. */
const EARLIER_C: Readonly<Record<number, number>> = {
  ...{ 27: 37.6, 26: 39.2, 25: 41.1, 24: 39.8, 23: 37.8 },
  ...{ 22: 33.4, 21: 29.4, 20: 28.8, 19: 31.2 }
}
/** Two days after the hottest day a front comes in, which the models expect a week later until shortly after the anchor. */
const FRONT_AFTER_DAYS = 2
const FRONT_MISSED_K = 6.5
const FRONT_SEEN = { fromH: 1, toH: 4 }

/** The weather at one station, defined for every moment. */
export interface Weather {
  temperatureC(t: number): number
  humidityPct(t: number): number
  /**
   * What the forecast made at `issued` says of `t`: the truth with an error that grows with the distance and changes
   * slowly from one issue to the next.
   */
  forecastC(issued: number, t: number): number
  /** The humidity that goes with it. */
  forecastHumidityPct(issued: number, t: number): number
}

/**
 * A heat wave: days of 33.2 to 35.9 °C before the anchor's day (and a wave with rain after it four weeks ago), that day
 * 38.2 to 39.1 °C, the next working day 40.9 to 41.3 °C, a front two days later. `deltaC` is this station's distance to
 * the region.
 *
 *   °C        max 14:30            The curve joins each day's coolest and hottest moment by half cosines.
 *        ___/‾‾‾\___
 *   05:30 min        \__ min next day
 */
export function createWeather(clock: RegionClock, seed: number, id: string, deltaC: number): Weather {
  const regionKey = keyOf(seed, 'weather')
  const stationKey = keyOf(seed, id, 'weather')
  const hottest = workingDay(clock, 1)
  const front = workingDay(clock, hottest + FRONT_AFTER_DAYS)

  function highC(day: number): number {
    const draw = uniform(regionKey, day)
    if (day === 0) return 38.2 + 0.9 * draw + deltaC
    if (day === hottest) return 40.9 + 0.4 * draw + deltaC
    if (day === front) return 33.2 + 0.6 * draw + deltaC
    if (day > 0) return 36.4 + 1.8 * draw + deltaC
    const earlier = EARLIER_C[-day]
    if (earlier !== undefined) return earlier + 0.3 * draw + deltaC
    return 33.2 + 2.2 * draw + Math.max(0, 4 + day) * 0.15 + deltaC
  }
  const lowC = (day: number) => 26.4 + 1.6 * uniform(regionKey ^ 0x55, day) + deltaC

  function temperatureC(t: number): number {
    const hour = clock.hour(t)
    const day = clock.day(t)
    const wobble = 0.2 * noise(stationKey, t, HOUR / 3)
    if (hour < COOLEST_H) {
      return (
        halfCosine(highC(day - 1), lowC(day), (hour + 24 - HOTTEST_H) / (24 - HOTTEST_H + COOLEST_H)) + wobble
      )
    }
    if (hour < HOTTEST_H) {
      return halfCosine(lowC(day), highC(day), (hour - COOLEST_H) / (HOTTEST_H - COOLEST_H)) + wobble
    }
    return halfCosine(highC(day), lowC(day + 1), (hour - HOTTEST_H) / (24 - HOTTEST_H + COOLEST_H)) + wobble
  }

  /** In [-1, 1], smooth in what is foretold and in when. */
  function errorOf(issued: number, t: number): number {
    const position = t / ERROR_STEP_MS
    const slot = Math.floor(position)
    const at = (place: number) =>
      noise(stationKey ^ Math.imul(place | 0, 0x85ebca6b), issued, ISSUES_DIFFER_MS)
    return at(slot) * (slot + 1 - position) + at(slot + 1) * (position - slot)
  }

  /** What the front takes off a day, as long as no model has seen it come. */
  function missedK(issued: number, t: number): number {
    const day = clock.day(t)
    if (day !== front) return 0
    const { fromH, toH } = FRONT_SEEN
    const unseen = 1 - smoothStep(((issued - clock.afternoonStart) / HOUR - fromH) / (toH - fromH))
    return FRONT_MISSED_K * unseen * plateau(clock.hour(t), 8, 21, 5)
  }

  const forecastC = (issued: number, t: number) =>
    temperatureC(t) + largestErrorC(Math.max(0, t - issued) / HOUR) * errorOf(issued, t) + missedK(issued, t)

  return {
    temperatureC,
    humidityPct: t => humidityAt(temperatureC(t)) + 2 * noise(stationKey ^ 0xaa, t, HOUR),
    forecastC,
    forecastHumidityPct: (issued, t) =>
      Math.min(98, Math.max(20, humidityAt(forecastC(issued, t)) + 4 * errorOf(issued, t + 3 * HOUR)))
  }
}

/** The first day from this one on at which the region works as on the anchor's. */
function workingDay(clock: RegionClock, from: number): number {
  let day = from
  while (clock.isWeekend(day) && !clock.isWeekend(0)) day += 1
  return day
}

const humidityAt = (temperature: number) => 88 - 3.1 * (temperature - 26)

/** 0.1 °C at once, 1.5 °C after two days, 2.5 °C after a week: as numerical forecasts of a coast in summer. */
function largestErrorC(aheadH: number): number {
  return aheadH < 47 ? 0.1 + 0.03 * aheadH : Math.min(3, 1.51 + 0.0083 * (aheadH - 47))
}

function halfCosine(from: number, to: number, share: number): number {
  return from + ((to - from) * (1 - Math.cos(Math.PI * share))) / 2
}
