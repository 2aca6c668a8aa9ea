import { expect, it } from 'vitest'
import { buildTopology, upwards } from '../../server/grid/topology.ts'
import { node } from './nodes.ts'

const ids = (places: Iterable<{ node: { id: string } }>) => [...places].map(place => place.node.id)

it('puts parents before children whatever the order of the registry', () => {
  const { places, byId } = buildTopology([
    node('MP', 'meteringPoint', 'TX'),
    node('TX', 'transformer', 'F'),
    node('F', 'feeder', null)
  ])
  expect(ids(places)).toEqual(['F', 'TX', 'MP'])
  const leaf = byId.get('MP')
  expect(leaf && ids(upwards(leaf))).toEqual(['MP', 'TX', 'F'])
})

it('keeps a node whose parent is missing, and each node of a circle, exactly once', () => {
  const { places } = buildTopology([
    node('A', 'feeder', 'B'),
    node('B', 'feeder', 'A'),
    node('C', 'feeder', 'nowhere'),
    node('D', 'transformer', 'C')
  ])
  expect(ids(places).toSorted()).toEqual(['A', 'B', 'C', 'D'])
  for (const place of places) expect(ids(upwards(place)).length).toBeLessThanOrEqual(2)
})

it.each([
  { what: 'a metering point reads its own id', of: node('MP', 'meteringPoint', null), points: ['meter MP'] },
  {
    what: 'a metering point reads its meter',
    of: node('MP', 'meteringPoint', null, { meter: 'M1' }),
    points: ['meter M1']
  },
  {
    what: 'a transformer its own readings before its meter',
    of: node('TX', 'transformer', null, { meter: 'M1' }),
    points: ['transformer TX', 'meter M1']
  },
  { what: 'a feeder nothing by itself', of: node('F', 'feeder', null), points: [] },
  { what: 'a feeder its meter', of: node('F', 'feeder', null, { meter: 'M1' }), points: ['meter M1'] }
])('$what', ({ of, points }) => {
  const [place] = buildTopology([of]).places
  expect(place?.points.map(({ kind, id }) => `${kind} ${id}`)).toEqual(points)
})

it('inherits the weather station of the nearest ancestor that has one', () => {
  const { byId } = buildTopology([
    node('P', 'province', null, { weather: 'north' }),
    node('S', 'substation', 'P'),
    node('F', 'feeder', 'S', { weather: 'coast' }),
    node('MP', 'meteringPoint', 'F'),
    node('X', 'feeder', 'S')
  ])
  expect(byId.get('MP')?.weatherId).toBe('coast')
  expect(byId.get('X')?.weatherId).toBe('north')
})

it('takes the report interval of a shared meter from the first node that has one', () => {
  const { points } = buildTopology([
    node('A', 'meteringPoint', null, { meter: 'M' }),
    node('B', 'feeder', null, { meter: 'M', reportIntervalS: 60 })
  ])
  expect(points.get('meter/M')).toMatchObject({ reportIntervalS: 60 })
  expect(ids(points.get('meter/M')?.places ?? [])).toEqual(['A', 'B'])
})
