import { describe, expect, it } from 'vitest'
import { localTime } from '../../../server/contract/localTime.ts'
import { slotGrid } from '../../../server/curtailment/slots/slotGrid.ts'

const at = (time: string) => Date.parse(time)
const grid = (zone: string, minutes: number) => slotGrid(localTime(zone), minutes)

describe('settlement slots', () => {
  it.each([
    [1, 1440],
    [15, 96],
    [30, 48],
    [60, 24],
    [7, 206]
  ])('of %i minutes fill a day with %i', (minutes, count) => {
    const slots = grid('+07:00', minutes).ofDay('2026-06-02')
    expect(slots).toHaveLength(count)
    expect(slots[0]?.start).toBe(at('2026-06-01T17:00Z'))
    expect(slots.at(-1)?.end).toBe(at('2026-06-02T17:00Z'))
    expect(
      slots.every((slot, i) => slot.index === i && slot.start === (slots[i - 1]?.end ?? slot.start))
    ).toBe(true)
  })

  it('are aligned to local midnight, not to UTC', () => {
    const { floor, ceil } = grid('+05:45', 60)
    expect(floor(at('2026-06-02T10:20Z'))).toBe(at('2026-06-02T10:15Z'))
    expect(ceil(at('2026-06-02T10:20Z'))).toBe(at('2026-06-02T11:15Z'))
    expect(ceil(at('2026-06-02T10:15Z'))).toBe(at('2026-06-02T10:15Z'))
  })

  it('skip the hour that a clock change skips, and repeat the one it repeats', () => {
    const melbourne = grid('Australia/Melbourne', 30)
    const spring = melbourne.ofDay('2014-10-05').map(({ index }) => index)
    expect(spring).toHaveLength(46)
    expect(spring.slice(2, 6)).toEqual([2, 3, 6, 7])
    const autumn = melbourne.ofDay('2014-04-06').map(({ index }) => index)
    expect(autumn).toHaveLength(50)
    expect(autumn.slice(2, 10)).toEqual([2, 3, 4, 5, 4, 5, 6, 7])
  })

  it('between two moments are those that touch them, over midnight too', () => {
    const slots = grid('+07:00', 30).between(at('2026-06-01T16:40Z'), at('2026-06-01T17:30Z'))
    expect(slots.map(({ date, index }) => [date, index])).toEqual([
      ['2026-06-01', 47],
      ['2026-06-02', 0]
    ])
  })
})
