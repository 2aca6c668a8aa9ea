import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../server/contract/events.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import {
  acceptedKw,
  participantPerformance,
  performanceOf
} from '../../../server/curtailment/performance/performance.ts'
import { explained } from '../samples.ts'
import { oneParticipant, participantOf } from '../settle.ts'
import { halfHours } from './columns.ts'

/** Before, two in the event, after. */
const slots = halfHours(4)
const t = slots.map(slot => slot.start)
const part = { start: slots[1]?.start ?? NaN, end: slots[2]?.end ?? NaN }
const event = { ...oneParticipant({ ...part, notifiedAt: null, requestedKw: 100 }), state: 'final' as const }

interface Given {
  requestedKw?: number
  rrmseShare?: number | null
  vndPerKwh?: number | null
  isDrill?: boolean
  firmServiceLevelKw?: number | null
}
function measured(baselineKw: (number | null)[], meteredKw: (number | null)[], given: Given = {}) {
  const { requestedKw = 100, rrmseShare = null, vndPerKwh = null, isDrill = false } = given
  const { firmServiceLevelKw = null } = given
  const columns = { slots, baseline: explained(), baselineKw, unadjustedKw: baselineKw, meteredKw }
  return participantPerformance(
    participantOf({ ...part, requestedKw }),
    t,
    { ...columns, timeTo90Minutes: null },
    {
      ...{
        part,
        soFar: part,
        notifiedAt: null,
        dayStart: slots[0]?.start ?? NaN,
        isDrill,
        firmServiceLevelKw
      },
      terms: { ...defaultTerms.voluntary, incentive: { vndPerKwh, vndPerKw: null } },
      placebo:
        rrmseShare === null
          ? null
          : { method: '10of10', adjustment: null, rrmseShare, biasShare: 0, days: 20 }
    }
  )
}
const whole = (participants: ReturnType<typeof measured>[], commonErrorShare = 0) =>
  performanceOf(
    event,
    { t, intervalMinutes: 30, start: event.start, end: event.end, computedAt: 0, commonErrorShare },
    participants
  )

describe('one participant', () => {
  it('has its columns over the chart, and its figures over its own part', () => {
    expect(measured([500, 500, 500, 500], [500, 400, 350, 600])).toMatchObject({
      deliveredKw: [null, 100, 150, null],
      deliveredKwh: 125,
      ratio: 1.25,
      sustainedKw: 100,
      rebound: { energyKwh: 50, peakKw: 100, ratio: 0.4 },
      credit: { energyKwh: 100, averageKw: 100, vnd: null },
      preload: null,
      excessKw: null,
      uncertaintyKw: null
    })
  })

  it('that was tested has the uncertainty of its baseline', () => {
    expect(measured([500, 500, 400, 500], [500, 400, 350, 500], { rrmseShare: 0.1 }).uncertaintyKw).toBe(45)
  })

  it('with a firm service level is judged by it too', () => {
    const { excessKw } = measured([500, 500, 500, 500], [500, 400, 350, 500], { firmServiceLevelKw: 380 })
    expect(excessKw).toBe(20)
  })

  it('is paid for an event and not for a drill', () => {
    const cut = [500, 400, 400, 500]
    const flat = [500, 500, 500, 500]
    expect(measured(flat, cut, { vndPerKwh: 2000 }).credit?.vnd).toBe(200_000)
    expect(measured(flat, cut, { vndPerKwh: 2000, isDrill: true }).credit).toMatchObject({
      ...{ energyKwh: 100, vnd: null }
    })
  })
})

describe('what was accepted', () => {
  const said = (answer: Answer['answer'] | null, kw: number | null) =>
    acceptedKw(
      participantOf(part, {
        answer: answer && {
          ...{ answer, kw, version: 2, at: event.start, via: 'mqtt', reasonCode: null, reason: null }
        }
      })
    )

  it.each([
    { answer: 'accept', kw: null, accepted: 100 },
    { answer: 'accept', kw: 60, accepted: 60 },
    { answer: 'decline', kw: null, accepted: 0 },
    { answer: 'opt-out', kw: 20, accepted: 20 },
    { answer: null, kw: null, accepted: null }
  ] as const)('$answer with $kw kW', ({ answer, kw, accepted }) => expect(said(answer, kw)).toBe(accepted))
})

describe('the total', () => {
  it('sums those known in a slot and counts the others', () => {
    const first = measured([500, 500, 500, 500], [500, 400, 350, 500])
    const second = measured([300, 300, 300, 300], [300, 250, null, 300], { requestedKw: 50 })
    expect(whole([first, second]).total).toMatchObject({
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
    expect(whole(all).total.deliveredKwh).toBeCloseTo(
      all.reduce((sum, one) => sum + (one.deliveredKwh ?? NaN), 0),
      12
    )
  })

  it('of nobody known is unknown, not zero', () => {
    expect(whole([measured([null], [null])]).total).toMatchObject({
      deliveredKw: [null, null, null, null],
      unknown: [1, 1, 1, 1],
      ...{ deliveredKwh: null, averageKw: null, ratio: null, uncertaintyKw: null, isDistinguishable: null }
    })
  })
})

describe('the uncertainty of the total', () => {
  const flat = [1000, 1000, 1000, 1000]
  const site = (cutKw: number, rrmseShare: number | null = 0.1) =>
    measured(flat, [1000, 1000 - cutKw, 1000 - cutKw, 1000], { rrmseShare })

  it('is the root of squares where sites err apart', () => {
    const { total } = whole([site(100), site(100), site(100), site(100)])
    expect(total.uncertaintyKw).toBeCloseTo(200, 9)
    expect(total.isDistinguishable).toBe(true)
  })

  it('does not shrink to nothing where they err together', () => {
    const many = Array.from({ length: 100 }, () => site(50))
    expect(whole(many).total.uncertaintyKw).toBeCloseTo(1000, 9)
    // √(100 · 100² + (0.05 · 100 000)²)
    expect(whole(many, 0.05).total.uncertaintyKw).toBeCloseTo(Math.sqrt(1e6 + 25e6), 6)
    expect(whole(many, 0.05).total.isDistinguishable).toBe(false)
  })

  it('counts who was never tested like the others, and is unknown when nobody was', () => {
    expect(whole([site(100), site(100, null)]).total.uncertaintyKw).toBeCloseTo(Math.SQRT2 * 100, 9)
    expect(whole([site(100, null)]).total).toMatchObject({ uncertaintyKw: null, isDistinguishable: null })
  })
})
