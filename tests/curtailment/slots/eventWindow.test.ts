import { describe, expect, it } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import { candidateDates } from '../../../server/curtailment/baseline/candidateDates.ts'
import {
  type EventWindow,
  eventWindow,
  layOut,
  type Range,
  valuesOfDay
} from '../../../server/curtailment/slots/eventWindow.ts'
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
  const none = new Set<string>()
  const dates = (wanted: EventWindow, holidays: string[] = [], events: string[] = []) =>
    candidateDates(wanted, 10, new Set(holidays), new Set([wanted.date, ...events]))

  it('of a working day are working days, most recent first', () => {
    // 2 June 2026 is a Tuesday.
    const { type, dates: found } = dates(window('2026-06-02T18:00', '2026-06-02T20:00'))
    expect(type).toBe('working')
    expect(found).toEqual([
      '2026-06-01',
      '2026-05-29',
      '2026-05-28',
      '2026-05-27',
      '2026-05-26',
      '2026-05-25'
    ])
  })

  it('of a holiday are holidays and weekends; of a working day a holiday is told', () => {
    const holiday = dates(window('2026-06-02T18:00', '2026-06-02T20:00'), ['2026-06-02', '2026-05-27'])
    expect(holiday.type).toBe('non-working')
    expect(holiday.dates).toEqual(['2026-05-31', '2026-05-30', '2026-05-27', '2026-05-24', '2026-05-23'])
    const working = dates(window('2026-06-02T18:00', '2026-06-02T20:00'), ['2026-05-27'])
    expect(working.rejected).toEqual([{ day: '2026-05-27', cause: 'holiday', reason: 'holiday' }])
  })

  it('leave event days out', () => {
    const { dates: found, rejected } = dates(
      window('2026-06-02T18:00', '2026-06-02T20:00'),
      [],
      ['2026-05-29']
    )
    expect(found).not.toContain('2026-05-29')
    expect(rejected).toEqual([{ day: '2026-05-29', cause: 'event', reason: 'event day' }])
  })

  it('of a window over midnight are rejected when either of their dates is an event day', () => {
    const overMidnight = window('2026-06-04T23:00', '2026-06-05T01:00')
    const { dates: found, rejected } = dates(overMidnight, [], ['2026-05-29'])
    expect(rejected.map(({ day }) => day)).toEqual(['2026-06-03', '2026-05-29', '2026-05-28'])
    expect(found).toEqual(['2026-06-02', '2026-06-01', '2026-05-27', '2026-05-26', '2026-05-25'])
  })

  it('look back no further than they may', () => {
    const wanted = window('2026-06-02T18:00', '2026-06-02T20:00')
    expect(candidateDates(wanted, 1, none, none).dates).toEqual(['2026-06-01'])
  })
})

describe('the same slots on other days', () => {
  it('keep their side of midnight', () => {
    const wanted = window('2026-06-04T23:30', '2026-06-05T00:30')
    const layout = layOut(grid, wanted, ['2026-06-02'])
    const [day] = layout.days
    const values = valuesOfDay(
      day?.places ?? [],
      layout.slots.map(({ start }) => start)
    )
    expect(values.slice(wanted.event.from, wanted.event.to)).toEqual([
      at('2026-06-02T23:30'),
      at('2026-06-03T00:00')
    ])
  })

  it('go by the wall clock over a clock change: a skipped hour is unknown, a repeated one is averaged', () => {
    const melbourne = slotGrid(localTime('Australia/Melbourne'), 60)
    const night = (date: string) => {
      const start = melbourne.ofDay(date)[1]?.start ?? 0
      return eventWindow(melbourne, { start, end: start + 3 * 3_600_000, notifiedAt: null }, null)
    }
    const valuesOn = (date: string, wanted: EventWindow) => {
      const layout = layOut(melbourne, wanted, [date])
      const means = layout.slots.map(({ start }) => (start - melbourne.local.dayStart(date)) / 3_600_000)
      return valuesOfDay(layout.days[0]?.places ?? [], means).slice(wanted.event.from, wanted.event.to)
    }
    expect(valuesOn('2014-10-05', night('2014-10-07'))).toEqual([1, null, 2])
    expect(valuesOn('2014-04-06', night('2014-04-08'))).toEqual([1, 2.5, 4])
  })

  it('of neighbouring days share what overlaps, each slot once', () => {
    const wanted = window('2026-06-04T00:00', '2026-06-05T00:00')
    const { slots } = layOut(grid, wanted, ['2026-06-02', '2026-06-01'])
    expect(new Set(slots.map(({ start }) => start)).size).toBe(slots.length)
    expect(slots.every((slot, i) => i === 0 || slot.start >= (slots[i - 1]?.end ?? 0))).toBe(true)
  })
})
