import { startOfDay, zoneLabel } from './zone.ts'

export type Language = 'vi' | 'en'
export type PowerUnit = 'kW' | 'MW'

/** A number in words and its unit, apart, so that a screen can set them in two sizes. */
export interface Quantity {
  value: string
  unit: string
}

/** What stands where a number is unknown. */
export const UNKNOWN = '–'
const NBSP = '\u00a0'
const locales = { vi: 'vi-VN', en: 'en-GB' } as const
const timeUnits = {
  vi: { s: 's', min: 'phút', h: 'giờ', d: 'ngày', ago: (age: string) => `${age} trước` },
  en: { s: 's', min: 'min', h: 'h', d: 'd', ago: (age: string) => `${age} ago` }
} as const

/** From 10 MW up, megawatts: a table or an axis takes the unit of its largest number. */
export function powerUnit(largestKw: number | null): PowerUnit {
  return largestKw !== null && Math.abs(largestKw) >= 10_000 ? 'MW' : 'kW'
}

/** A minus sign that is as wide as a figure, instead of a hyphen; and no minus before a rounded zero. */
const minus = (text: string) => (/[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', ''))

/** One decimal below a hundred, two below ten: three figures are read at a glance. */
function decimalsFor(value: number): number {
  const size = Math.abs(value)
  return size === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
}

export type Format = ReturnType<typeof createFormat>

/** The only place that turns numbers, units and times into text, for one language and the server's time zone. */
export function createFormat(language: Language, timeZone: string) {
  const locale = locales[language]
  const words = timeUnits[language]
  const numbers = [0, 1, 2, 3].map(
    digits => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  )
  const trimmed = [0, 1, 2, 3].map(digits => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }))
  const ticks = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 })
  const when = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone, hourCycle: 'h23' })
    return (at: number) => format.format(at)
  }
  const clock = when({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const time = when({ hour: '2-digit', minute: '2-digit' })
  // Vietnamese would join a day and a month by a hyphen, but a full date by slashes.
  const slashed = (options: Intl.DateTimeFormatOptions) => {
    const text = when(options)
    return (at: number) => text(at).replaceAll('-', '/')
  }
  const dayMonth = slashed({ day: '2-digit', month: '2-digit' })
  const date = slashed({ day: '2-digit', month: '2-digit', year: 'numeric' })

  const number = (value: number | null, digits = 0) =>
    value === null ? UNKNOWN : minus(numbers[digits]?.format(value === 0 ? 0 : value) ?? UNKNOWN)
  const scaled = (value: number | null, size: number, unit: string): Quantity => {
    if (value === null) return { value: UNKNOWN, unit }
    const shown = value / size
    return { value: number(shown, decimalsFor(shown)), unit }
  }
  const power = (kw: number | null, unit: PowerUnit = powerUnit(kw)) =>
    scaled(kw, unit === 'MW' ? 1000 : 1, unit)
  const energy = (kwh: number | null) =>
    kwh !== null && Math.abs(kwh) >= 10_000 ? scaled(kwh, 1000, 'MWh') : scaled(kwh, 1, 'kWh')
  const bytes = (size: number): Quantity => {
    if (size >= 1e9) return scaled(size, 1e9, 'GB')
    if (size >= 1e6) return scaled(size, 1e6, 'MB')
    return size >= 1e3 ? scaled(size, 1e3, 'kB') : { value: number(size), unit: 'B' }
  }
  const text = ({ value, unit }: Quantity) => (value === UNKNOWN ? UNKNOWN : `${value}${NBSP}${unit}`)

  /** How long, in its largest unit: 4 s, 12 min, 3 h, 2 d. */
  const duration = (ms: number) => {
    const seconds = Math.max(0, Math.round(ms / 1000))
    if (seconds < 120) return `${seconds}${NBSP}${words.s}`
    if (seconds < 2 * 3600) return `${Math.round(seconds / 60)}${NBSP}${words.min}`
    if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)}${NBSP}${words.h}`
    return `${Math.round(seconds / 86_400)}${NBSP}${words.d}`
  }
  const isToday = (at: number, now: number) => startOfDay(at, timeZone) === startOfDay(now, timeZone)
  const moment = (at: number, now: number) => (isToday(at, now) ? time(at) : `${dayMonth(at)} ${time(at)}`)
  const window = (from: number, to: number, now: number) =>
    `${isToday(from, now) ? '' : `${dayMonth(from)} `}${time(from)} – ${time(to)}`

  /** A share, 1 = 100 %. */
  const percent = (share: number | null, digits = 0) =>
    share === null ? UNKNOWN : `${number(share * 100, digits)}${NBSP}%`

  return {
    language,
    timeZone,
    number,
    /** Beside an axis: as many decimals as the number has, three at most. */
    tick: (value: number) => ticks.format(value),
    count: (value: number | null) => number(value, 0),
    power,
    /** kW in a table of customers: whole, a decimal only below ten. */
    kw: (kw: number | null) => number(kw, kw !== null && Math.abs(kw) < 9.95 && kw !== 0 ? 1 : 0),
    /** kWh in a table, as exact as where it stands alone. */
    kwh: (kwh: number | null) => scaled(kwh, 1, 'kWh').value,
    powerText: (kw: number | null, unit?: PowerUnit) => text(power(kw, unit)),
    energy,
    energyText: (kwh: number | null) => text(energy(kwh)),
    percent,
    /** A probability, 0 … 1, found by counting: never told as certain. */
    probability: (p: number | null) => {
      if (p !== null && p < 0.01) return `<${NBSP}${percent(0.01)}`
      return p !== null && p > 0.99 ? `>${NBSP}${percent(0.99)}` : percent(p)
    },
    temperature: (celsius: number | null): Quantity => ({ value: number(celsius, 1), unit: '°C' }),
    temperatureText: (celsius: number | null) => text({ value: number(celsius, 1), unit: '°C' }),
    /** A value as a meter gives it, no more exact than it can be read: 231, 49,98, 0,973. */
    measured: (value: number | null, unit: string) => {
      if (value === null) return UNKNOWN
      const digits = Math.abs(value) < 1 ? 3 : decimalsFor(value)
      return text({ value: trimmed[digits]?.format(value) ?? UNKNOWN, unit }).trimEnd()
    },
    /** As it was published: six decimals at most. */
    exact: (value: number | null) => (value === null ? UNKNOWN : minus(exact.format(value))),
    apparentText: (kva: number | null) => text(scaled(kva, 1, 'kVA')),
    factor: (value: number | null) => number(value, 3),
    bytes,
    bytesText: (size: number) => text(bytes(size)),
    clock,
    time,
    date,
    dayMonth,
    /** A calendar day as people write it: 2026-04-30, or 04-30 of any year. */
    day: (date: string | null) => (date === null ? UNKNOWN : date.split('-').reverse().join('/')),
    /** The time of day, with its date where that is not today. */
    moment,
    /** From – to, with the date where that is not today. */
    window,
    /** When a value of a window was: the moment where the window is a minute at most, else from – to. */
    within: (at: number, windowMs: number, now: number) =>
      windowMs > 60_000 ? window(at, at + windowMs, now) : moment(at, now),
    zone: (at: number) => zoneLabel(at, timeZone),
    duration,
    /** The length of a slot or of a report interval, exact in its unit: 15 s, 1 min, 30 min. */
    interval: (seconds: number) => {
      if (seconds % 3600 === 0 && seconds > 0) return `${number(seconds / 3600)}${NBSP}${words.h}`
      if (seconds % 60 === 0 && seconds > 0) return `${number(seconds / 60)}${NBSP}${words.min}`
      return `${number(seconds)}${NBSP}${words.s}`
    },
    /** A countdown: 47:53, or 1:02:05. */
    countdown: (ms: number) => {
      const seconds = Math.max(0, Math.ceil(ms / 1000))
      const two = (n: number) => String(n).padStart(2, '0')
      const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
      return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`
    },
    age: (at: number | null, now: number) => (at === null ? UNKNOWN : words.ago(duration(now - at)))
  }
}
