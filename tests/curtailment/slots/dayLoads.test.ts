import { describe, expect, it } from 'vitest'
import { addDays, localTime } from '../../../server/contract/localTime.ts'
import { laidOver } from '../../../server/curtailment/baseline/candidateDay.ts'
import { dayLoads, daySpan, joinedDays } from '../../../server/curtailment/slots/dayLoads.ts'
import { eventWindow } from '../../../server/curtailment/slots/eventWindow.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'
import { slotMeans } from '../../../server/curtailment/slots/slots.ts'

const HOUR = 3_600_000
const melbourne = slotGrid(localTime('Australia/Melbourne'), 60)
const { local } = melbourne

/** Hourly readings whose kW count the hours since local midnight that have really passed. */
function hours(from: string, to: string) {
  const t: number[] = []
  for (let at = local.dayStart(from); at < local.dayStart(addDays(to, 1)); at += HOUR) t.push(at)
  return {
    t,
    intervalS: t.map(() => 3600),
    kw: t.map(at => (at - local.dayStart(local.date(at))) / HOUR)
  }
}

describe('the days of a meter', () => {
  it('go by the wall clock: a skipped hour is unknown, a repeated one is averaged', () => {
    const forward = dayLoads(
      hours('2014-10-05', '2014-10-05'),
      daySpan(melbourne, '2014-10-05', '2014-10-05')
    )
    expect([...(forward.of('2014-10-05') ?? [])].slice(0, 5)).toEqual([0, 1, NaN, 2, 3])
    const back = dayLoads(hours('2014-04-06', '2014-04-06'), daySpan(melbourne, '2014-04-06', '2014-04-06'))
    expect([...(back.of('2014-04-06') ?? [])].slice(0, 5)).toEqual([0, 1, 2.5, 4, 5])
  })

  it('a repeated hour with an unknown pass is unknown', () => {
    const { t, intervalS, kw } = hours('2014-04-06', '2014-04-06')
    const span = daySpan(melbourne, '2014-04-06', '2014-04-06')
    const holed = { t, intervalS, kw: kw.map((value, i) => (i === 3 ? null : value)) }
    expect(dayLoads(holed, span).of('2014-04-06')?.[2]).toBeNaN()
  })

  it('are the same means as slot by slot, whatever the readings', () => {
    const grid = slotGrid(localTime('+07:00'), 30)
    const midnight = grid.local.dayStart('2026-06-02')
    const readings = {
      t: Array.from({ length: 200 }, (_, i) => midnight + i * 437_000),
      intervalS: Array.from({ length: 200 }, (_, i) => (i % 17 === 0 ? 0 : 430 + (i % 3) * 10)),
      kw: Array.from({ length: 200 }, (_, i) => (i % 23 === 0 ? null : 100 + ((i * 7919) % 101)))
    }
    const day = dayLoads(readings, daySpan(grid, '2026-06-02', '2026-06-02')).of('2026-06-02')
    const means = slotMeans(readings, grid.ofDay('2026-06-02'))
    expect([...(day ?? [])]).toEqual(means.map(kw => kw ?? NaN))
    expect(means.filter(kw => kw === null).length).toBeGreaterThan(0)
  })

  it('know nothing of slots that have not ended, and of days that were not read', () => {
    const span = daySpan(melbourne, '2014-06-03', '2014-06-04')
    const now = local.dayStart('2014-06-03') + 10.5 * HOUR
    const load = dayLoads(hours('2014-06-03', '2014-06-04'), span, now)
    expect([...(load.of('2014-06-03') ?? [])].slice(9, 11)).toEqual([9, NaN])
    expect(load.of('2014-06-05')).toBeNull()
    const joined = joinedDays()
    joined.add(load)
    joined.add(dayLoads(hours('2014-06-05', '2014-06-05'), daySpan(melbourne, '2014-06-05', '2014-06-05')))
    expect(joined.of('2014-06-03')?.[9]).toBe(9)
    expect(joined.of('2014-06-05')?.[9]).toBe(9)
    expect(joined.of('2014-06-06')).toBeNull()
  })

  it('laid over an event keep their side of midnight', () => {
    const start = local.dayStart('2014-06-05') - HOUR
    const window = eventWindow(melbourne, { start, end: start + 2 * HOUR, notifiedAt: null }, null)
    const { t, intervalS } = hours('2014-06-01', '2014-06-05')
    const load = dayLoads(
      { t, intervalS, kw: t.map(at => at) },
      daySpan(melbourne, '2014-06-01', '2014-06-05')
    )
    const values = laidOver(window, load, '2014-06-02').subarray(window.event.from, window.event.to)
    expect([...values]).toEqual([local.dayStart('2014-06-03') - HOUR, local.dayStart('2014-06-03')])
    expect(window.decidingOffsets).toEqual([0, 1])
  })
})
