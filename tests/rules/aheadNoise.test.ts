import fc from 'fast-check'
import { expect, it } from 'vitest'
import { defaultLimits } from '../../server/rules/limits.ts'
import { issue, nodes, peak } from './aheadScenes.ts'
import { runner } from './snapshots.ts'

const STEP_S = 1800
/** Three days, so that the peak of the fourth stays ahead. */
const day = '2026-05-24'
const ahead = { day, at: `${day}T07:30:00.000Z` }

/** What one warning goes through while issues say these probabilities. */
function course(probabilities: readonly number[]) {
  const { cycle } = runner()
  let stands = false
  const turns: string[] = []
  const priorities: number[] = []
  for (const [i, probability] of probabilities.entries()) {
    const changed = cycle(i * STEP_S, {
      nodes,
      forecasts: [issue('F', i * STEP_S, peak(probability, ahead))]
    })
    for (const { clearedAt, facts, priority } of changed) {
      const isOpen = clearedAt === null
      if (isOpen !== stands) turns.push(isOpen ? 'raised' : 'cleared')
      if (!isOpen) expect(facts.withdrawn).toBe(1)
      stands = isOpen
      if (isOpen && priorities.at(-1) !== priority) priorities.push(priority)
    }
  }
  return { turns, stands, priorities }
}

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const issues = (min: number, max: number) => fc.array(share(min, max), { minLength: 2, maxLength: 60 })
const seed = 20_260_520

it('noise on the raising threshold makes no noise: raised once at most, never withdrawn', () => {
  const { aheadClear } = defaultLimits
  fc.assert(
    fc.property(issues(aheadClear, 0.45), noise => {
      expect(course(noise).turns.length).toBeLessThanOrEqual(1)
    }),
    { seed }
  )
})

it('noise on the clearing threshold alone raises nothing', () => {
  fc.assert(
    fc.property(issues(0, 0.2999), noise => {
      expect(course(noise).turns).toEqual([])
    }),
    { seed }
  )
})

it('noise on the threshold of what is likely changes the priority once at most', () => {
  fc.assert(
    fc.property(issues(0.45, 0.75), noise => {
      expect(course(noise).priorities.length).toBeLessThanOrEqual(2)
    }),
    { seed }
  )
})

it('whatever the issues say: it stands after one that says yes, and is withdrawn after two that say no', () => {
  fc.assert(
    fc.property(issues(0, 1), said => {
      const { stands } = course(said)
      const [last = 0, before = 0] = said.toReversed()
      if (last >= defaultLimits.aheadRaise) expect(stands).toBe(true)
      if (last < defaultLimits.aheadClear && before < defaultLimits.aheadClear) expect(stands).toBe(false)
    }),
    { seed, numRuns: 300 }
  )
})

it('monotone: where every issue says more, a warning that stood with less stands too, and is no less grave', () => {
  const pairs = fc.array(fc.tuple(share(0, 1), share(0, 0.5)), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(pairs, list => {
      const less = course(list.map(([base]) => base))
      const more = course(list.map(([base, extra]) => Math.min(1, base + extra)))
      if (!less.stands) return
      expect(more.stands).toBe(true)
      expect(more.priorities.at(-1)).toBeLessThanOrEqual(less.priorities.at(-1) ?? 3)
    }),
    { seed, numRuns: 300 }
  )
})

it('the higher the load above its capacity, the more of those below are needed', () => {
  const enrolled = [300, 500, 200, 400].map((committedKw, i) => ({
    ...{ customerId: `C${i}`, name: `Plant ${i}`, meteringPointId: `P${(i % 3) + 1}`, committedKw }
  }))
  fc.assert(
    fc.property(share(10_000, 11_400), share(0, 600), (p90Kw, extra) => {
      const needed = (kw: number) => {
        const forecasts = [issue('F', 0, peak(0.5, { p90Kw: kw }))]
        return runner().cycle(0, { nodes, enrolled, forecasts })[0]?.facts.needed ?? Number.POSITIVE_INFINITY
      }
      expect(needed(p90Kw + extra)).toBeGreaterThanOrEqual(needed(p90Kw))
    }),
    { seed }
  )
})
