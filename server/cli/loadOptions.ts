import type { ParseArgsOptionsConfig } from 'node:util'
import { type AdjustmentRule, type BaselineMethodName, baselineMethodNames } from '../contract/baselines.ts'
import { WrongCommand } from './command.ts'
import { readMoment, readNumber } from './loadSeries.ts'

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const

/** What the commands over a load file have in common. */
export const loadOptions = {
  window: { ...text, default: '-4h/-1h' },
  'time-zone': text,
  interval: text,
  'work-days': { ...text, default: 'Mon-Fri' },
  holidays: texts,
  'exclude-days': texts,
  events: texts,
  temperature: text,
  'low-usage': text,
  'look-back': text,
  'min-days': text,
  'whole-days': { type: 'boolean' as const, default: false },
  json: { type: 'boolean' as const, default: false }
} satisfies ParseArgsOptionsConfig

export const loadUsage = `  --time-zone ZONE  whose clock makes days and hours: Asia/Ho_Chi_Minh, +07:00; default: the offsets written in the
                    file; where all its times end in Z, the setting TIME_ZONE (Asia/Ho_Chi_Minh)
  --interval MIN    settlement interval; default: that of most rows
  --window A/B      adjustment window before the start, default -4h/-1h
  --work-days       Mon-Fri (default), Mon-Sat, Mon,Wed,Fri: what makes a working day
  --holidays        a file with one date a line (a header date is allowed), dates 2013-09-02,2013-11-28, or
                    vietnam: the public holidays by law, with the days off in place of those on a rest day
  --exclude-days    a file or dates likewise: outages and other days that are not to serve
  --events          earlier events, whose days do not serve: a file with one a line, or a list, of dates
                    (2013-09-02), of 2013-09-02T14:00:00-07:00/PT2H, or of start,end (header start,end)
  --temperature     a file time,temp_c (gzipped or not), for the method weather
  --low-usage SHARE days below this share of the mean do not serve, default 0.25; 0: no screen
  --look-back DAYS  how far back, default 45 (non-working days of high15of20: 90); all: as far as the file goes
  --min-days DAYS   with fewer there is no baseline; default: that of the method
  --whole-days      only days that are known from midnight to midnight serve
  --json            one JSON document instead of a table

  LOAD.csv (gzipped or not) has the columns time,kw: the start of an interval with its offset from UTC, and the mean over
  the interval. Rows may stand in any order and at any interval, also changing; equal ones count once. A file with a line
  that cannot be read, or with two values for one time, is refused: exit code 1, and nothing but the reasons is printed.`

/** Methods that need nothing but a load; the two that are left need a contract. */
export const loadMethods = baselineMethodNames.filter(
  name => name !== 'firm-service-level' && name !== 'meter-before-after'
)

export function methodOf(name: string): BaselineMethodName {
  const method = baselineMethodNames.find(one => one === name && name !== 'firm-service-level')
  if (method !== undefined) return method
  throw new WrongCommand(
    `there is no method ${name} for a load: ${loadMethods.join(', ')}, meter-before-after`
  )
}

/** `-4h/-1h`: hours before the start. */
export function windowOf(text: string): Pick<AdjustmentRule, 'fromHours' | 'toHours'> {
  const match = /^-(\d+(?:\.\d+)?)(h|m|min)\/-?(\d+(?:\.\d+)?)(h|m|min)$/.exec(text)
  const hours = (count: string | undefined, unit: string | undefined) =>
    Number(count) / (unit === 'h' ? 1 : 60)
  const fromHours = hours(match?.[1], match?.[2])
  const toHours = hours(match?.[3], match?.[4])
  if (!(fromHours > toHours && fromHours <= 24)) {
    throw new WrongCommand(`--window ${text} is not like -4h/-1h, at most 24 h before the start`)
  }
  return { fromHours, toHours }
}

/** `none`, `multiplicative:0.2`, `additive`, `additive:0.2`; caps are shares. */
export function adjustmentRuleOf(
  text: string,
  other: Omit<AdjustmentRule, 'kind' | 'cap'>
): AdjustmentRule | null {
  if (text === 'none') return null
  const [kind, capText, ...more] = text.split(':')
  const cap = capText === undefined ? null : readNumber(capText)
  const isKnown = kind === 'additive' || (kind === 'multiplicative' && cap !== null)
  if (!isKnown || more.length > 0 || typeof cap === 'string' || (cap ?? 0) < 0) {
    throw new WrongCommand(
      `--adjust ${text} is none of: none, multiplicative:CAP (0.2), additive, additive:CAP`
    )
  }
  return { kind, cap, ...other }
}

/** As the option is written. */
export function adjustmentText(rule: AdjustmentRule | null): string {
  if (rule === null) return 'none'
  return rule.cap === null ? rule.kind : `${rule.kind}:${rule.cap}`
}

/** `2013-09-23T14:00:00-07:00/PT2H`, or two times: epoch ms. */
export function eventOf(text: string): { start: number; end: number } | string {
  const [startText = '', endText = '', ...more] = text.split('/')
  const start = readMoment(startText.trim())
  if (typeof start === 'string') return start
  const duration = /^PT(?=.)(?:(\d+(?:\.\d+)?)H)?(?:(\d+)M)?$/.exec(endText.trim())
  const end = duration ? null : readMoment(endText.trim())
  if (more.length > 0 || typeof end === 'string') return `"${text}" does not end in /PT2H or a second time`
  const lasts = (Number(duration?.[1] ?? 0) * 60 + Number(duration?.[2] ?? 0)) * 60_000
  const span = { start: start.t, end: end?.t ?? start.t + lasts }
  if (span.end <= span.start) return `"${text}" ends before it has begun`
  return span.end - span.start > 86_400_000 ? `"${text}" lasts longer than a day` : span
}

/** Whole minutes that a slot lasts: `15`, `30m`, `1h`. */
export function intervalOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(h|m|min)?$/.exec(text)
  const minutes = Number(match?.[1]) * (match?.[2] === 'h' ? 60 : 1)
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440) return minutes
  throw new WrongCommand(`--interval ${text} is no number of minutes from 1 to 1440`)
}

/** A number option within limits. */
export function numberOf(name: string, text: string, min: number, max: number): number {
  const value = readNumber(text)
  if (typeof value === 'number' && value >= min && value <= max) return value
  throw new WrongCommand(`--${name} ${text} is no number from ${min} to ${max}`)
}

const weekdayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** `Mon-Sat`, `Mon,Wed,Fri`, `1-6`: weekdays, 1 Monday … 7 Sunday. */
export function workDaysOf(text: string): number[] {
  const day = (name: string) =>
    /^[1-7]$/.test(name) ? Number(name) : weekdayNames.indexOf(name.slice(0, 3).toLowerCase()) + 1
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [first = '', last = first, ...more] = part.trim().split('-')
    const [from, to] = [day(first), day(last)]
    if (from === 0 || to === 0 || more.length > 0) {
      throw new WrongCommand(`--work-days ${text} is not like Mon-Sat or Mon,Wed,Fri`)
    }
    for (let one = from; ; one = (one % 7) + 1) {
      days.add(one)
      if (one === to) break
    }
  }
  return [...days].sort()
}
