/**
 * New moons and the Sun's longitude, after J. Meeus, Astronomical Algorithms (2nd ed.), chapters 25 and 49: new moons to
 * some seconds, the Sun to 0.01° (a quarter of an hour). Moments are epoch ms, UTC.
 */

const DAY_MS = 86_400_000
/** The Julian day of 1970-01-01T00:00Z. */
const UNIX_JD = 2_440_587.5
const J2000_JD = 2_451_545
const CENTURY_DAYS = 36_525
const DEGREE = Math.PI / 180

const sin = (degrees: number) => Math.sin(degrees * DEGREE)

/** The mean time between two new moons, ms. */
export const LUNATION_MS = 29.530588861 * DAY_MS

/** Terms of chapter 49 beside E: amplitude in days, power of E, multiples of M, M′, F. */
const newMoonTerms = [
  [-0.4072, 0, 0, 1, 0],
  [0.17241, 1, 1, 0, 0],
  [0.01608, 0, 0, 2, 0],
  [0.01039, 0, 0, 0, 2],
  [0.00739, 1, -1, 1, 0],
  [-0.00514, 1, 1, 1, 0],
  [0.00208, 2, 2, 0, 0],
  [-0.00111, 0, 0, 1, -2],
  [-0.00057, 0, 0, 1, 2],
  [0.00056, 1, 1, 2, 0],
  [-0.00042, 0, 0, 3, 0],
  [0.00042, 1, 1, 0, 2],
  [0.00038, 1, 1, 0, -2],
  [-0.00024, 1, -1, 2, 0],
  [-0.00007, 0, 2, 1, 0],
  [0.00004, 0, 0, 2, -2],
  [0.00004, 0, 3, 0, 0],
  [0.00003, 0, 1, 1, -2],
  [0.00003, 0, 0, 2, 2],
  [-0.00003, 0, 1, 1, 2],
  [0.00003, 0, -1, 1, 2],
  [-0.00002, 0, -1, 1, -2],
  [-0.00002, 0, 1, 3, 0],
  [0.00002, 0, 0, 4, 0]
] as const

/** The planets' terms: amplitude in days, argument at k = 0 and its change with k, degrees. */
const planetaryTerms = [
  [0.000325, 299.77, 0.107408],
  [0.000165, 251.88, 0.016321],
  [0.000164, 251.83, 26.651886],
  [0.000126, 349.42, 36.412478],
  [0.00011, 84.66, 18.206239],
  [0.000062, 141.74, 53.303771],
  [0.00006, 207.14, 2.453732],
  [0.000056, 154.84, 7.30686],
  [0.000047, 34.52, 27.261239],
  [0.000042, 207.19, 0.121824],
  [0.00004, 291.34, 1.844379],
  [0.000037, 161.72, 24.198154],
  [0.000035, 239.56, 25.513099],
  [0.000023, 331.55, 3.592518]
] as const

/** New moon number k, counted from 6 January 2000. */
export function newMoon(k: number): number {
  const t = k / 1236.85
  const e = 1 - 0.002516 * t - 0.0000074 * t * t
  const m = 2.5534 + 29.1053567 * k - 0.0000014 * t * t
  const moon = 201.5643 + 385.81693528 * k + 0.0107582 * t * t + 0.00001238 * t ** 3
  const f = 160.7108 + 390.67050284 * k - 0.0016118 * t * t - 0.00000227 * t ** 3
  const node = 124.7746 - 1.56375588 * k + 0.0020672 * t * t
  let days = 2_451_550.09766 + 29.530588861 * k + 0.00015437 * t * t - 0.00000015 * t ** 3
  days -= 0.00017 * sin(node)
  for (const [amplitude, power, ofM, ofMoon, ofF] of newMoonTerms) {
    days += amplitude * e ** power * sin(ofM * m + ofMoon * moon + ofF * f)
  }
  for (const [amplitude, start, rate] of planetaryTerms) days += amplitude * sin(start + rate * k)
  const dynamical = (days - UNIX_JD) * DAY_MS
  return dynamical - deltaT(dynamical)
}

/** The Sun's apparent longitude, degrees from 0 to 360. */
export function sunLongitude(at: number): number {
  const t = ((at + deltaT(at)) / DAY_MS + UNIX_JD - J2000_JD) / CENTURY_DAYS
  const m = 357.52911 + 35_999.05029 * t - 0.0001537 * t * t
  const centre =
    (1.914602 - 0.004817 * t) * sin(m) + (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000289 * sin(3 * m)
  const node = 125.04 - 1934.136 * t
  const longitude = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t + centre
  const apparent = longitude - 0.00569 - 0.00478 * sin(node)
  return ((apparent % 360) + 360) % 360
}

/** When the Sun reaches 270° in December of a year. */
export function winterSolstice(year: number): number {
  let at = Date.UTC(year, 11, 21)
  for (let i = 0; i < 5; i++) at += ((270 - sunLongitude(at)) / 360) * 365.2422 * DAY_MS
  return at
}

/** Dynamical minus universal time, seconds: observed until 2020, expected from then on. */
const deltaTSeconds = [
  [1900, -3],
  [1920, 21],
  [1940, 24],
  [1960, 33],
  [1980, 51],
  [2000, 64],
  [2020, 69],
  [2050, 75],
  [2100, 93]
] as const

function deltaT(at: number): number {
  const year = 1970 + at / (365.2425 * DAY_MS)
  let [fromYear, from]: readonly [number, number] = deltaTSeconds[0]
  for (const [toYear, to] of deltaTSeconds) {
    if (year <= toYear) {
      const share = toYear === fromYear ? 0 : (year - fromYear) / (toYear - fromYear)
      return (from + (to - from) * share) * 1000
    }
    ;[fromYear, from] = [toYear, to]
  }
  return from * 1000
}
