import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainContract } from '../../../server/contract/enrolments.ts'
import type { Plan } from '../../../server/contract/plans.ts'
import type { Enrolled } from '../../../server/curtailment/plan/candidate.ts'
import { habitOf, programmeHabit } from '../../../server/curtailment/plan/prediction.ts'
import { type PlanGoal, planOf } from '../../../server/curtailment/plan/selection.ts'
import { normals, seeded } from './random.ts'

const goal = (changes: Partial<PlanGoal> = {}): PlanGoal => ({
  start: Date.parse('2026-06-02T10:00Z'),
  end: Date.parse('2026-06-02T12:00Z'),
  programmeId: 'P1',
  targetKw: null,
  probability: 0.9,
  commonError: { share: 0, days: 20 },
  ...changes
})
const enrolled = (customerId: string, committedKw: number, rest: Partial<Enrolled> = {}): Enrolled => ({
  enrolment: { customerId, meteringPointId: `MP-${customerId}`, committedKw, contract: plainContract },
  name: `Works ${customerId}`,
  presentKw: 10_000,
  baselineKw: null,
  pastRatios: Array(30).fill(1),
  eventsThisSeason: 0,
  hoursThisSeason: 0,
  obstacle: null,
  ...rest
})
const steady = Array(40).fill(1)
const proposed = (plan: Plan) => plan.candidates.filter(one => one.proposed).map(one => one.customerId)
const one = (plan: Plan, id: string) => plan.candidates.find(({ customerId }) => customerId === id)

describe('the proposal', () => {
  const all = [enrolled('A', 100), enrolled('B', 300), enrolled('C', 200), enrolled('D', 200)]

  it('is the smallest set that reaches the target, ranked by what is expected', () => {
    const plan = planOf(goal({ targetKw: 430 }), all, steady)
    expect(plan.candidates.map(({ customerId }) => customerId)).toEqual(['B', 'C', 'D', 'A'])
    expect(proposed(plan)).toEqual(['B', 'C'])
    expect(plan).toMatchObject({ targetKw: 430, shortfallKw: 0, isExact: true, atMostTooMany: 0 })
    expect(plan.reachedProbability).toBeGreaterThanOrEqual(0.9)
    expect(one(plan, 'D')).toMatchObject({ proposed: false, reason: 'target-reached', requestedKw: 200 })
    expect(one(plan, 'D')?.excluded).toBe(one(plan, 'D')?.explanation)
    expect(one(plan, 'D')?.explanation).toMatch(
      /the target of 430 kW is reached without it with 90 % by 2 others/
    )
  })

  it('asks each for what is available, and says how it comes to what is expected', () => {
    const contract = { ...plainContract, minimumLoadKw: 300 }
    const enrolment = { customerId: 'A', meteringPointId: 'MP-A', committedKw: 200, contract }
    const plan = planOf(goal(), [enrolled('A', 0, { enrolment, presentKw: 450 })], steady)
    expect(one(plan, 'A')).toMatchObject({
      availableKw: 150,
      requestedKw: 150,
      reason: 'called',
      excluded: null
    })
    expect(one(plan, 'A')?.explanation).toBe(
      `asked 150 kW (200 kW committed, draws 450 kW, keeps 300 kW); expected to deliver 99.8 % of it (by 30 measured events), in 8 of 10 cases ${shown(one(plan, 'A')?.p10Kw)} to 150 kW`
    )
  })

  it('a higher probability needs more', () => {
    const vague = [1, 2, 3, 4, 5, 6].map(i => enrolled(`V${i}`, 100, { pastRatios: [] }))
    const count = (probability: number) =>
      proposed(planOf(goal({ targetKw: 250, probability }), vague, [])).length
    expect([count(0.5), count(0.9), count(0.99)]).toEqual([3, 4, 5])
  })

  it('without a target is everybody who can deliver', () => {
    const plan = planOf(goal(), [...all, enrolled('E', 50, { presentKw: 0 })], steady)
    expect(proposed(plan)).toEqual(['B', 'C', 'D', 'A'])
    expect(plan).toMatchObject({ targetKw: null, reachedProbability: null, shortfallKw: 0, isExact: true })
    expect(Math.abs(plan.expectedKw - 800)).toBeLessThan(2)
    expect(plan.p10Kw).toBeLessThan(plan.p50Kw)
  })

  it('what is missing is said, and where more is to be found', () => {
    const plan = planOf(
      goal({ targetKw: 5000 }),
      [
        ...all,
        enrolled('E', 500, { presentKw: null }),
        enrolled('F', 700, { obstacle: { reason: 'blackout', text: 'it is not called on 2026-06-02' } })
      ],
      steady
    )
    expect(proposed(plan)).toEqual(['B', 'C', 'D', 'A'])
    expect(plan.shortfallKw).toBeGreaterThan(5000 - 800)
    expect(plan.shortfallKw).toBeLessThanOrEqual(5000)
    expect(plan.reachedProbability).toBe(0)
    expect(plan.missing).toEqual([
      { reason: 'blackout', customers: 1, availableKw: 700 },
      { reason: 'no-reading', customers: 1, availableKw: 500 }
    ])
  })

  it('of nobody is nobody', () => {
    expect(planOf(goal({ targetKw: 100 }), [], [])).toMatchObject({
      expectedKw: 0,
      shortfallKw: 100,
      candidates: []
    })
  })

  it.each([
    ['no-reading', { presentKw: null }, 'its meter has no fresh reading'],
    ['no-load', { presentKw: 0 }, 'it draws no load at present: 0 kW'],
    ['no-load', { baselineKw: 0 }, 'it is foretold to draw no load in this time: 0 kW'],
    ['at-minimum-load', minimum(10_000), 'it draws 10000 kW and keeps 10000 kW'],
    ['already-called', { obstacle: { reason: 'already-called', text: 'it is called' } }, 'it is called']
  ] as const)('not called: %s', (reason, rest, text) => {
    const plan = planOf(
      goal({ targetKw: 30 }),
      [enrolled('A', 100, rest as Partial<Enrolled>), enrolled('B', 50)],
      steady
    )
    expect(one(plan, 'A')).toMatchObject({
      proposed: false,
      requestedKw: 0,
      reason,
      excluded: text,
      explanation: text
    })
    expect(proposed(plan)).toEqual(['B'])
  })

  it('who committed nothing is not called', () => {
    expect(one(planOf(goal(), [enrolled('A', 0)], []), 'A')?.reason).toBe('nothing-expected')
  })
})

const candidates = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    committedKw: fc.integer({ min: 0, max: 1000 }),
    presentKw: fc.option(fc.integer({ min: -10, max: 3000 })),
    baselineKw: fc.option(fc.integer({ min: 0, max: 3000 })),
    minimumLoadKw: fc.integer({ min: 0, max: 1500 }),
    pastRatios: fc.array(fc.double({ min: -0.2, max: 1.5, noNaN: true }), { maxLength: 6 }),
    isBlocked: fc.boolean()
  }),
  { selector: ({ id }) => id, maxLength: 25 }
)
type Generated = ReturnType<typeof candidates.generate>['value'][number]
const toEnrolled = ({ id, committedKw, minimumLoadKw, isBlocked, ...rest }: Generated): Enrolled => ({
  ...enrolled(id, committedKw, rest),
  enrolment: {
    customerId: id,
    meteringPointId: id,
    committedKw,
    contract: { ...plainContract, minimumLoadKw }
  },
  obstacle: isBlocked ? { reason: 'rest-days', text: 'it rests' } : null
})
const asked = fc.record({
  targetKw: fc.option(fc.integer({ min: 1, max: 8000 })),
  probability: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
  commonError: fc.record({ share: fc.double({ min: 0, max: 0.2, noNaN: true }), days: fc.constant(12) })
})

describe('whatever is asked of whomever', () => {
  it('the plan breaks no limit', () => {
    fc.assert(
      fc.property(candidates, asked, (list, changes) => {
        const plan = planOf(goal(changes), list.map(toEnrolled), [])
        for (const candidate of plan.candidates) {
          const of = list.find(({ id }) => id === candidate.customerId)
          if (of === undefined) throw new Error('nobody')
          expect(candidate.requestedKw).toBeLessThanOrEqual(candidate.availableKw)
          expect(candidate.requestedKw).toBeLessThanOrEqual(of.committedKw)
          if (!candidate.proposed) continue
          expect(of.isBlocked).toBe(false)
          expect(candidate.requestedKw).toBeGreaterThan(0)
          const loadKw = Math.min(of.presentKw ?? Number.NaN, of.baselineKw ?? Infinity)
          expect(loadKw - candidate.requestedKw).toBeGreaterThanOrEqual(of.minimumLoadKw - 1e-9)
          expect(loadKw - candidate.p90Kw).toBeGreaterThanOrEqual(of.minimumLoadKw - 1e-9)
        }
      })
    )
  })

  it('the order of the candidates changes nothing', () => {
    fc.assert(
      fc.property(candidates, asked, fc.nat(), (list, changes, turn) => {
        const turned = list
          .toSpliced(0, turn % (list.length + 1))
          .concat(list.slice(0, turn % (list.length + 1)))
        expect(planOf(goal(changes), turned.toReversed().map(toEnrolled), [])).toEqual(
          planOf(goal(changes), list.map(toEnrolled), [])
        )
      })
    )
  })

  it('the proposed reach the target with the probability asked, or a shortfall is said', () => {
    fc.assert(
      fc.property(candidates, asked, (list, changes) => {
        const plan = planOf(goal(changes), list.map(toEnrolled), [])
        if (plan.targetKw === null) return
        if (plan.shortfallKw === 0)
          expect(plan.reachedProbability).toBeGreaterThanOrEqual(changes.probability - 1e-6)
        else expect(plan.reachedProbability).toBeLessThan(changes.probability + 1e-6)
      })
    )
  })
})

describe('the probability it says', () => {
  it.each([0, 0.03])('is that of drawing, with a common error of %d', share => {
    const random = seeded(11)
    const list = Array.from({ length: 60 }, (_, i) =>
      enrolled(`C${i}`, 100 + 400 * random(), {
        presentKw: 1000 + 1000 * random(),
        pastRatios: Array.from({ length: 6 }, () => 0.6 + 0.5 * random())
      })
    )
    const targetKw = 6000
    const plan = planOf(goal({ targetKw, commonError: { share, days: 30 } }), list, [])
    const called = plan.candidates.filter(candidate => candidate.proposed)
    const normal = normals(random)
    const ratios = new Map(list.map(({ enrolment, pastRatios }) => [enrolment.customerId, pastRatios]))
    const habits = called.map(({ customerId }) => habitOf(ratios.get(customerId) ?? [], programmeHabit([])))
    const draws = 40_000
    let reached = 0
    for (let draw = 0; draw < draws; draw++) {
      // One error of all baselines together; each one's own delivery within what it can give.
      const common = share * normal()
      let sum = 0
      called.forEach(({ availableKw, presentKw }, i) => {
        const { mean, sd } = habits[i] ?? { mean: 0, sd: 0 }
        const own = Math.min(1.2, Math.max(0, mean + sd * normal()))
        sum += availableKw * own + common * (presentKw ?? 0)
      })
      if (sum >= targetKw) reached++
    }
    const said = plan.reachedProbability ?? Number.NaN
    const error = Math.sqrt((said * (1 - said)) / draws)
    // Of the draws four deviations; and half a percent, as a sum of some twenty clipped ones is not quite normal.
    expect(Math.abs(reached / draws - said)).toBeLessThan(4 * error + 0.005)
  })
})

const shown = (kw: number | undefined) => `${Math.round((kw ?? 0) * 10) / 10} kW`
function minimum(minimumLoadKw: number): Partial<Enrolled> {
  const contract = { ...plainContract, minimumLoadKw }
  return { enrolment: { customerId: 'A', meteringPointId: 'MP-A', committedKw: 100, contract } }
}
