import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { ID_PATTERN } from '../../server/contract/id.ts'
import { nodeKinds, registryColumns } from '../../server/contract/registry.ts'
import { createRegion, createRegionModel, regionCsv } from '../../simulators/region.ts'

const HOUR = 3_600_000
type Row = Record<(typeof registryColumns)[number] | 'cooling', string>
const rowsOf = (seed: number) => parse(regionCsv(seed), { columns: true }) as Row[]

describe('the registry', () => {
  const rows = rowsOf(1)
  const ofKind = (kind: string) => rows.filter(row => row.kind === kind)

  test('has the columns of the contract and the size of the demo', () => {
    expect(regionCsv(1).split('\n')[0]).toBe([...registryColumns, 'cooling'].join(','))
    const counts = Object.fromEntries([...nodeKinds, 'customer'].map(kind => [kind, ofKind(kind).length]))
    expect(counts).toEqual({
      company: 1,
      province: 1,
      substation: 2,
      feeder: 6,
      transformer: 40,
      meteringPoint: 2_060,
      customer: 60
    })
    expect(rows.length).toBe(1 + 1 + 2 + 6 + 40 + 2_060 + 60)
  })

  test('has unique ids that may stand in a topic, and parents that exist', () => {
    const ids = rows.map(row => row.id)
    expect(new Set(ids).size).toBe(ids.length)
    const meters = rows.map(row => row.meter).filter(meter => meter !== '')
    expect(new Set(meters).size).toBe(2_060)
    for (const id of [...ids, ...meters]) expect(id).toMatch(new RegExp(ID_PATTERN))
    const nodes = new Set(rows.filter(row => row.kind !== 'customer').map(row => row.id))
    for (const row of rows) {
      if (row.kind === 'company' || row.kind === 'customer') expect(row.parent).toBe('')
      else expect(nodes).toContain(row.parent)
      expect(row.name).not.toBe('')
    }
  })

  test('enrols forty of sixty large consumers under feeders and one transformer, with 10 to 30 % of their usual load', () => {
    const { sites } = createRegion(1)
    const parents = new Set(ofKind('feeder').map(row => row.id))
    for (const row of ofKind('transformer')) if (row.cooling !== '') parents.add(row.id)
    expect(parents.size).toBe(7)
    const large = ofKind('meteringPoint').filter(row => row.customer !== '')
    expect(large.length).toBe(60)
    expect(large.every(row => parents.has(row.parent))).toBe(true)
    expect(new Set(large.map(row => row.customer))).toEqual(new Set(ofKind('customer').map(row => row.id)))
    expect(large.filter(row => row.committed_kw !== '').length).toBe(40)
    for (const { usualKw, committedKw } of sites.consumers) {
      if (committedKw === null) continue
      expect(committedKw / usualKw).toBeGreaterThanOrEqual(0.1)
      expect(committedKw / usualKw).toBeLessThanOrEqual(0.3)
    }
    const below = large.filter(row => row.parent.startsWith('T-'))
    expect(below.length).toBe(2)
    expect(below.every(row => row.committed_kw !== '')).toBe(true)
    const households = ofKind('meteringPoint').filter(row => row.customer === '')
    expect(households.every(row => row.parent.startsWith('T-') && row.committed_kw === '')).toBe(true)
  })

  test('has a limit at the company, each substation and each feeder, and ratings at the transformers', () => {
    for (const kind of ['company', 'substation', 'feeder']) {
      for (const row of ofKind(kind)) expect(Number(row.capacity_kw)).toBeGreaterThan(1_000)
    }
    for (const row of ofKind('transformer')) {
      expect(Number(row.rating_kva)).toBeGreaterThanOrEqual(250)
      expect(Number(row.rating_kva)).toBeLessThanOrEqual(row.cooling === 'ONAN' ? 6_300 : 1_600)
    }
    expect(new Set(ofKind('substation').map(row => row.weather)).size).toBe(2)
  })
})

test('the same seed is the same region, another seed another one', () => {
  expect(regionCsv(5)).toBe(regionCsv(5))
  expect(regionCsv(5)).not.toBe(regionCsv(6))
})

test.each([1, 2, 3])('seed %d: every large consumer uses at least 1 GWh a year', seed => {
  const region = createRegion(seed)
  const anchor = Date.parse('2026-06-10T04:00:00Z')
  const model = createRegionModel(region, anchor, 9 * HOUR)
  const hours = Array.from({ length: 28 * 24 }, (_, index) => anchor - (index + 24) * HOUR)
  for (const { customerId, name, usualKw } of region.sites.consumers) {
    const load = model.consumers.get(customerId)
    if (load === undefined) throw new Error(`no load for ${customerId}`)
    const loads = hours.map(load)
    const meanKw = loads.reduce((sum, kw) => sum + kw, 0) / hours.length
    expect(meanKw * 8_760, name).toBeGreaterThanOrEqual(1_000_000)
    expect(Math.min(...loads), name).toBeGreaterThan(0)
    expect(Math.max(...loads), name).toBeLessThan(1.35 * usualKw)
  }
})
