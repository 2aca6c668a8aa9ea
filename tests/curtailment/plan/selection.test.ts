import { describe, expect, it } from 'vitest'
import { type Enrolled, planOf } from '../../../server/curtailment/plan/selection.ts'

const window = { start: Date.parse('2026-06-02T10:00Z'), end: Date.parse('2026-06-02T12:00Z') }
const enrolled = (customerId: string, committedKw: number, rest: Partial<Enrolled> = {}): Enrolled => ({
  customerId,
  name: `Works ${customerId}`,
  meteringPointId: `MP-${customerId}`,
  committedKw,
  presentKw: 10_000,
  pastRatios: [],
  obstacle: null,
  ...rest
})
const proposed = (plan: ReturnType<typeof planOf>) =>
  plan.candidates.filter(candidate => candidate.proposed).map(({ customerId }) => customerId)

describe('expected delivery', () => {
  it.each([
    ['without a past: as committed', {}, 100],
    ['by the mean past share', { pastRatios: [0.5, 0.9] }, 70],
    ['at most 1.2 of the commitment', { pastRatios: [3] }, 120],
    ['never negative', { pastRatios: [-0.4] }, 0],
    ['never above the present load', { presentKw: 60 }, 60],
    ['of an unknown load: nothing to count on', { presentKw: null }, 0]
  ])('%s', (_what, rest, expectedKw) => {
    expect(planOf(window, null, [enrolled('A', 100, rest)]).candidates[0]?.expectedKw).toBeCloseTo(
      expectedKw,
      9
    )
  })

  it('tells its uncertainty from two past events on', () => {
    const uncertainty = (pastRatios: number[]) =>
      planOf(window, null, [enrolled('A', 100, { pastRatios })]).candidates[0]?.uncertaintyKw
    expect(uncertainty([])).toBeNull()
    expect(uncertainty([0.8])).toBeNull()
    expect(uncertainty([0.8, 1])).toBeCloseTo(100 * Math.SQRT1_2 * 0.2, 9)
    expect(uncertainty([0.9, 0.9, 0.9])).toBeCloseTo(0, 9)
  })
})

describe('the proposal', () => {
  const all = [enrolled('A', 100), enrolled('B', 300), enrolled('C', 200), enrolled('D', 200)]

  it('is the smallest ranked set that reaches the target', () => {
    const plan = planOf(window, 450, all)
    expect(plan.candidates.map(({ customerId }) => customerId)).toEqual(['B', 'C', 'D', 'A'])
    expect(proposed(plan)).toEqual(['B', 'C'])
    expect(plan).toMatchObject({ targetKw: 450, expectedKw: 500, shortfallKw: 0 })
    expect(plan.candidates[2]?.excluded).toBe('the target is reached without it')
  })

  it('says what is missing to the target', () => {
    expect(planOf(window, 1000, all)).toMatchObject({ expectedKw: 800, shortfallKw: 200 })
  })

  it('without a target is everybody who can deliver', () => {
    const plan = planOf(window, null, all)
    expect(proposed(plan)).toEqual(['B', 'C', 'D', 'A'])
    expect(plan).toMatchObject({ targetKw: null, expectedKw: 800, shortfallKw: 0 })
  })

  it('does not depend on the order of the enrolments', () => {
    expect(planOf(window, 450, all.toReversed())).toEqual(planOf(window, 450, all))
  })

  it.each([
    ['its meter has no fresh reading', { presentKw: null }],
    ['it draws no load at present', { presentKw: 0 }],
    ['nothing is to be expected of it', { pastRatios: [0] }],
    ['already called in this time by CE-1', { obstacle: 'already called in this time by CE-1' }]
  ])('leaves out, and says: %s', (excluded, rest) => {
    const plan = planOf(window, null, [enrolled('A', 100, rest), enrolled('B', 50)])
    expect(proposed(plan)).toEqual(['B'])
    expect(plan.candidates.find(({ customerId }) => customerId === 'A')?.excluded).toBe(excluded)
    expect(plan.expectedKw).toBe(50)
  })

  it('of nobody is empty', () => {
    expect(planOf(window, 100, [])).toMatchObject({ expectedKw: 0, shortfallKw: 100, candidates: [] })
  })
})
