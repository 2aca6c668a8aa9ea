import { type EnrolmentContract, plainContract } from '../../../server/contract/enrolments.ts'
import type { Enrolled } from '../../../server/curtailment/plan/candidate.ts'
import { type PlanGoal, planOf } from '../../../server/curtailment/plan/selection.ts'
import { middleMs, type Part, type Row, seeded } from './part.ts'

const CUSTOMERS = 11_000
const ROUNDS = 5
const LIMIT_MS = 1000

/** Loads over two decades, 5 to 45 % of them committed, none to eight measured events, one in twelve not to be called. */
function fleet(): Enrolled[] {
  const random = seeded(5)
  return Array.from({ length: CUSTOMERS }, (_, i) => {
    const presentKw = Math.exp(4 + 4 * random())
    const habit = 0.5 + 0.6 * random()
    const contract: EnrolmentContract = { ...plainContract, minimumLoadKw: presentKw * 0.5 * random() }
    return {
      enrolment: {
        customerId: `C${i}`,
        meteringPointId: `MP${i}`,
        committedKw: presentKw * (0.05 + 0.4 * random()),
        contract
      },
      name: `Works ${i}`,
      presentKw,
      baselineKw: presentKw * (0.8 + 0.4 * random()),
      pastRatios: Array.from({ length: Math.floor(9 * random()) }, () => habit + 0.3 * (random() - 0.5)),
      eventsThisSeason: Math.floor(5 * random()),
      hoursThisSeason: 10 * random(),
      obstacle: random() < 1 / 12 ? { reason: 'rest-days', text: 'it rests' } : null
    }
  })
}

/** What is asked: a share of all that is expected together, with a probability, under an error shared by all sites. */
const asked = [
  { share: 0.3, probability: 0.9, common: 0.03 },
  { share: 0.5, probability: 0.99, common: 0.03 },
  // Near the most that can be had with this probability: the hardest to prove.
  { share: 0.75, probability: 0.9, common: 0.03 },
  { share: 1.5, probability: 0.9, common: 0.03 },
  { share: null, probability: 0.9, common: 0.03 }
]

/** Who to call of 11,000: predictions, the choice, its proof, the explanations. */
export const plan: Part = {
  name: 'plan',
  async run() {
    const candidates = fleet()
    const ratios = candidates.flatMap(({ pastRatios }) => pastRatios)
    const goal = (targetKw: number | null, probability: number, share: number): PlanGoal => ({
      start: Date.parse('2026-06-02T06:00Z'),
      end: Date.parse('2026-06-02T08:00Z'),
      ...{ programmeId: 'P1', targetKw, probability, commonError: { share, days: 40 } }
    })
    const allKw = planOf(goal(null, 0.9, 0.03), candidates, ratios).expectedKw
    const rows: Row[] = []
    for (const { share, probability, common } of asked) {
      const wanted = goal(share === null ? null : share * allKw, probability, common)
      const found = planOf(wanted, candidates, ratios)
      const called = found.candidates.filter(({ proposed }) => proposed).length
      const bound = found.isExact ? 'the smallest, proven' : `at most ${found.atMostTooMany} too many, proven`
      const short =
        found.shortfallKw > 0
          ? `${Math.round(found.shortfallKw / 1000)} MW missing`
          : `${called} called, ${bound}`
      rows.push({
        what:
          share === null
            ? `${CUSTOMERS} candidates, no target`
            : `${CUSTOMERS} candidates, ${100 * share} % of what is expected with ${100 * probability} %`,
        value: await middleMs(ROUNDS, () => planOf(wanted, candidates, ratios)),
        unit: 'ms',
        limit: LIMIT_MS,
        note: share === null ? `${called} called` : short
      })
    }
    return rows
  }
}
