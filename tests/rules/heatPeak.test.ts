import { describe, expect, it } from 'vitest'
import { memoryFrom, withAcknowledgement } from '../../server/rules/memory.ts'
import { happened, ruleNode, runner, t0 } from './snapshots.ts'

interface Cycle {
  atS: number
  kw?: number | null
  maxC?: number | null
  reported?: number
  out: string[]
}

/** A feeder of 1,000 kW on a day of 38 °C, unless a cycle says otherwise. */
const feeder = ({ kw = 950, maxC = 38, reported = 10 }: Partial<Cycle>) =>
  ruleNode({ id: 'F', loadKw: kw, capacityKw: 1000, reported, expected: 10 }, { maxTemperatureC: maxC })

const cases: Record<string, Cycle[]> = {
  'raises when the load held 300 s': [
    { atS: 0, out: [] },
    { atS: 299, out: [] },
    { atS: 300, out: ['raised F'] }
  ],
  'raises at exactly the threshold, of load and of heat': [
    { atS: 0, kw: 900, maxC: 35, out: [] },
    { atS: 300, kw: 900, maxC: 35, out: ['raised F'] }
  ],
  'heat without load raises nothing': [
    { atS: 0, kw: 500, maxC: 41, out: [] },
    { atS: 900, kw: 899, maxC: 41, out: [] }
  ],
  'load without heat raises nothing': [
    { atS: 0, kw: 1000, maxC: 34.9, out: [] },
    { atS: 900, kw: 1000, maxC: 34.9, out: [] }
  ],
  'unknown heat raises nothing': [
    { atS: 0, maxC: null, out: [] },
    { atS: 900, maxC: null, out: [] }
  ],
  'unknown load raises nothing': [
    { atS: 0, kw: null, reported: 0, out: [] },
    { atS: 900, kw: null, reported: 0, out: [] }
  ],
  'a dip starts the hold over': [
    { atS: 0, out: [] },
    { atS: 200, kw: 890, out: [] },
    { atS: 210, out: [] },
    { atS: 400, out: [] },
    { atS: 510, out: ['raised F'] }
  ],
  'an unknown load stops the hold and does not count': [
    { atS: 0, out: [] },
    { atS: 200, out: [] },
    { atS: 210, kw: null, reported: 0, out: [] },
    { atS: 1000, out: [] },
    { atS: 1099, out: [] },
    { atS: 1100, out: ['raised F'] }
  ],
  'a partial sum may raise': [
    { atS: 0, reported: 3, out: [] },
    { atS: 300, reported: 3, out: ['raised F'] }
  ],
  'noise on the threshold does not flap': [
    { atS: 0, out: [] },
    { atS: 300, out: ['raised F'] },
    ...[310, 320, 330].flatMap((atS, i) => [
      { atS, kw: i % 2 === 0 ? 899 : 901, out: i === 2 ? ['told F'] : [] }
    ]),
    { atS: 2000, kw: 851, out: ['told F'] },
    { atS: 4000, kw: 851, out: [] }
  ],
  'clears when the load stayed low for 600 s': [
    { atS: 0, out: [] },
    { atS: 300, out: ['raised F'] },
    { atS: 301, kw: 849, out: [] },
    { atS: 900, kw: 849, out: ['told F'] },
    { atS: 901, kw: 849, out: ['cleared F'] },
    { atS: 902, kw: 849, out: [] }
  ],
  'a return of the load starts the clearing over': [
    { atS: 0, out: [] },
    { atS: 300, out: ['raised F'] },
    { atS: 301, kw: 849, out: [] },
    { atS: 500, kw: 860, out: ['told F'] },
    { atS: 510, kw: 849, out: [] },
    { atS: 1109, kw: 849, out: ['told F'] },
    { atS: 1110, kw: 849, out: ['cleared F'] }
  ],
  'a partial sum never clears': [
    { atS: 0, out: [] },
    { atS: 300, out: ['raised F'] },
    { atS: 400, kw: 100, reported: 9, out: ['told F'] },
    { atS: 4000, kw: 100, reported: 9, out: [] },
    { atS: 4010, kw: 100, out: ['told F'] },
    { atS: 4610, kw: 100, out: ['cleared F'] }
  ],
  'an unknown load never clears, and is shown': [
    { atS: 0, out: [] },
    { atS: 300, out: ['raised F'] },
    { atS: 400, kw: null, reported: 0, out: ['told F'] },
    { atS: 9000, kw: null, reported: 0, out: [] }
  ],
  'a peak at 22:00 counts: the day’s maximum stays': [
    { atS: 9 * 3600, kw: 950, maxC: 37.2, out: [] },
    { atS: 9 * 3600 + 300, kw: 950, maxC: 37.2, out: ['raised F'] }
  ],
  'the turn of the day clears it when the new day is not hot': [
    { atS: 0, out: [] },
    { atS: 300, out: ['raised F'] },
    { atS: 400, maxC: null, out: ['told F'] },
    { atS: 2000, maxC: null, out: [] },
    { atS: 2100, maxC: 29, out: ['told F'] },
    { atS: 2700, maxC: 29, out: ['cleared F'] }
  ],
  'the turn of the day leaves it when the forecast is hot again': [
    { atS: 0, out: [] },
    { atS: 300, out: ['raised F'] },
    { atS: 5000, maxC: 38, out: [] },
    { atS: 9000, maxC: 38, out: [] }
  ],
  'a higher grade is told at once, a lower one with the next numbers': [
    { atS: 0, maxC: 36, out: [] },
    { atS: 300, maxC: 36, out: ['raised F'] },
    { atS: 301, maxC: 37, out: ['told F'] },
    { atS: 302, maxC: 39.1, out: ['told F'] },
    { atS: 303, maxC: 38.9, out: [] },
    { atS: 332, maxC: 38.9, out: ['told F'] }
  ],
  'numbers are told at most every 30 s, and only when a person would see the difference': [
    { atS: 0, out: [] },
    { atS: 300, kw: 950, out: ['raised F'] },
    { atS: 329, kw: 990, out: [] },
    { atS: 330, kw: 990, out: ['told F'] },
    { atS: 400, kw: 990.3, out: [] }
  ]
}

describe('heat peak', () => {
  it.each(Object.entries(cases))('%s', (_what, cycles) => {
    const { cycle } = runner()
    const seen = cycles.map(each => ({
      atS: each.atS,
      out: happened(cycle(each.atS, { nodes: [feeder(each)] }), each.atS)
    }))
    expect(seen).toEqual(cycles.map(({ atS, out }) => ({ atS, out })))
  })

  it.each([
    { maxC: 35, grade: 35, priority: 3 },
    { maxC: 36.9, grade: 35, priority: 3 },
    { maxC: 37, grade: 37, priority: 2 },
    { maxC: 39, grade: 39, priority: 1 },
    { maxC: 44, grade: 39, priority: 1 }
  ])('a day of $maxC °C has grade $grade and priority $priority', ({ maxC, grade, priority }) => {
    const { cycle } = runner()
    cycle(0, { nodes: [feeder({ maxC })] })
    const [finding] = cycle(300, { nodes: [feeder({ maxC })] })
    expect(finding).toMatchObject({ kind: 'heat-peak', priority, facts: { grade, thresholdC: grade } })
  })

  it('says why in words and numbers', () => {
    const { cycle } = runner()
    const hot = { ...feeder({ kw: 950, reported: 9 }), maxTemperatureIsForecast: true }
    cycle(0, { nodes: [hot] })
    const [finding] = cycle(300, { nodes: [hot] })
    expect(finding?.summary).toBe(
      'Heat peak at F: 950 kW of 1,000 kW (95 %, limit 90 %, 9 of 10 reported); ' +
        "today's maximum 38.0 °C forecast, threshold 37 °C; 0 enrolled consumers below"
    )
    expect(finding?.facts).toEqual({
      loadKw: 950,
      capacityKw: 1000,
      share: 0.95,
      thresholdShare: 0.9,
      maxTemperatureC: 38,
      thresholdC: 37,
      grade: 37,
      temperatureIsForecast: 1,
      reported: 9,
      expected: 10
    })
  })

  it('leaves metering points and nodes without capacity alone', () => {
    const { cycle } = runner()
    const nodes = [
      ruleNode({ id: 'M', kind: 'meteringPoint', loadKw: 9, capacityKw: 9 }, { maxTemperatureC: 40 }),
      ruleNode({ id: 'F', loadKw: 9 }, { maxTemperatureC: 40 })
    ]
    cycle(0, { nodes })
    expect(cycle(900, { nodes })).toEqual([])
  })
})

describe('the consumers it flags', () => {
  const nodes = (presentKw: number | null) => [
    ruleNode({ id: 'S' }),
    ruleNode({ id: 'F', parent: 'S', loadKw: 950, capacityKw: 1000 }, { maxTemperatureC: 38 }),
    ruleNode({ id: 'T', kind: 'transformer', parent: 'F' }),
    ruleNode({ id: 'P1', kind: 'meteringPoint', parent: 'F', loadKw: presentKw }),
    ruleNode({ id: 'P2', kind: 'meteringPoint', parent: 'T', loadKw: 300 }),
    ruleNode({ id: 'P3', kind: 'meteringPoint', parent: 'S', loadKw: 300 })
  ]
  const enrolled = ['P1', 'P2', 'P3', 'P9'].map((meteringPointId, i) => ({
    customerId: `C${i + 1}`,
    name: `Plant ${i + 1}`,
    meteringPointId,
    committedKw: 100 * (i + 1)
  }))

  it('are the enrolled ones below the node, the largest commitment first, unknown load as unknown', () => {
    const { cycle } = runner()
    cycle(0, { nodes: nodes(null), enrolled })
    const [finding] = cycle(300, { nodes: nodes(null), enrolled })
    expect(finding?.flagged).toEqual([
      { customerId: 'C2', name: 'Plant 2', meteringPointId: 'P2', presentKw: 300, committedKw: 200 },
      { customerId: 'C1', name: 'Plant 1', meteringPointId: 'P1', presentKw: null, committedKw: 100 }
    ])
  })

  it('are told at once when one joins, and their loads with the next numbers, under the same id', () => {
    const { cycle } = runner()
    cycle(0, { nodes: nodes(10), enrolled: enrolled.slice(0, 1) })
    const [raised] = cycle(300, { nodes: nodes(10), enrolled: enrolled.slice(0, 1) })
    const [joined] = cycle(301, { nodes: nodes(10), enrolled })
    expect(joined?.flagged.map(({ customerId }) => customerId)).toEqual(['C2', 'C1'])
    expect(cycle(302, { nodes: nodes(50), enrolled })).toEqual([])
    const [told] = cycle(331, { nodes: nodes(50), enrolled })
    expect(told?.flagged[1]?.presentKw).toBe(50)
    expect([joined?.id, told?.id, told?.raisedAt]).toEqual([raised?.id, raised?.id, raised?.raisedAt])
  })
})

describe('over a restart', () => {
  const raise = () => {
    const { cycle } = runner()
    cycle(0, { nodes: [feeder({})] })
    const [finding] = cycle(300, { nodes: [feeder({})] })
    if (finding === undefined) throw new Error('nothing was raised')
    return finding
  }

  it('a finding stands on under its id and clears as ever', () => {
    const finding = raise()
    const { cycle } = runner({ standing: memoryFrom([finding], t0 + 400_000) })
    expect(cycle(400, { nodes: [feeder({})] })).toEqual([])
    cycle(410, { nodes: [feeder({ kw: 100 })] })
    const cleared = cycle(1010, { nodes: [feeder({ kw: 100 })] })
    expect(cleared).toMatchObject([{ id: finding.id, raisedAt: finding.raisedAt }])
    expect(cleared[0]?.clearedAt).not.toBeNull()
  })

  it('one that was cleared does not come back', () => {
    const cleared = { ...raise(), clearedAt: new Date(t0).toISOString() }
    const { cycle } = runner({ standing: memoryFrom([cleared], t0) })
    expect(cycle(0, { nodes: [feeder({ kw: 100 })] })).toEqual([])
  })

  it('keeps its acknowledgement when it is told again', () => {
    const finding = raise()
    const acknowledged = { by: 'Lan', at: new Date(t0).toISOString(), note: '' }
    const memory = withAcknowledgement(memoryFrom([finding], t0), { ...finding, acknowledged })
    const { cycle } = runner({ standing: memory })
    expect(cycle(400, { nodes: [feeder({ kw: 990 })] })).toMatchObject([{ acknowledged }])
  })

  it('clears what no longer has a node or a limit; an empty grid decides nothing', () => {
    const finding = raise()
    const { cycle } = runner({ standing: memoryFrom([finding], t0) })
    expect(cycle(400, { nodes: [] })).toEqual([])
    expect(cycle(401, { nodes: [ruleNode({ id: 'F', loadKw: 950 })] })).toMatchObject([{ id: finding.id }])
  })
})

it('does not change the memory it was given', () => {
  const { cycle, memory } = runner()
  cycle(0, { nodes: [feeder({})] })
  const before = memory()
  const copy = structuredClone(before)
  cycle(300, { nodes: [feeder({})] })
  expect(before).toEqual(copy)
})
