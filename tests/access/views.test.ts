import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createViews } from '../../server/access/views.ts'
import type { Caller } from '../../server/contract/access.ts'
import type { GridNode, NodeKind } from '../../server/contract/registry.ts'

const node = (kind: NodeKind, id: string, parent: string | null, more: Partial<GridNode> = {}): GridNode => ({
  ...{ kind, id, parent, name: id, meter: null, weather: null, capacityKw: null },
  ...{ ratingKva: null, reportIntervalS: null, customerId: null, ...more }
})

/** evn ─┬─ north ── f1 ─┬─ t1 ── house
 *       │                └─ mp1 (c1)
 *       └─ south ── f2 ─┬─ mp2 (c2)
 *                        └─ mp3 (c1)      */
const grid = [
  node('company', 'evn', null, { weather: 'w0' }),
  node('company', 'north', 'evn'),
  node('company', 'south', 'evn', { weather: 'w2' }),
  node('feeder', 'f1', 'north', { meter: 'm-f1' }),
  node('transformer', 't1', 'f1', { meter: 'm-t1' }),
  node('meteringPoint', 'house', 't1'),
  node('meteringPoint', 'mp1', 'f1', { meter: 'm1', customerId: 'c1' }),
  node('feeder', 'f2', 'south'),
  node('meteringPoint', 'mp2', 'f2', { meter: 'm2', customerId: 'c2', weather: 'w3' }),
  node('meteringPoint', 'mp3', 'f2', { meter: 'm3', customerId: 'c1' })
]

const person = (place: Partial<Caller>): Caller => ({
  ...{ id: 'usr-1', personId: 'usr-1', name: 'An', kind: 'person', roles: ['dispatcher'], scopes: null },
  ...{ companyId: null, customerId: null, ...place }
})

function seen(place: Partial<Caller>, nodes: readonly GridNode[] = grid) {
  const view = createViews(() => ({ nodes }))(person(place))
  const ids = ['m-f1', 'm-t1', 'house', 'm1', 'm2', 'm3', 'stray']
  return {
    whole: view.whole,
    nodes: nodes.map(({ id }) => id).filter(view.node),
    customers: ['c1', 'c2', 'c9'].filter(view.customer),
    sources: [
      ...ids.filter(id => view.source('meter', id)),
      ...['t1'].filter(id => view.source('transformer', id)),
      ...['w0', 'w2', 'w3'].filter(id => view.source('weather', id))
    ]
  }
}

describe('what a caller sees', () => {
  it.each([
    ['without a company', { companyId: null }],
    ['of the company that has all others below it', { companyId: 'evn' }]
  ])('the whole, %s', (_who, place) => {
    const view = seen(place)
    expect(view.whole).toBe(true)
    expect(view.nodes).toHaveLength(grid.length)
    expect(view.customers).toEqual(['c1', 'c2', 'c9'])
    expect(view.sources).toContain('stray')
  })

  it('of one company: its subtree, who is metered there, what measures there, with the weather it inherits', () => {
    expect(seen({ companyId: 'north' })).toEqual({
      whole: false,
      nodes: ['north', 'f1', 't1', 'house', 'mp1'],
      customers: ['c1'],
      sources: ['m-f1', 'm-t1', 'house', 'm1', 't1', 'w0']
    })
    expect(seen({ companyId: 'south' })).toMatchObject({
      nodes: ['south', 'f2', 'mp2', 'mp3'],
      customers: ['c1', 'c2'],
      sources: ['m2', 'm3', 'w2', 'w3']
    })
  })

  it('of a customer: its own metering points, wherever they are, whatever company stands beside it', () => {
    const own = {
      whole: false,
      nodes: ['mp1', 'mp3'],
      customers: ['c1'],
      sources: ['m1', 'm3', 'w0', 'w2']
    }
    expect(seen({ customerId: 'c1', roles: ['customer'] })).toEqual(own)
    expect(seen({ customerId: 'c1', companyId: 'evn' })).toEqual(own)
  })

  it.each<[string, Partial<Caller>]>([
    ['a customer user without a customer', { roles: ['customer'] }],
    ['a customer user with another role beside', { roles: ['dispatcher', 'customer'], companyId: 'evn' }],
    ['a company that is not registered', { companyId: 'gone' }],
    ['a company that is a feeder', { companyId: 'f1' }]
  ])('nothing: %s', (_who, place) => {
    expect(seen(place)).toEqual({ whole: false, nodes: [], customers: [], sources: [] })
  })

  it('no whole with two companies side by side', () => {
    const two = [node('company', 'a', null), node('company', 'b', null), node('feeder', 'f', 'a')]
    expect(seen({ companyId: 'a' }, two)).toMatchObject({ whole: false, nodes: ['a', 'f'] })
  })

  it('ends in a registry that goes in a circle', () => {
    const circle = [node('company', 'a', 'b'), node('feeder', 'b', 'a'), node('company', 'c', null)]
    expect(seen({ companyId: 'a' }, circle)).toMatchObject({ whole: false, nodes: ['a', 'b'] })
  })

  it('follows the register, also where it is held on to', () => {
    let register = { nodes: grid }
    const view = createViews(() => register)(person({ companyId: 'north' }))
    expect(view.node('f2')).toBe(false)
    register = { nodes: grid.map(one => (one.id === 'f2' ? { ...one, parent: 'north' } : one)) }
    expect([view.node('f2'), view.customer('c2'), view.source('meter', 'm2')]).toEqual([true, true, true])
  })

  it('has the same key for those who see the same, and another for others', () => {
    const viewOf = createViews(() => ({ nodes: grid }))
    const key = (place: Partial<Caller>) => viewOf(person(place)).key
    expect(key({ companyId: 'north' })).toBe(key({ companyId: 'north', id: 'usr-2', roles: ['auditor'] }))
    const others: Partial<Caller>[] = [
      {},
      { companyId: 'north' },
      { companyId: 'c1' },
      { customerId: 'c1' },
      { roles: ['customer'] }
    ]
    expect(new Set(others.map(key)).size).toBe(others.length)
  })

  it('never overlaps between companies that stand side by side', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(parents, places => {
        const nodes = [node('company', 'a', null), node('company', 'b', null)]
        for (const [i, place] of places.entries()) {
          nodes.push(node('feeder', `n${i}`, nodes[place % nodes.length]?.id ?? null))
        }
        const viewOf = createViews(() => ({ nodes }))
        const [a, b] = [viewOf(person({ companyId: 'a' })), viewOf(person({ companyId: 'b' }))]
        return nodes.every(({ id }) => a.node(id) !== b.node(id))
      }),
      { seed: 4, numRuns: 200 }
    )
  })
})
