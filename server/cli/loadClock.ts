import { type LocalTime, localTime } from '../contract/localTime.ts'
import { CommandFailure, WrongCommand } from './command.ts'
import type { Series } from './loadSeries.ts'

const DEFAULT_ZONE = 'Asia/Ho_Chi_Minh'
/** A calendar of more days is a mistake in a time, and would fill the memory. */
const MOST_DAYS = 60 * 366

/** The clock by which days and hours are told, and what to call it. */
export interface Clock {
  zone: string
  local: LocalTime
}

/**
 * The zone that was asked for; else the one offset that the file is written in. With several offsets its zone cannot be
 * told from others with the same ones, so it has to be said; where only `Z` stands it is the setting TIME_ZONE.
 */
export function clockOf(asked: string | undefined, setting: string | undefined, series: Series): Clock {
  const zone = asked ?? writtenZone(series) ?? setting ?? DEFAULT_ZONE
  try {
    return { zone, local: localTime(zone) }
  } catch {
    throw new WrongCommand(`there is no time zone ${zone}`)
  }
}

function writtenZone({ offsetMinutes }: Series): string | null {
  const written = [...new Set(offsetMinutes)].filter(minutes => minutes !== null)
  const [only] = written
  if (only === undefined) return null
  if (written.length === 1) return offsetText(only)
  const offsets = written.map(offsetText).join(' and ')
  throw new WrongCommand(`the times stand with the offsets ${offsets}: say which --time-zone that is`)
}

/** The local dates of the first and of the last row. */
export function datesOf({ file, t }: Series, local: LocalTime): { from: string; to: string } {
  const [first = 0] = t
  const last = t.at(-1) ?? 0
  if (last - first > MOST_DAYS * 86_400_000) {
    const times = [first, last].map(at => new Date(at).toISOString().slice(0, 10)).join(' to ')
    throw new CommandFailure(`${file} goes from ${times}, more than 60 years: one of its times must be wrong`)
  }
  return { from: local.date(first), to: local.date(last) }
}

/** A moment by the clock, with its offset: `2013-09-23T14:00:00-07:00`. */
export function localText(t: number, { local }: Clock): string {
  const offsetMs = local.offsetMs(t)
  const wall = new Date(t + offsetMs).toISOString()
  return wall.slice(0, wall.endsWith('.000Z') ? 19 : 23) + offsetText(offsetMs / 60_000)
}

function offsetText(minutes: number): string {
  const size = Math.abs(Math.round(minutes))
  const two = (part: number) => String(part).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
