/** Small made files for the forecast: a load that follows the hour, the weekday and the temperature. */
import { localTime } from '../../server/contract/localTime.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

export interface MadeRow {
  t: number
  value: number
}

/** °C: warmer by day, and from day to day. */
export function tempAt(t: number): number {
  const day = Math.floor(t / DAY_MS)
  return 22 + 6 * Math.sin(day * 0.9) + 5 * Math.sin((2 * Math.PI * (t - 5 * 3_600_000)) / DAY_MS)
}

export function kwAt(t: number, zone: string): number {
  const wall = t + clock(zone).offsetMs(t)
  const hour = (wall % DAY_MS) / 3_600_000
  const isWeekend = [0, 6].includes(new Date(wall).getUTCDay())
  const wander = 8 * Math.sin(t / 7_300_000) + 6 * Math.sin(t / 53_000_000)
  const shape = 300 - 120 * Math.cos((2 * Math.PI * hour) / 24)
  return shape * (isWeekend ? 0.8 : 1) + 4 * Math.max(0, tempAt(t) - 18) + wander
}

const clocks = new Map<string, ReturnType<typeof localTime>>()
function clock(zone: string) {
  const known = clocks.get(zone) ?? localTime(zone)
  clocks.set(zone, known)
  return known
}

export interface Made {
  zone: string
  from: string
  days: number
  minutes?: number
  /** Of the first row after midnight. */
  phaseMinutes?: number
}

export const MELBOURNE = 'Australia/Melbourne'

/** Ten weeks and three days, over the end of summer time on 6 April 2014. */
export const ten: Made = { zone: MELBOURNE, from: '2014-01-27', days: 73 }
export const tenArgs = [
  ...['--time-zone', MELBOURNE, '--train-until', '2014-04-04', '--test-until', '2014-04-08']
]

/** So many local days of rows. */
export function madeRows({ zone, from, days, minutes = 30, phaseMinutes = 0 }: Made): MadeRow[] {
  const time = clock(zone)
  const start = time.dayStart(from) + phaseMinutes * MINUTE_MS
  const end = time.dayStart(new Date(Date.parse(from) + days * DAY_MS).toISOString().slice(0, 10))
  const rows: MadeRow[] = []
  for (let t = start; t < end; t += minutes * MINUTE_MS) rows.push({ t, value: +kwAt(t, zone).toFixed(3) })
  return rows
}

export const temperatures = (made: Made): MadeRow[] =>
  madeRows(made).map(({ t }) => ({ t, value: +tempAt(t).toFixed(2) }))

/** As lines of a file, in the offset of the zone. */
export function linesOf(rows: readonly MadeRow[], zone: string): string[] {
  const time = clock(zone)
  return rows.map(({ t, value }) => `${stamp(t, time.offsetMs(t))},${value}`)
}

function stamp(t: number, offsetMs: number): string {
  const size = Math.abs(offsetMs) / MINUTE_MS
  const two = (part: number) => String(part).padStart(2, '0')
  const offset = `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  return new Date(t + offsetMs).toISOString().slice(0, 19) + offset
}

/** `issued,time,p10_kw,p50_kw,p90_kw` as it stands in a file. */
export function forecastRows(text: string) {
  const [header, ...lines] = text.trimEnd().split('\n')
  return {
    header,
    rows: lines.map(line => {
      const [issued = '', time = '', ...kw] = line.split(',')
      const [p10 = NaN, p50 = NaN, p90 = NaN] = kw.map(cell => (cell === '' ? NaN : Number(cell)))
      return { issued, time, p10, p50, p90 }
    })
  }
}
