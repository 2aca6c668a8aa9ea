import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TransformerState } from '../../server/contract/transformers.ts'
import { memoryFrom } from '../../server/rules/memory.ts'
import { happened, ruleNode, runner, t0 } from './snapshots.ts'
import { transformer } from './transformers.ts'

const nodes = [
  ruleNode({ id: 'F' }),
  ruleNode({ id: 'T', kind: 'transformer', parent: 'F' }),
  ruleNode({ id: 'P', kind: 'meteringPoint', parent: 'T', loadKw: 400 })
]
const enrolled = [{ customerId: 'C', name: 'Plant', meteringPointId: 'P', committedKw: 250 }]

const scene = (atS: number, rest: Partial<TransformerState>) => ({
  nodes,
  enrolled,
  transformers: [transformer({ at: new Date(t0 + atS * 1000).toISOString(), ...rest })]
})
const hot = (hotSpotC: number | null): Partial<TransformerState> => ({ hotSpotC })
const soon = (nextPeakHotSpotC: number | null): Partial<TransformerState> => ({ nextPeakHotSpotC })
const blind = { hotSpotC: null, topOilC: null, loadPu: null }

type Course = [atS: number, state: Partial<TransformerState>, out: string[]][]
const courses: Record<string, Course> = {
  'below its limits nothing is said, also just below': [
    [0, hot(119.9), []],
    [900, hot(120), []]
  ],
  'above one for 60 s': [
    [0, hot(120.1), []],
    [59, hot(120.1), []],
    [60, hot(120.1), ['raised T']]
  ],
  'by its oil': [
    [0, { topOilC: 106 }, []],
    [60, { topOilC: 106 }, ['raised T']]
  ],
  'by its load, whichever way power flows': [
    [0, { loadPu: -1.51 }, []],
    [60, { loadPu: -1.51 }, ['raised T']]
  ],
  'foretold: by its hot spot': [
    [0, soon(121), []],
    [60, soon(121), ['raised T']]
  ],
  'foretold: by the curtailment it needs, or where none is enough': [
    [0, { reliefKw: 10 }, []],
    [60, { reliefKw: null, reliefImpossible: 'the limit is passed without load' }, ['raised T']]
  ],
  'clears 3 K below held for 600 s, not in between': [
    [0, hot(125), []],
    [60, hot(125), ['raised T']],
    [100, hot(117.1), ['told T']],
    [5000, hot(117.1), []],
    [5100, hot(116.9), []],
    [5699, hot(116.9), []],
    [5700, hot(116.9), ['cleared T']]
  ],
  'by its load it clears 5 % below, not in between': [
    [0, { loadPu: 1.6 }, []],
    [60, { loadPu: 1.6 }, ['raised T']],
    [100, { loadPu: 1.43 }, ['told T']],
    [5000, { loadPu: 1.43 }, []],
    [5100, { loadPu: 1.42 }, ['told T']],
    [5700, { loadPu: 1.42 }, ['cleared T']]
  ],
  'what was foretold clears 3 K below as well': [
    [0, soon(125), []],
    [60, soon(125), ['raised T']],
    [100, soon(117.1), ['told T']],
    [900, soon(116), ['told T']],
    [1500, soon(116), ['cleared T']]
  ],
  'nobody knows: neither raised nor cleared': [
    [0, { ...blind, ...soon(null), reliefKw: null }, []],
    [900, hot(125), []],
    [960, hot(125), ['raised T']],
    [2000, { ...blind, ...soon(null), reliefKw: null }, ['told T']],
    [9000, { ...blind, ...soon(null), reliefKw: null }, []]
  ],
  'what was foretold does not clear while nothing is foretold': [
    [0, soon(125), []],
    [60, soon(125), ['raised T']],
    [2000, { ...soon(null), reliefKw: null }, ['told T']],
    [9000, { ...soon(null), reliefKw: null }, []]
  ],
  'temperatures of hours ago are not known': [
    [8000, { at: new Date(t0).toISOString(), ...hot(125) }, []],
    [9000, { at: new Date(t0).toISOString(), ...hot(125) }, []]
  ],
  'a graver limit is told at once': [
    [0, soon(125), []],
    [60, soon(125), ['raised T']],
    [61, hot(121), ['told T']],
    [62, hot(161), ['told T']]
  ]
}

describe('a transformer beyond its limits', () => {
  it.each(Object.entries(courses))('%s', (_what, course) => {
    const { cycle } = runner()
    const seen = course.map(([atS, state]) => [atS, happened(cycle(atS, scene(atS, state)), atS)])
    expect(seen).toEqual(course.map(([atS, , out]) => [atS, out]))
  })

  it.each([
    { what: 'normal cyclic foretold', state: soon(121), priority: 3, regime: 1, isForecast: 1 },
    { what: 'normal cyclic', state: hot(121), priority: 2, regime: 1, isForecast: 0 },
    { what: 'long foretold', state: soon(141), priority: 2, regime: 2, isForecast: 1 },
    { what: 'long', state: hot(141), priority: 2, regime: 2, isForecast: 0 },
    { what: 'short foretold', state: soon(161), priority: 1, regime: 3, isForecast: 1 },
    { what: 'short', state: hot(161), priority: 1, regime: 3, isForecast: 0 },
    {
      what: 'normal now, short foretold',
      state: { ...hot(121), ...soon(165) },
      priority: 1,
      regime: 3,
      isForecast: 1
    },
    { what: 'oil above 115 °C', state: { topOilC: 116 }, priority: 1, regime: 3, isForecast: 0 },
    { what: 'load above 1.8', state: { loadPu: 1.81 }, priority: 2, regime: 2, isForecast: 0 }
  ])('$what: priority $priority', ({ state, priority, regime, isForecast }) => {
    const { cycle } = runner()
    cycle(0, scene(0, state))
    expect(cycle(60, scene(60, state))).toMatchObject([
      { kind: 'transformer-limit', nodeId: 'T', priority, facts: { regime, isForecast } }
    ])
  })

  it('says how hot, how long it may last, how much less is needed when, and of whom', () => {
    const { cycle } = runner()
    const state = {
      ...{ hotSpotC: 126.4, topOilC: 98, loadPu: 1.32, nextPeakHotSpotC: 131, reliefKw: 212 },
      ...{ reliefFrom: '2026-05-20T06:30:00.000Z', reliefTo: '2026-05-20T09:00:00.000Z' }
    }
    const [, long, short] = transformer(state).limits
    const limits = [
      ...transformer(state).limits.slice(0, 1),
      ...(long && short ? [{ ...long, minutesLeft: 47.3 }, short] : [])
    ]
    cycle(0, scene(0, { ...state, limits }))
    const [finding] = cycle(60, scene(60, { ...state, limits }))
    expect(finding).toMatchObject({
      facts: {
        ...{ hotSpotC: 126.4, topOilC: 98, loadPu: 1.32, peakHotSpotC: 131, minutesLeft: 47.3 },
        ...{ hotSpotLimitC: 120, topOilLimitC: 105, loadLimitPu: 1.5, reliefIsEnough: 1 },
        ...{ reliefKw: 212, reliefFrom: Date.parse('2026-05-20T06:30:00Z') },
        reliefTo: Date.parse('2026-05-20T09:00:00Z')
      },
      flagged: [{ customerId: 'C', presentKw: 400, committedKw: 250 }]
    })
    expect(finding?.summary).toBe(
      'Transformer T beyond its normal cyclic limit; now hot spot 126 °C of 120 °C, top oil 98 °C of 105 °C, ' +
        'load 132 % of 150 %; 45 min to the next limit at this load; ' +
        '212 kW less from 2026-05-20T06:30:00.000Z to 2026-05-20T09:00:00.000Z keeps it within limits'
    )
  })
})

describe('hysteresis', () => {
  const noisy = (around: number, width: number) =>
    fc.array(fc.double({ min: around - width, max: around + width, noNaN: true }), { minLength: 90 })

  it.each([
    ['normal cyclic', 120],
    ['short emergency', 160]
  ])(
    'noise of ±1.4 K on the %s limit neither raises again nor changes the priority again',
    (_what, limitC) => {
      fc.assert(
        fc.property(noisy(limitC, 1.4), temperatures => {
          const { cycle } = runner()
          const turns: string[] = []
          const priorities: number[] = []
          for (const [i, temperature] of temperatures.entries()) {
            for (const { clearedAt, priority } of cycle(i * 60, scene(i * 60, hot(temperature)))) {
              if (clearedAt !== null) turns.push('cleared')
              if (priorities.at(-1) !== priority) priorities.push(priority)
            }
          }
          expect(turns).toEqual([])
          expect(priorities.length).toBeLessThanOrEqual(2)
        }),
        { seed: 60_076, numRuns: 30 }
      )
    }
  )

  it('monotone: hotter is never less grave', () => {
    const kelvin = (max: number) => fc.double({ min: 0, max, noNaN: true })
    fc.assert(
      fc.property(kelvin(200), kelvin(60), kelvin(200), (hotSpotC, more, foretold) => {
        const gravity = (state: Partial<TransformerState>) => {
          const { cycle } = runner()
          cycle(0, scene(0, state))
          return cycle(60, scene(60, state))[0]?.priority ?? 4
        }
        const cool = { hotSpotC, nextPeakHotSpotC: foretold }
        expect(gravity({ ...cool, hotSpotC: hotSpotC + more })).toBeLessThanOrEqual(gravity(cool))
        expect(gravity({ ...cool, nextPeakHotSpotC: foretold + more })).toBeLessThanOrEqual(gravity(cool))
      }),
      { seed: 7, numRuns: 200 }
    )
  })
})

describe('over a restart', () => {
  const raise = () => {
    const { cycle } = runner()
    cycle(0, scene(0, hot(125)))
    const [finding] = cycle(60, scene(60, hot(125)))
    if (finding === undefined) throw new Error('nothing was raised')
    return finding
  }

  it('it stands while nothing is known of any transformer yet, then clears as ever', () => {
    const finding = raise()
    const { cycle } = runner({ standing: memoryFrom([finding], t0 + 100_000) })
    expect(cycle(100, { nodes, enrolled })).toEqual([])
    expect(cycle(9000, { nodes, enrolled })).toEqual([])
    expect(happened(cycle(9100, scene(9100, hot(90))), 9100)).toEqual(['told T'])
    expect(cycle(9700, scene(9700, hot(90)))).toMatchObject([{ id: finding.id }])
  })

  it('a transformer that is gone clears', () => {
    const { cycle } = runner({ standing: memoryFrom([raise()], t0) })
    const [gone] = cycle(100, { nodes: nodes.slice(0, 1) })
    expect(gone?.clearedAt).not.toBeNull()
  })
})
