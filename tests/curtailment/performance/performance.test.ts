import { describe, expect, it } from 'vitest'
import { participantPerformance, performanceOf } from '../../../server/curtailment/performance/performance.ts'
import { oneParticipant } from '../settle.ts'

const HALF_HOUR = 1_800_000
/** Before, two in the event, after. */
const slots = [false, true, true, false].map((isInEvent, i) => ({
  start: i * HALF_HOUR,
  end: (i + 1) * HALF_HOUR,
  isInEvent
}))
const event = oneParticipant({ start: HALF_HOUR, end: 3 * HALF_HOUR, notifiedAt: 0, requestedKw: 100 })

function measured(baselineKw: (number | null)[], meteredKw: (number | null)[], requestedKw = 100) {
  const [participant] = event.participants
  if (participant === undefined) throw new Error('no participant')
  return participantPerformance({ ...participant, requestedKw }, slots, {
    baseline: null,
    baselineKw,
    meteredKw
  })
}

describe('one participant', () => {
  it('delivers baseline minus metered, inside the event only', () => {
    const result = measured([500, 500, 500, 500], [500, 400, 350, 600])
    expect(result).toMatchObject({
      deliveredKw: [null, 100, 150, null],
      deliveredKwh: 125,
      averageKw: 125,
      ratio: 1.25,
      knownSlots: 2,
      slots: 2
    })
  })

  it('that drew more delivered less than nothing', () => {
    expect(measured([500, 500, 500, 500], [500, 600, 500, 500])).toMatchObject({
      deliveredKw: [null, -100, 0, null],
      deliveredKwh: -50,
      averageKw: -50,
      ratio: -0.5
    })
  })

  it('counts what is known: an unknown slot is no zero', () => {
    expect(measured([500, 500, 500, 500], [500, 400, null, 500])).toMatchObject({
      deliveredKw: [null, 100, null, null],
      deliveredKwh: 50,
      averageKw: 100,
      ratio: 1,
      knownSlots: 1,
      slots: 2
    })
  })

  it('of whom nothing is known has no result', () => {
    expect(measured([null, null, null, null], [500, 400, 400, 500])).toMatchObject({
      deliveredKw: [null, null, null, null],
      deliveredKwh: null,
      averageKw: null,
      ratio: null,
      knownSlots: 0
    })
  })

  it('has delivered nothing before the event has a slot', () => {
    const [participant] = event.participants
    const before = slots.slice(0, 1)
    expect(
      participant &&
        participantPerformance(participant, before, { baseline: null, baselineKw: [5], meteredKw: [5] })
    ).toMatchObject({ deliveredKw: [null], deliveredKwh: null, slots: 0 })
  })
})

describe('the total', () => {
  it('sums those known in a slot and counts the others', () => {
    const first = measured([500, 500, 500, 500], [500, 400, 350, 500])
    const second = measured([300, 300, 300, 300], [300, 250, null, 300], 50)
    const { total } = performanceOf(event, 30, slots, [first, second], 0)
    expect(total).toEqual({
      requestedKw: 150,
      baselineKw: [800, 800, 500, 800],
      meteredKw: [800, 650, 350, 800],
      deliveredKw: [null, 150, 150, null],
      unknown: [0, 0, 1, 0],
      deliveredKwh: 150,
      averageKw: 150,
      // 300 kW-slots delivered of 150 + 100 asked of those known.
      ratio: 1.2
    })
  })

  it('equals the sum of the participants where all are known', () => {
    const all = [
      measured([500, 500, 500, 500], [500, 410, 390, 500]),
      measured([80, 80, 80, 80], [80, 70, 75, 80])
    ]
    const { total } = performanceOf(event, 30, slots, all, 0)
    expect(total.deliveredKwh).toBeCloseTo(
      all.reduce((sum, one) => sum + (one.deliveredKwh ?? NaN), 0),
      12
    )
  })

  it('of nobody known is unknown, not zero', () => {
    const { total } = performanceOf(event, 30, slots, [measured([null], [null])], 0)
    expect(total).toMatchObject({
      deliveredKw: [null, null, null, null],
      unknown: [1, 1, 1, 1],
      deliveredKwh: null,
      averageKw: null,
      ratio: null
    })
  })
})
