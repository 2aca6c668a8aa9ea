import { describe, expect, it } from 'vitest'
import type { TransformerState } from '../../server/contract/transformers.ts'
import { happened, ruleNode, runner } from './snapshots.ts'
import { transformer } from './transformers.ts'

type Verdict = TransformerState['oil']['verdict']
const since = '2026-05-17T00:00:00.000Z'
const nodes = [ruleNode({ id: 'T', kind: 'transformer' })]
const scene = (verdict: Verdict, rest: Partial<TransformerState> = {}) => {
  const reason = 'hotter at every load, most in the afternoon'
  const oil = { verdict, since, driftK: 8.26, advice: 'substation-cleaning' as const, reason }
  return { nodes, transformers: [transformer({ oil, ...rest })] }
}

const courses: Record<string, [atS: number, verdict: Verdict, out: string[]][]> = {
  'a healthy one, one that learns, one that is not measured: nothing': [
    [0, 'healthy', []],
    [1000, 'learning', []],
    [2000, 'not-measured', []]
  ],
  'a fault that lasted ten minutes': [
    [0, 'cooling-fault', []],
    [599, 'cooling-fault', []],
    [600, 'cooling-fault', ['raised T']]
  ],
  'clears when it was healthy for ten minutes': [
    [0, 'cooling-fault', []],
    [600, 'cooling-fault', ['raised T']],
    [700, 'healthy', []],
    [1300, 'healthy', ['cleared T']]
  ],
  'learning anew, or no longer measured, clears nothing': [
    [0, 'sensor-fault', []],
    [600, 'sensor-fault', ['raised T']],
    [700, 'learning', []],
    [5000, 'not-measured', []],
    [9000, 'not-measured', []]
  ],
  'another verdict is another finding': [
    [0, 'cooling-fault', []],
    [600, 'cooling-fault', ['raised T']],
    [700, 'sensor-fault', []],
    [1300, 'sensor-fault', ['cleared T', 'raised T']]
  ]
}

describe('drift of the oil temperature', () => {
  it.each(Object.entries(courses))('%s', (_what, course) => {
    const { cycle } = runner()
    const seen = course.map(([atS, verdict]) => [atS, happened(cycle(atS, scene(verdict)), atS).toSorted()])
    expect(seen).toEqual(course.map(([atS, , out]) => [atS, out]))
  })

  it.each([
    ['cooling-fault', 'transformer-cooling', 2, 'Cooling of transformer T'],
    ['sensor-fault', 'oil-sensor', 3, 'Oil temperature sensor of T']
  ] as const)(
    '%s says how far, since when, and which service is advised',
    (verdict, kind, priority, what) => {
      const { cycle } = runner()
      const measured = { measuredOilC: 78.5, computedTopOilC: 70 }
      cycle(0, scene(verdict, measured))
      expect(cycle(600, scene(verdict, measured))).toMatchObject([
        {
          ...{ kind, priority, nodeId: 'T', flagged: [] },
          summary:
            `${what}: 8.3 K off the computed oil temperature since ${since}; hotter at every load, most in the ` +
            'afternoon; cleaning the substation is advised',
          facts: { driftK: 8.26, sinceAt: Date.parse(since), measuredC: 78.5, computedC: 70, advice: 2 }
        }
      ])
    }
  )
})
