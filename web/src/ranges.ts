const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The spans a chart offers, and how often each is fetched again while it follows the present. */
export const ranges = [
  { name: 'm15', ms: 15 * MINUTE, refreshMs: 5_000 },
  { name: 'h1', ms: HOUR, refreshMs: 10_000 },
  { name: 'h4', ms: 4 * HOUR, refreshMs: 15_000 },
  { name: 'h24', ms: DAY, refreshMs: 15_000 },
  { name: 'd7', ms: 7 * DAY, refreshMs: 60_000 }
] as const

export type RangeName = (typeof ranges)[number]['name']
export type Range = (typeof ranges)[number]

export function rangeNamed(name: RangeName): Range {
  return ranges.find(range => range.name === name) ?? ranges[3]
}

/** Some of the future stands at the right of a chart: for the forecast, and for events that are to come. */
export const AHEAD_SHARE = 1 / 12

/** A chart asks for about one window a pixel; more could not be seen. */
export const POINTS = 720
