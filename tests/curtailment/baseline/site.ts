import type { AdjustmentRule, BaselineMethodName } from '../../../server/contract/baselines.ts'
import { addDays, localTime } from '../../../server/contract/localTime.ts'
import { type BaselineResult, baselineOf } from '../../../server/curtailment/baseline/engine.ts'
import type { BaselineInput } from '../../../server/curtailment/baseline/input.ts'
import { siteCalendar } from '../../../server/curtailment/calendar/dayTypes.ts'
import { dayLoads, daySpan } from '../../../server/curtailment/slots/dayLoads.ts'
import { eventWindow } from '../../../server/curtailment/slots/eventWindow.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'
import { type MeterHistory, slotMeans } from '../../../server/curtailment/slots/slots.ts'

export interface Case
  extends Partial<Pick<BaselineInput, 'calls' | 'excludedDays' | 'notBefore' | 'parameters'>> {
  history: MeterHistory
  start: number
  end: number
  minutes?: number
  zone?: string
  notifiedAt?: number | null
  method?: BaselineMethodName
  adjustment?: AdjustmentRule | null
  fallback?: BaselineMethodName[]
  workDays?: number[]
  daysOff?: readonly string[]
  temperature?: MeterHistory | null
  firmServiceLevelKw?: number | null
  /** How far back the days are laid out. */
  days?: number
}

export interface Settled extends BaselineResult {
  input: BaselineInput
  /** In the slots of the event: kW, null unknown. */
  eventKw: (number | null)[]
  actualKw: (number | null)[]
  deliveredKwh: number
}

/** The baseline of one site's event from its raw readings, and what it delivered against it. */
export function settled(wanted: Case): Settled {
  const input = inputOf(wanted)
  const { window } = input
  const result = baselineOf(input)
  const slots = window.slots.slice(window.event.from, window.event.to)
  const eventKw = result.baselineKw.slice(window.event.from, window.event.to)
  const actualKw = slotMeans(wanted.history, slots)
  const deliveredKwh = slots.reduce((sum, slot, i) => {
    const [expected, metered] = [eventKw[i], actualKw[i]]
    if (typeof expected !== 'number' || typeof metered !== 'number') return sum
    return sum + ((expected - metered) * (slot.end - slot.start)) / 3_600_000
  }, 0)
  return { ...result, input, eventKw, actualKw, deliveredKwh }
}

export function inputOf(wanted: Case): BaselineInput {
  const { start, end, minutes = 30, zone = 'UTC', notifiedAt = null, days = 60 } = wanted
  const { method = '10of10', adjustment = null, fallback = [], calls = [], temperature = null } = wanted
  const { workDays = [1, 2, 3, 4, 5], daysOff = [] } = wanted
  const grid = slotGrid(localTime(zone), minutes)
  const window = eventWindow(grid, { start, end, notifiedAt }, adjustment)
  const span = daySpan(grid, addDays(window.date, -days), addDays(window.date, 1))
  return {
    rule: { method, adjustment, fallback },
    window,
    load: dayLoads(wanted.history, span),
    temperature: temperature && dayLoads(temperature, span),
    calendar: siteCalendar({ workDays, daysOff }),
    calls,
    ...(wanted.excludedDays ? { excludedDays: wanted.excludedDays } : {}),
    ...(wanted.parameters ? { parameters: wanted.parameters } : {}),
    notBefore: wanted.notBefore ?? null,
    firmServiceLevelKw: wanted.firmServiceLevelKw ?? null
  }
}

const HOUR_MS = 3_600_000

/** Readings of a load given by the local hour of day and date; 50 days before an event's day and that day. */
export function historyOf(
  zone: string,
  day: string,
  kw: (hour: number, date: string) => number | null,
  { days = 50, everyMinutes = 30 } = {}
): MeterHistory {
  const local = localTime(zone)
  const t: number[] = []
  const values: (number | null)[] = []
  for (let date = addDays(day, -days); date <= addDays(day, 1); date = addDays(date, 1)) {
    const midnight = local.dayStart(date)
    const nextDay = local.dayStart(addDays(date, 1))
    for (let at = midnight; at < nextDay; at += everyMinutes * 60_000) {
      t.push(at)
      values.push(kw((at + local.offsetMs(at) - Date.parse(date)) / HOUR_MS, date))
    }
  }
  return { t, intervalS: t.map(() => everyMinutes * 60), kw: values }
}

export const meanOf = (values: readonly (number | null)[]) =>
  values.reduce((sum: number, kw) => sum + (kw ?? NaN), 0) / values.length
