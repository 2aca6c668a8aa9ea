import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../server/contract/performance.ts'
import { createRatioReader } from '../../../server/curtailment/plan/pastRatios.ts'

const DAY = 86_400_000
const NOW = 1000 * DAY
type Row = { at: number; customerId: string; ratio: number | null }

function reader(rows: Row[]) {
  const clock = { now: NOW }
  const read: { from: number; to: number }[] = []
  const past = createRatioReader(
    {
      async of({ from, to, isDrill }) {
        expect(isDrill).toBe(false)
        read.push({ from, to })
        return rows
          .filter(({ at }) => at >= from && at < to)
          .map(({ at, ...row }) => ({ eventId: `E${at}`, programmeId: 'P1', ...row }) as Delivery)
      }
    },
    () => clock.now
  )
  return { clock, read, past }
}

describe('what was delivered of what was asked', () => {
  it('by customer and by programme, oldest first, unknown ones left out', async () => {
    const { past } = reader([
      { at: NOW - 300 * DAY, customerId: 'A', ratio: 0.5 },
      { at: NOW - 2 * DAY, customerId: 'A', ratio: 0.9 },
      { at: NOW - 2 * DAY, customerId: 'B', ratio: null },
      { at: NOW - 400 * DAY, customerId: 'A', ratio: 0.1 }
    ])
    const ratios = await past()
    expect(ratios.ofCustomer('A')).toEqual([0.5, 0.9])
    expect(ratios.ofCustomer('B')).toEqual([])
    expect(ratios.ofProgramme('P1')).toEqual([0.5, 0.9])
    expect(ratios.ofProgramme('P2')).toEqual([])
  })

  it('the newest twenty of a customer', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      at: NOW - (30 - i) * DAY,
      customerId: 'A',
      ratio: i / 100
    }))
    const { past } = reader(rows)
    expect((await past()).ofCustomer('A')).toEqual(rows.slice(-20).map(({ ratio }) => ratio))
  })

  it('reads the last week each time, the rest once an hour', async () => {
    const rows = [{ at: NOW - 100 * DAY, customerId: 'A', ratio: 0.5 }]
    const { past, read, clock } = reader(rows)
    await past()
    rows.push({ at: NOW - DAY, customerId: 'A', ratio: 0.7 })
    expect((await past()).ofCustomer('A')).toEqual([0.5, 0.7])
    expect(read.map(({ to, from }) => Math.round((to - from) / DAY))).toEqual([358, 8, 8])
    clock.now += 3_600_000
    expect((await past()).ofCustomer('A')).toEqual([0.5, 0.7])
    expect(read).toHaveLength(5)
  })
})
