import { describe, expect, it } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import { earlierDays } from '../../../server/curtailment/baseline/candidates.ts'
import { siteCalendar } from '../../../server/curtailment/calendar/dayTypes.ts'
import { dayLoads, daySpan } from '../../../server/curtailment/slots/dayLoads.ts'
import { type EventWindow, eventWindow, type Range } from '../../../server/curtailment/slots/eventWindow.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'
import { multiplicative } from '../methods.ts'

const grid = slotGrid(localTime('+07:00'), 30)
const at = (local: string) => Date.parse(`${local}:00+07:00`)
const rule = { ...multiplicative, anchor: 'notice' as const }
const window = (start: string, end: string, notified: string | null = null) =>
  eventWindow(grid, { start: at(start), end: at(end), notifiedAt: notified ? at(notified) : null }, rule)

const times = ({ slots }: EventWindow, range: Range | null) => {
  const clock = (t: number | undefined) =>
    t === undefined ? null : new Date(t + 7 * 3_600_000).toISOString().slice(5, 16)
  return range && [clock(slots[range.from]?.start), clock(slots[range.to - 1]?.end)]
}

describe('the adjustment window', () => {
  it.each([
    ['no notice yet', '2026-06-02T18:00', null, '06-02T14:00', '06-02T17:00'],
    ['notice on an earlier day', '2026-06-02T18:00', '2026-06-01T20:00', '06-02T14:00', '06-02T17:00'],
    ['notice early the same day', '2026-06-02T18:00', '2026-06-02T09:00', '06-02T06:00', '06-02T09:00'],
    ['notice inside a slot', '2026-06-02T18:00', '2026-06-02T09:17', '06-02T06:00', '06-02T09:00'],
    ['notice in the last hour', '2026-06-02T18:00', '2026-06-02T17:50', '06-02T14:00', '06-02T17:00'],
    ['notice at night', '2026-06-02T02:00', '2026-06-02T00:30', '06-01T21:30', '06-02T00:30']
  ])('%s', (_what, start, notified, from, to) => {
    const wanted = window(
      start,
      start.replace(/T(\d\d)/, (_, hour) => `T${Number(hour) + 1}`.replace(/T(\d)$/, 'T0$1')),
      notified
    )
    expect(times(wanted, wanted.adjustment)).toEqual([from, to])
  })
})

describe('the chart', () => {
  it('goes from two hours before the event to two hours after it', () => {
    const wanted = window('2026-06-02T18:00', '2026-06-02T20:00', '2026-06-02T08:00')
    expect(times(wanted, wanted.chart)).toEqual(['06-02T16:00', '06-02T22:00'])
    expect(times(wanted, wanted.event)).toEqual(['06-02T18:00', '06-02T20:00'])
    expect(times(wanted, { from: 0, to: 1 })).toEqual(['06-02T05:00', '06-02T05:30'])
  })
})

describe('candidate days', () => {
  const load = dayLoads({ t: [], intervalS: [], kw: [] }, daySpan(grid, '2026-06-01', '2026-06-01'))
  const days = (wanted: EventWindow, daysOff: string[] = [], events: string[] = [], lookbackDays = 10) => {
    const calendar = siteCalendar({ workDays: [1, 2, 3, 4, 5], daysOff })
    const calls = events.map(date => ({ start: at(`${date}T10:00`), end: at(`${date}T11:00`) }))
    const input = { rule: { method: '10of10' as const, adjustment: null, fallback: [] }, window: wanted }
    const walk = earlierDays(
      { ...input, load, calendar, calls },
      { lookbackDays, skipDaysBefore: 0, type: calendar.dayType(wanted.date) }
    )
    const found = [...walk]
    return {
      dates: found.filter(({ rejected }) => rejected === null).map(({ date }) => date),
      rejected: found.flatMap(({ rejected }) =>
        rejected === null || rejected.cause === 'other-day-type' ? [] : [rejected]
      )
    }
  }
  const tuesday = window('2026-06-02T18:00', '2026-06-02T20:00')

  it('of a working day are working days, most recent first', () => {
    expect(days(tuesday).dates).toEqual(
      ['06-01', '05-29', '05-28', '05-27', '05-26', '05-25'].map(date => `2026-${date}`)
    )
  })

  it('of a holiday are holidays and weekends; of a working day a holiday is told', () => {
    expect(days(tuesday, ['2026-06-02', '2026-05-27']).dates).toEqual(
      ['05-31', '05-30', '05-27', '05-24', '05-23'].map(date => `2026-${date}`)
    )
    expect(days(tuesday, ['2026-05-27']).rejected).toEqual([
      { day: '2026-05-27', cause: 'holiday', reason: 'holiday' }
    ])
  })

  it('leave event days out', () => {
    const { dates, rejected } = days(tuesday, [], ['2026-05-29'])
    expect(dates).not.toContain('2026-05-29')
    expect(rejected).toEqual([{ day: '2026-05-29', cause: 'event', reason: 'event day' }])
  })

  it('of a window over midnight are rejected when either of their dates is an event day', () => {
    const { dates, rejected } = days(window('2026-06-04T23:00', '2026-06-05T01:00'), [], ['2026-05-29'])
    expect(rejected.map(({ day }) => day)).toEqual(['2026-06-03', '2026-05-29', '2026-05-28'])
    expect(dates).toEqual(['06-02', '06-01', '05-27', '05-26', '05-25'].map(date => `2026-${date}`))
  })

  it('look back no further than they may', () => {
    expect(days(tuesday, [], [], 1).dates).toEqual(['2026-06-01'])
  })
})
