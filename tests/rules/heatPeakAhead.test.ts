import { describe, expect, it } from 'vitest'
import { memoryFrom, withAcknowledgement } from '../../server/rules/memory.ts'
import { enrolled, HOUR_S, issue, nodes, peak, TODAY, TOMORROW } from './aheadScenes.ts'
import { happened, ruleNode, runner, type Scene, t0 } from './snapshots.ts'

/** Probabilities of issues that come every half hour, and what happens at each. */
const courses: Record<string, [probability: number | null, out: string[]][]> = {
  'what is hardly possible warns of nothing': [
    [0, []],
    [0.29, []]
  ],
  'is raised at exactly the threshold, by one issue': [[0.3, ['raised F']]],
  'an unknown probability raises nothing': [[null, []]],
  'between raising and clearing it stands': [
    [0.3, ['raised F']],
    [0.16, ['told F']],
    [0.15, ['told F']],
    [0.29, ['told F']],
    [0.15, ['told F']]
  ],
  'one low issue does not withdraw it, two in a row do': [
    [0.62, ['raised F']],
    [0.1, ['told F']],
    [0.2, ['told F']],
    [0.1, ['told F']],
    [0.08, ['cleared F']],
    [0.08, []]
  ],
  'what comes back is the same warning': [
    [0.62, ['raised F']],
    [0.1, ['told F']],
    [0.08, ['cleared F']],
    [0.29, []],
    [0.4, ['told F']],
    [0.1, ['told F']],
    [0.05, ['cleared F']]
  ],
  'a capacity that is not known any more ends it, one that is known again raises it': [
    [0.62, ['raised F']],
    [null, ['cleared F']],
    [0.62, ['told F']]
  ]
}

const at = (i: number) => i * HOUR_S * 0.5
const ofFeeder = (atS: number, probability: number | null, rest = {}): Scene => ({
  nodes,
  enrolled,
  forecasts: [issue('F', atS, peak(probability, rest))]
})

describe('a peak ahead', () => {
  it.each(Object.entries(courses))('%s', (_what, course) => {
    const { cycle } = runner()
    const seen = course.map(([probability], i) => happened(cycle(at(i), ofFeeder(at(i), probability)), at(i)))
    expect(seen).toEqual(course.map(([, out]) => out))
  })

  it('is judged once an issue: the same one again and again withdraws nothing', () => {
    const { cycle } = runner()
    cycle(0, ofFeeder(0, 0.62))
    const low = ofFeeder(1800, 0.05)
    expect(happened(cycle(1800, low), 1800)).toEqual(['told F'])
    for (let s = 1801; s < 1830; s += 1) expect(cycle(s, low)).toEqual([])
    expect(cycle(1830, structuredClone(low))).toEqual([])
  })

  it('says when, how high, how likely, how hot, and who could cover it', () => {
    const { cycle } = runner()
    const [finding] = cycle(0, ofFeeder(0, 0.62))
    expect(finding).toMatchObject({
      kind: 'heat-peak-ahead',
      nodeId: 'F',
      priority: 2,
      clearedAt: null,
      facts: {
        ...{ day: 20260521, peakAt: Date.parse('2026-05-21T07:30:00Z'), capacityKw: 10_000 },
        ...{ peakKw: 10_250, p10Kw: 9600, p90Kw: 10_900, probability: 0.62, highestProbability: 0.62 },
        ...{ maxTemperatureC: 38.9, maxHeatIndexC: 47.2, isHot: 1, issuedAt: t0, isStale: 0, withdrawn: 0 },
        // 900 kW above capacity: 600 + 400 cover it, the third is not needed
        ...{ excessKw: 900, coverKw: 1200, needed: 2 }
      }
    })
    expect(finding?.flagged.map(({ customerId }) => customerId)).toEqual(['C-P2', 'C-P1', 'C-P3'])
    expect(finding?.summary).toBe(
      'Heat peak ahead at F on 2026-05-21: 10,250 kW (9,600 kW to 10,900 kW) of 10,000 kW from ' +
        '2026-05-21T07:30:00.000Z, 62 % likely to pass it; maximum 38.9 °C, felt as 47.2 °C; 2 of 3 enrolled ' +
        'consumers below cover 900 kW; forecast of 2026-05-20T06:00:00.000Z'
    )
  })

  it.each([
    {
      what: 'all of them are not enough',
      p90Kw: 12_000,
      facts: { needed: null, coverKw: 1200, excessKw: 2000 }
    },
    { what: 'the last kW counts', p90Kw: 10_600, facts: { needed: 1, excessKw: 600 } },
    { what: 'one kW more needs one more', p90Kw: 10_601, facts: { needed: 2 } },
    { what: 'nothing to cover', p90Kw: 9900, facts: { needed: 0, excessKw: 0 } }
  ])('cover: $what', ({ p90Kw, facts }) => {
    expect(runner().cycle(0, ofFeeder(0, 0.4, { p90Kw }))).toMatchObject([{ facts }])
  })

  const soon = { at: '2026-05-21T05:30:00.000Z' }
  it.each([
    { what: 'likely and within a day', probability: 0.6, rest: soon, priority: 1 },
    { what: 'likely, later', probability: 0.9, rest: {}, priority: 2 },
    { what: 'possible, within a day', probability: 0.59, rest: soon, priority: 2 },
    { what: 'possible, later', probability: 0.3, rest: {}, priority: 3 },
    {
      what: 'without heat one less',
      probability: 0.6,
      rest: { ...soon, maxTemperatureC: 34.9 },
      priority: 2
    },
    {
      what: 'at the threshold of heat',
      probability: 0.6,
      rest: { ...soon, maxTemperatureC: 35 },
      priority: 1
    },
    { what: 'heat unknown: as without', probability: 0.9, rest: { maxTemperatureC: null }, priority: 3 }
  ])('priority $priority: $what', ({ probability, rest, priority }) => {
    expect(runner().cycle(0, ofFeeder(0, probability, rest))).toMatchObject([{ priority }])
  })

  it('says in its words whether it is heat, and keeps to them within a kelvin', () => {
    const { cycle } = runner()
    const summaries = [35.2, 34.4, 33.8, 34.6].map((maxTemperatureC, i) =>
      cycle(at(i), ofFeeder(at(i), 0.5, { maxTemperatureC }))[0]?.summary.slice(0, 10)
    )
    expect(summaries).toEqual(['Heat peak ', 'Heat peak ', 'Overload a', 'Overload a'])
  })
})

describe('withdrawn, not forgotten', () => {
  it('says what has changed since it was gravest, and has to be acknowledged anew', () => {
    const { cycle, memory } = runner()
    cycle(0, ofFeeder(0, 0.4, { maxTemperatureC: 37 }))
    const [gravest] = cycle(1800, ofFeeder(1800, 0.62))
    const acknowledged = { by: 'Lan', at: new Date(t0).toISOString(), note: '' }
    if (gravest === undefined) throw new Error('nothing was told')
    const goOn = runner({ standing: withAcknowledgement(memory(), { ...gravest, acknowledged }) })
    const turned = { maxTemperatureC: 34.2, p50Kw: 9100, p90Kw: 9900 }
    expect(goOn.cycle(3600, ofFeeder(3600, 0.1, turned))).toMatchObject([{ acknowledged }])
    const [withdrawn] = goOn.cycle(5400, ofFeeder(5400, 0.08, turned))
    expect(withdrawn).toMatchObject({
      id: gravest.id,
      acknowledged: null,
      clearedAt: new Date(t0 + 5_400_000).toISOString(),
      facts: { withdrawn: 1, turnedAt: t0 + 5_400_000, thenTemperatureC: 38.9, maxTemperatureC: 34.2 }
    })
    expect(withdrawn?.summary).toBe(
      'Withdrawn: the peak at F on 2026-05-21 is no longer expected; maximum 38.9 °C → 34.2 °C, peak 10,250 kW → ' +
        '9,100 kW, probability to pass the capacity 62 % → 8 %; forecast of 2026-05-20T07:30:00.000Z'
    )
  })

  it('comes back under its id, since when it was first raised, to be acknowledged', () => {
    const { cycle } = runner()
    const [first] = cycle(0, ofFeeder(0, 0.62))
    cycle(1800, ofFeeder(1800, 0.1))
    cycle(3600, ofFeeder(3600, 0.1))
    const again = cycle(5400, ofFeeder(5400, 0.31))
    expect(again).toMatchObject([
      {
        ...{ id: first?.id, raisedAt: first?.raisedAt, clearedAt: null, acknowledged: null },
        facts: { withdrawn: 0, turnedAt: t0 + 5_400_000, highestProbability: 0.31 }
      }
    ])
  })
})

describe('handed over', () => {
  const today = (atS: number, probability: number, atHour = '07:30') =>
    ofFeeder(atS, probability, { day: TODAY, at: `2026-05-20T${atHour}:00.000Z` })

  it('when the real heat peak stands, for good', () => {
    const { cycle } = runner()
    cycle(0, today(0, 0.9))
    const hot = nodes.map(node =>
      node.load.id === 'F'
        ? ruleNode({ id: 'F', parent: 'S', capacityKw: 10_000, loadKw: 9500 }, { maxTemperatureC: 38 })
        : node
    )
    cycle(60, { ...today(0, 0.9), nodes: hot })
    const changed = cycle(360, { ...today(0, 0.9), nodes: hot })
    expect(changed.map(({ kind, clearedAt }) => [kind, clearedAt === null])).toEqual([
      ['heat-peak', true],
      ['heat-peak-ahead', false]
    ])
    expect(changed[1]).toMatchObject({ facts: { withdrawn: 0 } })
    expect(changed[1]?.summary).toContain('ended: the load is there')
    expect(cycle(1800, { ...today(1800, 0.9), nodes: hot }).map(({ kind }) => kind)).not.toContain(
      'heat-peak-ahead'
    )
  })

  it('when its time came and the rest of the day is low: that is no withdrawal', () => {
    const { cycle } = runner()
    cycle(0, today(0, 0.9))
    const after = 2.5 * HOUR_S
    expect(happened(cycle(after, today(after, 0.01, '13:00')), after)).toEqual(['told F'])
    const later = after + 1800
    const [ended] = cycle(later, today(later, 0.01, '13:00'))
    expect(ended).toMatchObject({ facts: { withdrawn: 0 } })
    expect(ended?.clearedAt).not.toBeNull()
    expect(ended?.summary).toContain('ended: its time has passed')
    const evening = later + 1800
    expect(cycle(evening, today(evening, 0.9, '13:00'))).toEqual([])
  })

  it('when the day has passed, also without any new issue', () => {
    const { cycle } = runner()
    const scene = today(0, 0.9)
    cycle(0, scene)
    expect(happened(cycle(10, { ...scene, today: TOMORROW }), 10)).toEqual(['cleared F'])
    expect(cycle(11, { ...scene, today: TOMORROW })).toEqual([])
  })

  it('a peak that lies behind raises nothing', () => {
    expect(runner().cycle(0, today(0, 0.9, '05:30'))).toEqual([])
    expect(happened(runner().cycle(0, today(0, 0.9, '05:31')), 0)).toEqual(['raised F'])
  })
})

describe('old forecasts', () => {
  it('neither raise nor clear, and the warning says that its forecast is old', () => {
    const old = 3 * HOUR_S + 1
    expect(runner().cycle(old, ofFeeder(0, 0.9))).toEqual([])
    const { cycle } = runner()
    cycle(0, ofFeeder(0, 0.9))
    expect(cycle(3 * HOUR_S, ofFeeder(0, 0.9))).toEqual([])
    const [told] = cycle(old, ofFeeder(0, 0.9))
    expect(told).toMatchObject({ clearedAt: null, facts: { isStale: 1, issuedAt: t0 } })
    expect(told?.summary).toMatch(/this forecast is old, no newer one came$/)
    expect(cycle(old + 1, ofFeeder(0, 0.9))).toEqual([])
    expect(cycle(old + 2, { nodes, enrolled })).toEqual([])
    const [fresh] = cycle(old + 60, ofFeeder(old + 60, 0.5))
    expect(fresh).toMatchObject({ facts: { isStale: 0, probability: 0.5 } })
    expect(fresh?.summary).not.toContain('old')
  })

  it('a day the newest issue does not reach stands', () => {
    const { cycle } = runner()
    cycle(0, ofFeeder(0, 0.9))
    expect(cycle(1800, { nodes, enrolled, forecasts: [issue('F', 1800)] })).toEqual([])
  })
})

describe('only what matters', () => {
  const both = (atS: number, above: number, below: number): Scene => ({
    nodes,
    enrolled,
    // children first: the order in which they come does not matter
    forecasts: [issue('F', atS, peak(below)), issue('S', atS, peak(above))]
  })

  it.each([
    { above: 0.3, below: 0.49, out: ['raised S'] },
    { above: 0.3, below: 0.5, out: ['raised S', 'raised F'] },
    { above: 0.29, below: 0.3, out: ['raised F'] }
  ])('above $above, below $below: $out', ({ above, below, out }) => {
    expect(happened(runner().cycle(0, both(0, above, below)), 0)).toEqual(out)
  })

  it('what stands below stays when the warning above comes, and comes when that goes', () => {
    const { cycle } = runner()
    cycle(0, both(0, 0.2, 0.35))
    expect(happened(cycle(1800, both(1800, 0.4, 0.35)), 1800)).toEqual(['raised S', 'told F'])
    const other = runner()
    other.cycle(0, both(0, 0.4, 0.35))
    other.cycle(1800, both(1800, 0.1, 0.35))
    expect(happened(other.cycle(3600, both(3600, 0.1, 0.35)), 3600)).toEqual(['cleared S', 'raised F'])
  })

  it('metering points, nodes without capacity and unknown nodes are left alone', () => {
    const bare = { ...issue('F', 0, peak(0.9)), capacityKw: null }
    const forecasts = [issue('P1', 0, peak(0.9)), bare, issue('X', 0, peak(0.9))]
    expect(runner().cycle(0, { nodes, enrolled, forecasts })).toEqual([])
  })

  it('each day is a warning of its own, with an id of its own', () => {
    const days = [TOMORROW, '2026-05-22', '2026-05-23'].map(day =>
      peak(0.9, { day, at: `${day}T07:30:00.000Z` })
    )
    const raised = runner().cycle(0, { nodes, enrolled, forecasts: [issue('F', 0, ...days)] })
    expect(new Set(raised.map(({ id }) => id)).size).toBe(3)
    expect(raised.map(({ facts }) => facts.day)).toEqual([20260521, 20260522, 20260523])
  })
})

describe('over a restart, and changes of the register', () => {
  const raise = () => {
    const [finding] = runner().cycle(0, ofFeeder(0, 0.62))
    if (finding === undefined) throw new Error('nothing was raised')
    return finding
  }

  it('goes on without doubling: the same issue, then the next', () => {
    const finding = raise()
    const { cycle } = runner({ standing: memoryFrom([finding], t0 + 60_000) })
    expect(cycle(60, { nodes })).toEqual([])
    expect(cycle(61, ofFeeder(0, 0.62))).toEqual([])
    const [told] = cycle(1800, ofFeeder(1800, 0.7))
    expect(told).toMatchObject({ id: finding.id, raisedAt: finding.raisedAt, facts: { probability: 0.7 } })
    cycle(3600, ofFeeder(3600, 0.1))
    expect(cycle(5400, ofFeeder(5400, 0.1))).toMatchObject([
      { id: finding.id, facts: { withdrawn: 1, highestProbability: 0.7 } }
    ])
  })

  it('an issue from before the one it was told by, as a start may bring, counts for nothing', () => {
    const { cycle } = runner({ standing: memoryFrom([raise()], t0 + 60_000) })
    expect(cycle(60, ofFeeder(-1800, 0.01))).toEqual([])
    expect(cycle(61, ofFeeder(-900, 0.01))).toEqual([])
  })

  it('what was likely stays so within its margin', () => {
    const { cycle } = runner({ standing: memoryFrom([raise()], t0 + 60_000) })
    expect(cycle(1800, ofFeeder(1800, 0.5))).toMatchObject([{ priority: 2 }])
    expect(cycle(3600, ofFeeder(3600, 0.44, { at: '2026-05-21T12:30:00.000Z' }))).toMatchObject([
      { priority: 3 }
    ])
  })

  it('what was withdrawn stays so, also when nobody remembers it, and comes back under the same id', () => {
    const finding = raise()
    const withdrawn = {
      ...finding,
      clearedAt: new Date(t0).toISOString(),
      facts: { ...finding.facts, withdrawn: 1 }
    }
    for (const known of [[withdrawn], []]) {
      const { cycle } = runner({ standing: memoryFrom(known, t0) })
      expect(cycle(60, ofFeeder(60, 0.2))).toEqual([])
      expect(cycle(1800, ofFeeder(1800, 0.4))).toMatchObject([{ id: finding.id, clearedAt: null }])
    }
  })

  it('what was handed over does not come back', () => {
    const over = { ...raise(), clearedAt: new Date(t0).toISOString() }
    const { cycle } = runner({ standing: memoryFrom([over], t0) })
    expect(cycle(1800, ofFeeder(1800, 0.9))).toEqual([])
  })

  it('a node that is renamed is called so, one that is gone clears', () => {
    const { cycle } = runner()
    cycle(0, ofFeeder(0, 0.62))
    const renamed = nodes.map(node =>
      node.load.id === 'F' ? { ...node, load: { ...node.load, name: 'Lộ 471' } } : node
    )
    const [told] = cycle(10, { ...ofFeeder(0, 0.62), nodes: renamed })
    expect(told).toMatchObject({ nodeName: 'Lộ 471' })
    expect(told?.summary).toContain('at Lộ 471')
    const gone = cycle(20, { ...ofFeeder(0, 0.62), nodes: nodes.slice(0, 1) })
    expect(gone).toMatchObject([{ nodeId: 'F', facts: { withdrawn: 0 } }])
    expect(gone[0]?.clearedAt).not.toBeNull()
  })

  it('who enrols is told at once', () => {
    const { cycle } = runner()
    cycle(0, { ...ofFeeder(0, 0.62), enrolled: enrolled.slice(0, 1) })
    const [told] = cycle(1, ofFeeder(0, 0.62))
    expect(told?.flagged.map(({ customerId }) => customerId)).toEqual(['C-P2', 'C-P1', 'C-P3'])
    expect(told?.facts.needed).toBe(2)
  })

  it('does not change the memory it was given', () => {
    const { cycle, memory } = runner()
    cycle(0, ofFeeder(0, 0.62))
    const before = memory().ahead
    const copy = structuredClone(before.days)
    cycle(1800, ofFeeder(1800, 0.1))
    cycle(3600, ofFeeder(3600, 0.1))
    expect(before.days).toEqual(copy)
  })
})
