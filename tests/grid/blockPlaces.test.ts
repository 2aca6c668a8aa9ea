import { expect, it } from 'vitest'
import { blockPlaces, nodeName } from '../../server/grid/blockPlaces.ts'
import { buildTopology } from '../../server/grid/topology.ts'
import { node } from './nodes.ts'

const topology = buildTopology([
  node('S', 'substation', null),
  node('F1', 'feeder', 'S'),
  node('T1', 'transformer', 'F1'),
  node('H1', 'meteringPoint', 'T1'),
  node('H2', 'meteringPoint', 'T1'),
  node('T2', 'transformer', 'F1'),
  node('H3', 'meteringPoint', 'T2'),
  node('F2', 'feeder', 'S', { meter: 'FM' }),
  node('L', 'meteringPoint', 'F2', { customerId: 'C' }),
  node('X', 'substation', null)
])

function idsOf(names: string[] | null, isTrusted = true) {
  const places = blockPlaces(names === null ? null : new Set(names), topology, isTrusted)
  const ids = (of: Iterable<{ node: { id: string } }>) => [...of].map(place => place.node.id).join(' ')
  return { affected: ids(places.affected), stored: ids(places.stored), needed: ids(places.needed) }
}

it('a named one changes all above it; beside that way charted nodes come from the store', () => {
  expect(idsOf(['meter/H1'])).toEqual({
    affected: 'H1 T1 F1 S',
    stored: 'T2 F2',
    needed: 'S F1 T1 H1 H2 T2 F2'
  })
  expect(idsOf(['meter/FM'])).toEqual({ affected: 'F2 S', stored: 'F1 L', needed: 'S F1 F2 L' })
  expect(idsOf([nodeName('F1')])).toEqual({ affected: 'F1 S', stored: 'T1 T2 F2', needed: 'S F1 T1 T2 F2' })
})

it('nothing comes from the store where that is not trusted, or everybody is meant', () => {
  expect(idsOf(['meter/H1'], false)).toEqual({
    affected: 'H1 T1 F1 S',
    stored: '',
    needed: 'S F1 T1 H1 H2 T2 H3 F2 L'
  })
  expect(idsOf(null)).toMatchObject({ stored: '', needed: 'S F1 T1 H1 H2 T2 H3 F2 L X' })
})

it('a name that nobody has any more means nobody', () => {
  expect(idsOf(['meter/gone', nodeName('gone')])).toEqual({ affected: '', stored: '', needed: '' })
})
