import { describe, expect, it } from 'vitest'
import type { Source } from '../../server/contract/sources.ts'
import { memoryFrom } from '../../server/rules/memory.ts'
import { happened, ruleNode, runner, source, t0 } from './snapshots.ts'

/** Long enough after the start for every silence to count. */
const LISTENED = 900

/** Two feeders of two transformers of six meters each. */
const nodes = [
  ruleNode({ id: 'S', kind: 'substation' }),
  ...['A', 'B'].flatMap(feeder => [
    ruleNode({ id: feeder, parent: 'S' }),
    ...[1, 2].flatMap(n => [
      ruleNode({ id: `${feeder}${n}`, kind: 'transformer', parent: feeder }),
      ...[1, 2, 3, 4, 5, 6].map(m =>
        ruleNode({ id: `${feeder}${n}-${m}`, kind: 'meteringPoint', parent: `${feeder}${n}` })
      )
    ])
  ])
]
const meters = nodes.filter(({ load }) => load.kind === 'meteringPoint').map(({ load }) => load.id)

/** Every meter fresh but the named ones. */
const sources = (silent: readonly string[], state: Source['state'] = 'silent') =>
  meters.map(id => source(id, silent.includes(id) ? state : 'fresh'))

const of = (transformer: string, count: number) =>
  meters.filter(id => id.startsWith(`${transformer}-`)).slice(0, count)

function run(cycles: (readonly string[])[], standing = memoryFrom([], t0)) {
  const { cycle } = runner({ standing })
  return cycles.map((silent, i) => {
    const atS = LISTENED + i * 60
    return happened(cycle(atS, { nodes, sources: sources(silent) }), atS)
  })
}

describe('silent meter', () => {
  it('is raised when it is silent and cleared when it reports', () => {
    expect(run([[], ['A1-1'], ['A1-1'], []])).toEqual([[], ['raised A1-1'], [], ['cleared A1-1']])
  })

  it('says since when, and how often it should report', () => {
    const { cycle } = runner()
    expect(cycle(LISTENED, { nodes, sources: sources(['A1-1']) })).toMatchObject([
      {
        kind: 'silent-meter',
        nodeId: 'A1-1',
        priority: 3,
        summary: 'No reading from meter A1-1 at A1-1 since 2026-05-20T05:00:00.000Z; it reports every 300 s',
        facts: { lastAt: t0 - 3_600_000, silentS: 4500, reportIntervalS: 300 }
      }
    ])
  })

  it('is not told again because time passes', () => {
    expect(run([['A1-1'], ['A1-1'], ['A1-1']]).slice(1)).toEqual([[], []])
  })

  it.each(['never', 'late'] as const)('is not one that is %s', state => {
    const { cycle } = runner()
    expect(cycle(LISTENED, { nodes, sources: sources(['A1-1'], state) })).toEqual([])
  })

  it('is none until three of its intervals were listened to', () => {
    const { cycle } = runner()
    const scene = { nodes, sources: sources(['A1-1']) }
    expect(cycle(899, scene)).toEqual([])
    expect(happened(cycle(900, scene), 900)).toEqual(['raised A1-1'])
  })

  it('is also a transformer, but neither a weather station nor an unassigned source', () => {
    const { cycle } = runner()
    const silent = [
      source('A1', 'silent', { kind: 'transformer' }),
      source('S', 'silent', { kind: 'weather' }),
      source('X', 'silent', { nodeId: null })
    ]
    expect(happened(cycle(LISTENED, { nodes, sources: silent }), LISTENED)).toEqual(['raised A1'])
  })
})

describe('many silent meters', () => {
  it.each([
    {
      what: 'three are three findings',
      silent: of('A1', 3),
      out: ['raised A1-1', 'raised A1-2', 'raised A1-3']
    },
    { what: 'four under one node are one', silent: of('A1', 4), out: ['raised A1'] },
    {
      what: 'four under different nodes are one of the node above',
      silent: [...of('A1', 2), ...of('A2', 2)],
      out: ['raised A']
    },
    {
      what: 'groups stay apart while they are few',
      silent: [...of('A1', 6), ...of('B1', 6)],
      out: ['raised A1', 'raised B1']
    },
    { what: 'a broker that is gone is one finding', silent: meters, out: ['raised S'] }
  ])('$what', ({ silent, out }) => {
    expect(run([silent])).toEqual([out])
  })

  it('count themselves', () => {
    const { cycle } = runner()
    expect(cycle(LISTENED, { nodes, sources: sources(of('A1', 5)) })).toMatchObject([
      {
        nodeId: 'A1',
        priority: 2,
        summary: '5 of 6 meters below A1 are silent',
        facts: { silentCount: 5, expected: 6 }
      }
    ])
  })

  it('take the single findings in, and give the last one back', () => {
    const cycles = [of('A1', 3), of('A1', 4), of('A1', 3), of('A1', 2), of('A1', 1), []]
    expect(run(cycles).map(out => out.toSorted())).toEqual([
      ['raised A1-1', 'raised A1-2', 'raised A1-3'],
      ['cleared A1-1', 'cleared A1-2', 'cleared A1-3', 'raised A1'],
      ['told A1'],
      ['told A1'],
      ['cleared A1', 'raised A1-1'],
      ['cleared A1-1']
    ])
  })
})

describe('over a restart', () => {
  it('single and grouped findings stand without waiting, and clear when they report', () => {
    const { cycle } = runner()
    const silent = [...of('A1', 5), 'B1-1']
    const raised = cycle(LISTENED, { nodes, sources: sources(silent) })
    expect(raised.map(({ nodeId }) => nodeId).toSorted()).toEqual(['A1', 'B1-1'])
    const again = runner({ standing: memoryFrom(raised, t0) })
    expect(again.cycle(0, { nodes, sources: sources(silent) })).toEqual([])
    expect(happened(again.cycle(1, { nodes, sources: sources([]) }), 1).toSorted()).toEqual([
      'cleared A1',
      'cleared B1-1'
    ])
  })

  it('one that the store no longer tells about stands until it reports', () => {
    const { cycle } = runner()
    const raised = cycle(LISTENED, { nodes, sources: sources(['A1-1']) })
    const again = runner({ standing: memoryFrom(raised, t0) })
    expect(again.cycle(0, { nodes, sources: sources(['A1-1'], 'never') })).toEqual([])
    expect(happened(again.cycle(60, { nodes, sources: sources([]) }), 60)).toEqual(['cleared A1-1'])
  })
})
