import { describe, expect, it } from 'vitest'
import type { GridNode } from '../../server/contract/registry.ts'
import type { MeterClass } from '../../server/validation/limits.ts'
import { registeredSources } from '../../server/validation/meterClasses.ts'
import { sumGroups } from '../../server/validation/sumGroups.ts'
import { node } from './readings.ts'

const company = node({ kind: 'company', id: 'NPC' })
const substation = node({
  kind: 'substation',
  id: 'E7',
  parent: 'NPC',
  meter: 'M-E7',
  capacityKw: 9000,
  weather: 'W'
})
const metered = node({ kind: 'feeder', id: 'F1', parent: 'E7', meter: 'M-F1', reportIntervalS: 60 })
const unmetered = node({ kind: 'feeder', id: 'F2', parent: 'E7' })
const transformer = node({ kind: 'transformer', id: 'T1', parent: 'F2', meter: 'M-T1', ratingKva: 400 })
const plant = node({
  kind: 'meteringPoint',
  id: 'P1',
  parent: 'F2',
  meter: 'M1',
  customerId: 'C',
  capacityKw: 700
})
const house = node({ kind: 'meteringPoint', id: 'H1', parent: 'T1', reportIntervalS: 1800 })
const all = [company, substation, metered, unmetered, transformer, plant, house]

describe('classes of meter', () => {
  const sources = registeredSources(all)

  it.each<[string, MeterClass, number | null, number | null]>([
    ['meter/M-E7', 'network', 9000, null],
    ['meter/M-F1', 'network', null, 60],
    ['transformer/T1', 'transformer', 400, null],
    ['meter/M-T1', 'transformer', 400, null],
    ['meter/M1', 'consumer', 700, null],
    ['meter/H1', 'household', null, 1800],
    ['weather/W', 'weather', null, null]
  ])('%s: %s', (key, meterClass, capacityKw, reportIntervalS) => {
    expect(sources.get(key)).toMatchObject({ meterClass, capacityKw, reportIntervalS })
  })

  it('there are no others', () => {
    expect(sources.size).toBe(7)
  })

  it('a meter of two places may reach the larger capacity, and any where one is not known', () => {
    const place = (id: string, capacityKw: number | null) =>
      node({ kind: 'feeder', id, meter: 'M', capacityKw })
    const capacityOf = (...nodes: GridNode[]) => registeredSources(nodes).get('meter/M')?.capacityKw
    expect(capacityOf(place('A', 10), place('B', 20))).toBe(20)
    expect(capacityOf(place('A', 10), place('B', null))).toBeNull()
  })
})

describe('what should add up', () => {
  const told = (nodes: readonly GridNode[]) =>
    sumGroups(nodes).map(({ parent, children }) => [
      parent.id,
      children.map(({ kind, id }) => `${kind}/${id}`)
    ])

  it('is every meter and the meters directly below it', () => {
    expect(told(all)).toEqual([
      ['M-E7', ['meter/M-F1', 'transformer/T1', 'meter/M1']],
      ['T1', ['meter/H1']]
    ])
  })

  it('is not what has a child that nobody measures', () => {
    expect(told([...all, node({ kind: 'feeder', id: 'F3', parent: 'E7' })])).toEqual([['T1', ['meter/H1']]])
  })

  it('is not what would count a meter twice', () => {
    const again = node({ kind: 'feeder', id: 'F4', parent: 'E7', meter: 'M-F1' })
    expect(told([...all, again])).toEqual([['T1', ['meter/H1']]])
    expect(
      told([
        node({ kind: 'feeder', id: 'A', meter: 'M' }),
        node({ kind: 'meteringPoint', id: 'B', parent: 'A', meter: 'M' })
      ])
    ).toEqual([])
  })

  it('a circle is nobody’s sum', () => {
    const one = node({ kind: 'feeder', id: 'A', parent: 'B', meter: 'M-A' })
    expect(told([one, node({ kind: 'feeder', id: 'B', parent: 'A' })])).toEqual([])
  })
})
