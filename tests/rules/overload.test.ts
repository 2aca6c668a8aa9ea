import { describe, expect, it } from 'vitest'
import type { RuleNode } from '../../server/rules/snapshot.ts'
import { happened, ruleNode, runner } from './snapshots.ts'

const feeder = (loadKw: number | null, reported = 4) =>
  ruleNode({ id: 'F', loadKw, capacityKw: 1000, reported, expected: 4 })
const transformer = (loadKw: number | null, loadKva: number | null, reported = 4) =>
  ruleNode({ id: 'T', kind: 'transformer', loadKw, ratingKva: 400, reported, expected: 4 }, { loadKva })

const cases: Record<string, [atS: number, node: RuleNode, out: string[]][]> = {
  'a feeder above its capacity for 300 s': [
    [0, feeder(1001), []],
    [299, feeder(1001), []],
    [300, feeder(1001), ['raised F']]
  ],
  'a feeder at its capacity is not overloaded': [
    [0, feeder(1000), []],
    [900, feeder(1000), []]
  ],
  'power flowing backwards loads it as well': [
    [0, feeder(-1100), []],
    [300, feeder(-1100), ['raised F']]
  ],
  'clears below 0.95 held for 600 s, not in between': [
    [0, feeder(1100), []],
    [300, feeder(1100), ['raised F']],
    [400, feeder(960), ['told F']],
    [2000, feeder(960), []],
    [2010, feeder(949), ['told F']],
    [2609, feeder(949), []],
    [2610, feeder(949), ['cleared F']]
  ],
  'a partial or unknown sum never clears': [
    [0, feeder(1100, 3), []],
    [300, feeder(1100, 3), ['raised F']],
    [400, feeder(100, 3), ['told F']],
    [5000, feeder(null, 0), ['told F']],
    [9000, feeder(100, 3), ['told F']]
  ],
  'a transformer by its kVA': [
    [0, transformer(390, 401), []],
    [300, transformer(390, 401), ['raised T']],
    [400, transformer(390, 370), ['told T']],
    [1000, transformer(390, 370), ['cleared T']]
  ],
  'a transformer by |kW| where kVA is not known': [
    [0, transformer(401, null), []],
    [300, transformer(401, null), ['raised T']]
  ],
  'a transformer whose kVA is known clears although its sum is partial': [
    [0, transformer(null, 401, 0), []],
    [300, transformer(null, 401, 0), ['raised T']],
    [400, transformer(null, 200, 0), ['told T']],
    [1000, transformer(null, 200, 0), ['cleared T']]
  ],
  'nobody knows, nothing happens': [
    [0, transformer(null, null, 0), []],
    [900, transformer(null, null, 0), []]
  ]
}

describe('overload', () => {
  it.each(Object.entries(cases))('%s', (_what, cycles) => {
    const { cycle } = runner()
    const seen = cycles.map(([atS, node]) => [atS, happened(cycle(atS, { nodes: [node] }), atS)])
    expect(seen).toEqual(cycles.map(([atS, , out]) => [atS, out]))
  })

  it.each([
    {
      node: transformer(390, 420),
      summary: 'Overload at T: 420 kVA of 400 kVA (105 %, limit 100 %)',
      facts: { loadKw: 390, loadKva: 420, ratingKva: 400, loading: 1.05, thresholdShare: 1 },
      priority: 2
    },
    {
      node: transformer(500, null, 3),
      summary: 'Overload at T: 500 kW (kVA not measured, 3 of 4 reported) of 400 kVA (125 %, limit 100 %)',
      facts: { loadKw: 500, loadKva: null, ratingKva: 400, loading: 1.25, thresholdShare: 1 },
      priority: 1
    },
    {
      node: feeder(1100),
      summary: 'Overload at F: 1,100 kW of 1,000 kW (110 %, limit 100 %)',
      facts: { loadKw: 1100, limitKw: 1000, loading: 1.1, thresholdShare: 1 },
      priority: 2
    }
  ])('says what was compared with what: $summary', ({ node, ...expected }) => {
    const { cycle } = runner()
    cycle(0, { nodes: [node] })
    expect(cycle(300, { nodes: [node] })).toMatchObject([{ kind: 'overload', flagged: [], ...expected }])
  })
})
