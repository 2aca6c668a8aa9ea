import { describe, expect, it } from 'vitest'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { createLiveGrid } from '../../server/grid/live.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { at, node, reading } from './nodes.ts'

const localDate = (t: number) => new Date(t + 7 * 3_600_000).toISOString().slice(0, 10)
const MINUTE = 60_000
const t0 = at('05:00:00')

function gridOf(nodes: GridNode[], readings: Reading[] = [], now = t0) {
  const grid = createLiveGrid({ localDate })
  grid.setRegistry(nodes)
  grid.apply(batchOf(readings), now)
  const load = (id: string, when = now) => {
    const state = grid.node(id, when)?.node
    if (state === undefined) throw new Error(`no node ${id}`)
    // A snapshot has no households.
    const found = grid.snapshot(when).nodes.find(each => each.load.id === id)
    if (found !== undefined) expect(found.load).toEqual(state)
    return { ...state, loadKva: found?.loadKva ?? null }
  }
  return { grid, load }
}

const point = (id: string, parent: string | null = 'TX', rest: Partial<GridNode> = {}) =>
  node(id, 'meteringPoint', parent, rest)

describe('one measuring point', () => {
  it('shows the newest ts, in whatever order readings come', () => {
    const { load } = gridOf(
      [point('M', null)],
      [
        reading('meter', 'M', t0 - 1000, { kw: 5 }),
        reading('meter', 'M', t0, { kw: 7 }),
        reading('meter', 'M', t0 - 2000, { kw: 9 })
      ]
    )
    expect(load('M')).toMatchObject({ loadKw: 7, source: 'meter', reported: 1, expected: 1, newestAt: t0 })
  })

  it('merges a second reading of the same moment member by member, the later arrival first', () => {
    const tx = node('TX', 'transformer', null, { ratingKva: 200 })
    const readings = [
      reading('transformer', 'TX', t0, { kva: 100 }),
      reading('transformer', 'TX', t0, { kva: 99, kvar: 60 }),
      reading('transformer', 'TX', t0, { kva: 100, oil_c: 61 })
    ]
    expect(gridOf([tx], readings).load('TX')).toMatchObject({ loadKw: 80, oilTemperatureC: 61, loading: 0.5 })
  })

  it.each([
    { what: 'the registry’s interval', nodeS: 60, intervalS: 900, freshUntil: 900 + 180 },
    { what: 'its own interval', nodeS: null, intervalS: 900, freshUntil: 900 + 2700 },
    { what: '300 s', nodeS: null, intervalS: 0, freshUntil: 900 }
  ])('holds for three times $what after its end, then is stale', ({ nodeS, intervalS, freshUntil }) => {
    const { load } = gridOf(
      [point('M', null, { reportIntervalS: nodeS })],
      [reading('meter', 'M', t0, { kw: 5 }, { intervalS })]
    )
    expect(load('M', t0 + freshUntil * 1000 - 1)).toMatchObject({ loadKw: 5, reported: 1 })
    expect(load('M', t0 + freshUntil * 1000)).toMatchObject({
      loadKw: null,
      source: 'none',
      reported: 0,
      expected: 1
    })
  })

  it('is unknown, not zero, before anyone spoke; zero is zero', () => {
    expect(gridOf([point('M', null)]).load('M')).toMatchObject({
      loadKw: null,
      loading: null,
      newestAt: null
    })
    const idle = gridOf([point('M', null, { capacityKw: 10 })], [reading('meter', 'M', t0, { kw: 0 })])
    expect(idle.load('M')).toMatchObject({ loadKw: 0, loading: 0 })
  })

  it('does not take a reading of voltage for a new load', () => {
    const { load } = gridOf(
      [point('M', null)],
      [reading('meter', 'M', t0 - MINUTE, { kw: 5 }), reading('meter', 'M', t0, { v: 231 })]
    )
    expect(load('M')).toMatchObject({ loadKw: 5, newestAt: t0 - MINUTE })
  })

  it('lets a reading ahead of its time take effect when its time comes', () => {
    const { grid, load } = gridOf(
      [point('M', null)],
      [reading('meter', 'M', t0 + 5 * MINUTE, { kw: 9 }), reading('meter', 'M', t0, { kw: 5 })]
    )
    expect(load('M').loadKw).toBe(5)
    expect(load('M', t0 + 5 * MINUTE).loadKw).toBe(9)
    grid.apply(batchOf([reading('meter', 'M', t0 + 4 * MINUTE, { kw: 1 })]), t0 + 6 * MINUTE)
    expect(load('M', t0 + 6 * MINUTE).loadKw).toBe(9)
  })

  it('merges a reading that came ahead of its time with a later one of the same moment in the order of arrival', () => {
    const { grid, load } = gridOf([point('M', null)], [reading('meter', 'M', t0 + MINUTE, { kw: 9 })])
    grid.apply(batchOf([reading('meter', 'M', t0 + MINUTE, { kw: 5 })]), t0 + 2 * MINUTE)
    expect(load('M', t0 + 2 * MINUTE).loadKw).toBe(5)
  })

  it('keeps a bounded number of readings ahead of their time and counts the rest', () => {
    const early = Array.from({ length: 300 }, (_, i) => reading('meter', 'M', t0 + 1000 * (i + 1), { kw: i }))
    const { grid, load } = gridOf([point('M', null)], early)
    expect(grid.drops().ahead).toBe(44)
    expect(load('M', t0 + 400_000).loadKw).toBe(255)
  })
})

describe('a sum', () => {
  const tree = [
    node('F', 'feeder', null, { capacityKw: 100, meter: 'FM' }),
    node('TX', 'transformer', 'F'),
    point('A'),
    point('B'),
    node('E', 'feeder', 'F')
  ]

  it('counts who reported; parts that are stale leave both the sum and the count', () => {
    const { load } = gridOf(tree, [
      reading('meter', 'A', t0, { kw: 3 }),
      reading('meter', 'B', t0 - 10 * MINUTE, { kw: 4 })
    ])
    expect(load('TX')).toMatchObject({ loadKw: 7, source: 'sum', reported: 2, expected: 2, newestAt: t0 })
    expect(load('TX', t0 + 6 * MINUTE)).toMatchObject({ loadKw: 3, reported: 1, expected: 2 })
    expect(load('TX', t0 + 60 * MINUTE)).toMatchObject({
      loadKw: null,
      source: 'none',
      reported: 0,
      expected: 2
    })
  })

  it('goes up the tree; a node with neither meter nor children counts as one that did not report', () => {
    const { load } = gridOf(tree, [reading('meter', 'A', t0, { kw: 3 })])
    expect(load('F')).toMatchObject({ loadKw: 3, source: 'sum', reported: 1, expected: 3, loading: 0.03 })
    expect(load('E')).toMatchObject({ loadKw: null, reported: 0, expected: 1 })
  })

  it('gives way to the node’s own meter, and comes back when that is stale', () => {
    const { load } = gridOf(tree, [
      reading('meter', 'FM', t0 - 10 * MINUTE, { kw: 50 }),
      reading('meter', 'A', t0, { kw: 3 })
    ])
    expect(load('F')).toMatchObject({ loadKw: 50, source: 'meter', reported: 1, expected: 1 })
    expect(load('F', t0 + 6 * MINUTE)).toMatchObject({ loadKw: 3, source: 'sum', reported: 1, expected: 3 })
  })

  it('lets a child with its own meter count as one', () => {
    const { load } = gridOf(tree, [
      reading('transformer', 'TX', t0, { kw: 40 }),
      reading('meter', 'A', t0, { kw: 3 })
    ])
    expect(load('F')).toMatchObject({ loadKw: 40, reported: 1, expected: 2 })
  })

  it('of energy equals its parts whatever the order of arrival', () => {
    const readings = ['A', 'B'].map((id, i) => reading('meter', id, t0, { kw: 0.1 * (i + 1) }))
    const forwards = gridOf(tree, readings).load('F').loadKw
    expect(gridOf(tree, readings.toReversed()).load('F').loadKw).toBe(forwards)
  })
})

describe('a transformer', () => {
  const tree = [node('TX', 'transformer', null, { ratingKva: 100, meter: 'TM' }), point('A')]
  const all = [
    reading('meter', 'TM', t0, { kw: 50 }),
    reading('meter', 'A', t0, { kw: 30 }),
    reading('transformer', 'TX', t0, { kw: 60, kva: 75, oil_c: 70 })
  ]

  it('believes its own readings, then its meter, then its children', () => {
    expect(gridOf(tree, all).load('TX')).toMatchObject({ loadKw: 60, loading: 0.75, loadKva: 75 })
    expect(gridOf(tree, all.slice(0, 2)).load('TX')).toMatchObject({
      loadKw: 50,
      loading: 0.5,
      loadKva: null
    })
    expect(gridOf(tree, all.slice(1, 2)).load('TX')).toMatchObject({ loadKw: 30, source: 'sum' })
  })

  it('with kVA alone has no kW of its own but a loading', () => {
    const [bare] = tree
    const { load } = gridOf(bare ? [bare] : [], [reading('transformer', 'TX', t0, { kva: 90 })])
    expect(load('TX')).toMatchObject({ loadKw: null, source: 'none', loadKva: 90, loading: 0.9 })
  })
})

describe('weather', () => {
  const tree = [node('S', 'substation', null, { weather: 'W' }), node('F', 'feeder', 'S')]

  it('is that of the nearest station and holds like everything else', () => {
    const { grid, load } = gridOf(tree, [reading('weather', 'W', t0, { temp_c: 36.5 }, { intervalS: 600 })])
    expect(load('F', t0 + 39 * MINUTE).temperatureC).toBe(36.5)
    expect(load('F', t0 + 40 * MINUTE).temperatureC).toBeNull()
    const [, feeder] = grid.snapshot(t0 + 40 * MINUTE).nodes
    expect(feeder).toMatchObject({ weatherId: 'W', maxTemperatureC: 36.5, maxTemperatureIsForecast: false })
  })

  it('tells the day’s maximum also from the forecast', () => {
    const { grid } = gridOf(tree, [
      reading('forecast', 'W', t0 + 60 * MINUTE, { temp_c: 38 }, { issued: t0 - MINUTE, intervalS: 3600 })
    ])
    expect(grid.snapshot(t0).nodes[1]).toMatchObject({ maxTemperatureC: 38, maxTemperatureIsForecast: true })
  })
})

describe('sources', () => {
  const tree = [node('TX', 'transformer', null), point('A', 'TX', { reportIntervalS: 60 }), point('B')]

  it.each([
    { ageS: 119, state: 'fresh' },
    { ageS: 120, state: 'late' },
    { ageS: 180, state: 'silent' }
  ])('$ageS s after the last of every 60 s: $state', ({ ageS, state }) => {
    const { grid } = gridOf(tree, [reading('meter', 'A', t0, { kw: 1 })])
    const source = grid.sources(t0 + ageS * 1000).find(each => each.id === 'A')
    expect(source).toEqual({
      kind: 'meter',
      id: 'A',
      nodeId: 'A',
      name: 'meteringPoint A',
      state,
      newestAt: t0,
      arrivedAt: t0,
      reportIntervalS: 60,
      online: null
    })
  })

  it('lists registered ones that never spoke, and a transformer only once it sends something itself', () => {
    const { grid } = gridOf(tree)
    expect(grid.sources(t0).map(({ kind, id, state }) => `${kind} ${id} ${state}`)).toEqual([
      'meter A never',
      'meter B never'
    ])
    grid.apply(batchOf([reading('transformer', 'TX', t0, { kw: 5 })]), t0)
    expect(grid.sources(t0).find(each => each.kind === 'transformer')).toMatchObject({
      nodeId: 'TX',
      state: 'fresh'
    })
  })

  it('follows unregistered ones up to a bound, and takes them in when they are registered', () => {
    const grid = createLiveGrid({ localDate, maxUnassigned: 2 })
    grid.setRegistry([])
    for (const id of ['A', 'X', 'Y']) grid.apply(batchOf([reading('meter', id, t0, { kw: 4 })]), t0)
    expect(grid.sources(t0).map(({ id, nodeId }) => [id, nodeId])).toEqual([
      ['A', null],
      ['X', null]
    ])
    expect(grid.drops().unassigned).toBe(1)
    expect(grid.states(t0)).toEqual([])
    grid.setRegistry([point('A', null, { customerId: 'C' })])
    expect(grid.states(t0)[0]).toMatchObject({ id: 'A', loadKw: 4 })
    grid.apply(batchOf([reading('meter', 'Y', t0, { kw: 4 })]), t0)
    expect(grid.sources(t0)).toHaveLength(3)
  })

  it('says what a device last said of itself; an older word does not overrule a newer', () => {
    const { grid } = gridOf(tree)
    const online = () => grid.sources(t0).find(each => each.id === 'A')?.online
    grid.applyStatus('A', true, t0)
    grid.applyStatus('A', false, t0 - MINUTE)
    expect(online()).toBe(true)
    grid.applyStatus('A', false, null)
    expect(online()).toBe(false)
  })
})

describe('what the pages see', () => {
  const tree = [
    node('S', 'substation', null),
    node('F', 'feeder', 'S'),
    point('H', 'F'),
    point('L', 'F', { customerId: 'steel', meter: 'L-7' })
  ]

  it('are all nodes but households', () => {
    expect(
      gridOf(tree)
        .grid.states(t0)
        .map(({ id }) => id)
    ).toEqual(['S', 'F', 'L'])
  })

  it('is one node with its place, households among its children', () => {
    const { grid } = gridOf(tree, [reading('meter', 'L-7', t0, { kw: 12 })])
    const feeder = grid.node('F', t0)
    expect(feeder?.ancestors.map(({ id }) => id)).toEqual(['S'])
    expect(feeder?.children.map(({ id, loadKw }) => [id, loadKw])).toEqual([
      ['H', null],
      ['L', 12]
    ])
    expect(grid.node('L', t0)).toMatchObject({ meter: 'L-7', weather: null, at: new Date(t0).toISOString() })
    expect(grid.node('nobody', t0)).toBeNull()
  })

  it('give the load of one node as they show it', () => {
    const { grid, load } = gridOf(
      [node('F', 'feeder', null), node('TX', 'transformer', 'F'), point('A'), point('B'), point('C', 'F')],
      [reading('meter', 'A', t0, { kw: 2 }), reading('meter', 'C', t0, { kw: 4 })]
    )
    for (const id of ['F', 'TX', 'A', 'B', 'C']) expect(grid.loadKw(id, t0), id).toBe(load(id).loadKw)
    expect(grid.loadKw('F', t0)).toBe(6)
    expect(grid.loadKw('nowhere', t0)).toBeNull()
  })

  it('does not change in a snapshot when readings come', () => {
    const { grid } = gridOf(tree, [reading('meter', 'L-7', t0, { kw: 12 })])
    const before = grid.snapshot(t0)
    const copy = structuredClone(before)
    grid.apply(batchOf([reading('meter', 'L-7', t0, { kw: 13 })]), t0)
    expect(before).toEqual(copy)
  })
})
