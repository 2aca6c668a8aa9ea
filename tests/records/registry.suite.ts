import { expect, test } from 'vitest'
import type { Records } from '../../server/records/openRecords.ts'
import { at, enrolment, node, noon } from './samples.ts'

const thep = { id: 'C1', name: 'Thép Hòa Bình' }
const change = {
  // Children before parents, as a file may have them.
  nodes: [
    node('MP1', 'meteringPoint', { parent: 'T1', meter: 'M1', customerId: 'C1', reportIntervalS: 15 }),
    node('T1', 'transformer', { parent: 'S1', ratingKva: 630.5, cooling: 'ONAF' }),
    node('S1', 'substation', { name: 'Trạm 110 kV Đông Anh', capacityKw: 63_000, weather: 'W1' })
  ],
  customers: [thep],
  enrolments: [{ customerId: 'C1', meteringPointId: 'MP1', committedKw: 1500 }]
}

export function registrySuite(open: () => Promise<Records>): void {
  test('nodes, customers and commitments come back as written', async () => {
    const { registry } = await open()
    await registry.apply(change, noon)
    const state = await registry.currentState()
    expect(state.nodes).toEqual(change.nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    expect(state.customers).toEqual([thep])
    expect(state.defaultProgrammeId).toBe('voluntary')
    expect(state.enrolments).toEqual([enrolment('EN-000001', { meteringPointId: 'MP1', committedKw: 1500 })])
  })

  test('one wrong reference and nothing is written', async () => {
    const { registry } = await open()
    const orphan = node('F9', 'feeder', { parent: 'nowhere' })
    await expect(registry.apply({ ...change, nodes: [...change.nodes, orphan] }, noon)).rejects.toThrow()
    const unknown = { customerId: 'C9', meteringPointId: 'MP1', committedKw: 1 }
    await expect(registry.apply({ ...change, enrolments: [unknown] }, noon)).rejects.toThrow()
    expect(await registry.currentState()).toMatchObject({ nodes: [], customers: [], enrolments: [] })
  })

  test('the same change again changes nothing; a new commitment replaces the old one and keeps it as past', async () => {
    const { registry, enrolments } = await open()
    await registry.apply(change, noon)
    await registry.apply(change, noon + 1)
    expect((await enrolments.list()).map(({ id }) => id)).toEqual(['EN-000001'])
    const more = [{ customerId: 'C1', meteringPointId: 'MP1', committedKw: 2000.5 }]
    await registry.apply({ nodes: [], customers: [], enrolments: more }, noon + 2)
    expect(await enrolments.ofCustomer('C1')).toMatchObject([
      { id: 'EN-000001', committedKw: 1500, until: at(noon + 2) },
      { id: 'EN-000002', committedKw: 2000.5, since: at(noon + 2), until: null }
    ])
    expect((await enrolments.list()).map(({ id }) => id)).toEqual(['EN-000002'])
  })

  test('a changed node is replaced whole, null included, and others stay', async () => {
    const { registry } = await open()
    await registry.apply(change, noon)
    const bare = node('S1', 'substation')
    await registry.apply({ nodes: [bare], customers: [], enrolments: [] }, noon)
    const nodes = await registry.nodes()
    expect(nodes.find(({ id }) => id === 'S1')).toEqual(bare)
    expect(nodes).toHaveLength(3)
  })

  test('a registry larger than one statement can hold', async () => {
    const { registry } = await open()
    const many = Array.from({ length: 12_000 }, (_, i) => node(`N${i}`, 'transformer', { parent: 'N0' }))
    await registry.apply({ nodes: many, customers: [], enrolments: [] }, noon)
    expect(await registry.nodes()).toHaveLength(12_000)
  })
}
