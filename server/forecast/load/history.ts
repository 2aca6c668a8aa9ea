import { type DayGrid, dayGrid, dayNumber } from './dayGrid.ts'
import { hourlyTemperature, TEMPERATURE_DAYS_BACK } from './dayTemperature.ts'
import { MOST_DAYS } from './memory.ts'
import type { FitInput } from './types.ts'

const DAY_MS = 86_400_000
const FINEST_SLOT_MS = 900_000
const LOOK_BACK_DAYS = 2500
/** A day teaches when at least this share of its slots is known. */
const LEAST_KNOWN_SHARE = 0.25

/** The whole local days a fit learns from: those of which enough is known, oldest first. */
export interface DayHistory {
  readonly slots: number
  readonly load: DayGrid
  readonly temperature: DayGrid | null
  readonly days: readonly number[]
  /** From the first day that teaches to the origin. */
  readonly spanDays: number
  readonly highestKw: number
}

/** The slots of a day at a step: the step itself, or the first multiple of it that is at least a quarter of an hour. */
export function slotsOf(stepMs: number): number {
  return Math.ceil(DAY_MS / (Math.ceil(FINEST_SLOT_MS / stepMs) * stepMs))
}

/** Null where no load is known. */
export function dayHistory(input: FitInput): DayHistory | null {
  const { load, temperature, calendar, knownUntil } = input
  const { time } = calendar
  const slots = slotsOf(load.stepMs)
  const today = dayNumber(time, knownUntil)
  const seen = seenSpan(load.values, load.startMs, load.stepMs, knownUntil)
  if (seen === null) return null
  const firstDay = Math.max(dayNumber(time, seen.firstMs), today - LOOK_BACK_DAYS)
  const grid = dayGrid(
    load,
    time,
    slots,
    firstDay,
    Math.min(knownUntil, time.dayStart(time.date(knownUntil)))
  )
  const days = teachingDays(grid, today).slice(-MOST_DAYS)
  const first = days[0]
  if (first === undefined) return null
  const hourly = hourlyTemperature(temperature, time, first - TEMPERATURE_DAYS_BACK, knownUntil)
  return { slots, load: grid, temperature: hourly, days, spanDays: today - first, highestKw: seen.highestKw }
}

/** The days before `today` of which enough is known. */
export function teachingDays(grid: DayGrid, today: number): number[] {
  const { slots, values, firstDay } = grid
  const days: number[] = []
  for (let at = 0; at < values.length; at += slots) {
    let known = 0
    for (let slot = 0; slot < slots; slot++) if (!Number.isNaN(values[at + slot] as number)) known++
    const day = firstDay + at / slots
    if (day < today && known >= LEAST_KNOWN_SHARE * slots) days.push(day)
  }
  return days
}

function seenSpan(
  values: Float64Array,
  startMs: number,
  stepMs: number,
  until: number
): { firstMs: number; highestKw: number } | null {
  let first = -1
  let highestKw = Number.NEGATIVE_INFINITY
  const end = Math.min(values.length, Math.ceil((until - startMs) / stepMs))
  for (let i = 0; i < end; i++) {
    const kw = values[i] as number
    if (Number.isNaN(kw)) continue
    if (first < 0) first = i
    if (kw > highestKw) highestKw = kw
  }
  return first < 0 ? null : { firstMs: startMs + first * stepMs, highestKw }
}
