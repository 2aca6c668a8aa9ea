import { addDays, localTime } from '../../../server/contract/localTime.ts'
import { defaultBaseline } from '../../../server/contract/programmeDefaults.ts'
import { baselineOf } from '../../../server/curtailment/baseline/engine.ts'
import { siteCalendar } from '../../../server/curtailment/calendar/dayTypes.ts'
import { dayLoads, daySpan } from '../../../server/curtailment/slots/dayLoads.ts'
import { eventWindow } from '../../../server/curtailment/slots/eventWindow.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'
import type { MeterHistory } from '../../../server/curtailment/slots/slots.ts'
import { middleMs, type Part, type Row, seeded } from './part.ts'

const PARTICIPANTS = 11_000
const DAYS = 45
const SLOT_MINUTES = 30
const EVENT_DATE = '2026-06-24'
/** Different readings are made for so many sites and used in turn: all of them would not fit beside the rest. */
const DIFFERENT = 500

/**
 * The baseline of each of 11,000 participants for an event of two hours that did not happen, from the half-hour readings
 * of the 45 days before it and of its own day: readings into slots, days chosen, factor, explanation and hash.
 */
export const baselines: Part = {
  name: 'baselines',
  async run(): Promise<Row[]> {
    const local = localTime('Asia/Ho_Chi_Minh')
    const grid = slotGrid(local, SLOT_MINUTES)
    const first = addDays(EVENT_DATE, -DAYS)
    const meters = manyMeters(local.dayStart(first), DAYS + 1)
    const start = local.dayStart(EVENT_DATE) + 18 * 3_600_000
    const times = { start, end: start + 2 * 3_600_000, notifiedAt: start - 2 * 3_600_000 }
    const calendar = siteCalendar({ workDays: [1, 2, 3, 4, 5, 6] })
    let kwh = 0
    const ms = await middleMs(3, () => {
      kwh = 0
      const window = eventWindow(grid, times, defaultBaseline.adjustment)
      const span = daySpan(grid, addDays(window.date, -DAYS), window.date)
      for (let i = 0; i < PARTICIPANTS; i++) {
        const readings = meters[i % DIFFERENT]
        if (readings === undefined) continue
        const load = dayLoads(readings, span)
        const result = baselineOf({ rule: defaultBaseline, window, load, calendar, calls: [] })
        if (!result.isMeasurable) throw new Error(`${i} has no baseline: ${result.explanation.note}`)
        for (let slot = window.event.from; slot < window.event.to; slot++)
          kwh += ((result.baselineKw[slot] ?? NaN) * SLOT_MINUTES) / 60
      }
    })
    const readings = PARTICIPANTS * (DAYS + 1) * 48
    return [
      {
        ...{ what: '11,000 baselines over 45 days of half hours', value: ms / 1000, unit: 's', limit: 10 },
        note: `${(readings / 1e6).toFixed(1)} million readings, ${(kwh / 1e6).toFixed(2)} GWh`
      },
      { what: 'one baseline', value: ms / PARTICIPANTS, unit: 'ms', limit: null }
    ]
  }
}

/** Factories that work by day from Monday to Saturday, each with its own size and restlessness; now and then a gap. */
function manyMeters(from: number, days: number): MeterHistory[] {
  const random = seeded(11)
  return Array.from({ length: DIFFERENT }, () => {
    const peakKw = 200 + 4000 * random()
    const unrest = 0.02 + 0.2 * random()
    const t: number[] = []
    const kw: number[] = []
    for (let slot = 0; slot < days * 48; slot++) {
      if (random() < 0.002) continue
      const hour = (slot % 48) / 2
      const isSunday = new Date(from + slot * 1_800_000 + 7 * 3_600_000).getUTCDay() === 0
      const isWorking = hour >= 6 && hour < 22 && !isSunday
      t.push(from + slot * 1_800_000)
      kw.push(peakKw * ((isWorking ? 0.8 : 0.2) + unrest * (random() - 0.5)))
    }
    return { t, kw, intervalS: t.map(() => 1800) }
  })
}
