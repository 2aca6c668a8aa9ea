import type { LocalTime } from '../../contract/localTime.ts'
import type { Language } from './document.ts'

/** What stands where a number is unknown. */
export const UNKNOWN = '–'
const NBSP = '\u00a0'
const locales = { vi: 'vi-VN', en: 'en-GB' } as const

export interface Quantity {
  value: string
  unit: string
}

/** A minus sign as wide as a figure; none before a rounded zero. */
const minus = (text: string) => (/[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', ''))

/** One decimal below a hundred, two below ten: as the pages show it. */
function decimalsFor(value: number): number {
  const size = Math.abs(value)
  return size === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
}

export type Format = ReturnType<typeof createFormat>

/** Numbers, units and times of a printed document as the pages write them, in one language and the server's time zone. */
export function createFormat(language: Language, local: LocalTime) {
  const locale = locales[language]
  const numbers = [0, 1, 2, 3].map(
    digits => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  )
  const ticks = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const number = (value: number | null, digits = 0): string =>
    value === null ? UNKNOWN : minus(numbers[digits]?.format(value === 0 ? 0 : value) ?? UNKNOWN)
  const scaled = (value: number | null, size: number, unit: string): Quantity => {
    if (value === null) return { value: UNKNOWN, unit }
    const shown = value / size
    return { value: number(shown, decimalsFor(shown)), unit }
  }
  const text = ({ value, unit }: Quantity) => (value === UNKNOWN ? UNKNOWN : `${value}${NBSP}${unit}`)
  /** From 10 MW up, megawatts. */
  const power = (kw: number | null): Quantity =>
    kw !== null && Math.abs(kw) >= 10_000 ? scaled(kw, 1000, 'MW') : scaled(kw, 1, 'kW')
  const energy = (kwh: number | null): Quantity =>
    kwh !== null && Math.abs(kwh) >= 10_000 ? scaled(kwh, 1000, 'MWh') : scaled(kwh, 1, 'kWh')

  const wall = (at: number) => new Date(at + local.offsetMs(at)).toISOString()
  const time = (at: number) => wall(at).slice(11, 16)
  const day = (localDate: string) => localDate.split('-').reverse().join('/')
  const date = (at: number) => day(wall(at).slice(0, 10))
  const zone = (at: number) => {
    const minutes = Math.round(local.offsetMs(at) / 60_000)
    const two = (n: number) => String(n).padStart(2, '0')
    const size = Math.abs(minutes)
    return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  }
  return {
    language,
    number,
    tick: (value: number) => minus(ticks.format(value)),
    count: (value: number | null) => number(value, 0),
    power,
    powerText: (kw: number | null) => text(power(kw)),
    energy,
    energyText: (kwh: number | null) => text(energy(kwh)),
    /** kW in a table: whole, a decimal only below ten. */
    kw: (kw: number | null) => number(kw, kw !== null && Math.abs(kw) < 9.95 && kw !== 0 ? 1 : 0),
    kwh: (kwh: number | null) => scaled(kwh, 1, 'kWh').value,
    /** A share, 1 = 100 %. */
    percent: (share: number | null, digits = 0) =>
      share === null ? UNKNOWN : `${number(share * 100, digits)}${NBSP}%`,
    money: (vnd: number | null) => text({ value: number(vnd), unit: language === 'vi' ? 'đồng' : 'VND' }),
    minutes: (ms: number) => `${number(ms / 60_000)}${NBSP}${language === 'vi' ? 'phút' : 'min'}`,
    time,
    /** `12/06/2026`. */
    date,
    /** The same of a local date `2026-06-12`. */
    day,
    dayMonth: (localDate: string) => day(localDate).slice(0, 5),
    /** From – to, with the second date only where it is another one. */
    window: (from: number, to: number) =>
      date(from) === date(to)
        ? `${date(from)}, ${time(from)} – ${time(to)}`
        : `${date(from)} ${time(from)} – ${date(to)} ${time(to)}`,
    moment: (at: number) => `${date(at)} ${time(at)}`,
    zone
  }
}
