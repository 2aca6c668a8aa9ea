import { expect, it } from 'vitest'
import { nodesAhead } from '../server/forecastingNodes.ts'
import { node } from './forecastDesk.ts'

const noWeather = () => null
const ids = ({ nodes }: Awaited<ReturnType<typeof nodesAhead>>) => nodes.map(({ id }) => id)

it('forecasts the nodes of the grid and the metering points of customers, no household', async () => {
  const nodes = [
    ...[node('CO', { kind: 'company' }), node('F1', { parent: 'CO' })],
    node('MP1', { kind: 'meteringPoint', parent: 'F1', customerId: 'C1' }),
    node('H1', { kind: 'meteringPoint', parent: 'F1' })
  ]
  expect(ids(await nodesAhead(nodes, noWeather))).toEqual(['CO', 'F1', 'MP1'])
})

it('of too many the top of the grid and the largest, in the order of the registry, and counts the others; of these the models of the first are kept', async () => {
  const nodes = [
    ...[node('CO', { kind: 'company' }), node('S1', { kind: 'substation', parent: 'CO', capacityKw: 1 })],
    ...[10, 30, null, 20].map((capacityKw, i) => node(`F${i}`, { parent: 'S1', capacityKw }))
  ]
  const ahead = await nodesAhead(nodes, noWeather, { mostNodes: 4, mostModels: 3 })
  expect(ids(ahead)).toEqual(['CO', 'S1', 'F1', 'F3'])
  expect(ahead.nodes.map(({ keepsModel }) => keepsModel)).toEqual([true, true, true, false])
  expect(ahead).toMatchObject({ beyond: 2, onceADay: 1 })
})

it('a composition is the same for the same measuring points, whatever the order, and another for others', async () => {
  const point = (id: string, parent: string) => node(id, { kind: 'meteringPoint', parent, meter: `M${id}` })
  const tree = [node('CO', { kind: 'company' }), node('F1', { parent: 'CO' }), node('F2', { parent: 'CO' })]
  const of = async (points: ReturnType<typeof point>[]) => {
    const { nodes } = await nodesAhead([...tree, ...points], noWeather)
    return nodes.map(({ composition }) => composition)
  }
  const before = await of([point('a', 'F1'), point('b', 'F1'), point('c', 'F2')])
  expect(await of([point('c', 'F2'), point('b', 'F1'), point('a', 'F1')])).toEqual(before)
  const moved = await of([point('a', 'F1'), point('b', 'F2'), point('c', 'F2')])
  expect(moved.map((one, i) => one === before[i])).toEqual([true, false, false])
  expect(new Set(before).size).toBe(3)
})

it('a metering point whose meter is named like it counts like any other', async () => {
  const tree = [node('F1')]
  const of = async (points: ReturnType<typeof node>[]) =>
    (await nodesAhead([...tree, ...points], noWeather)).nodes[0]?.composition
  const point = (id: string, meter: string | null) => node(id, { kind: 'meteringPoint', parent: 'F1', meter })
  const one = await of([point('a', null)])
  expect(one).not.toBe(await of([]))
  expect(await of([point('b', null)])).not.toBe(one)
  expect(await of([point('x', 'a')])).toBe(one)
})
