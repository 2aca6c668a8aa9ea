import { describe, expect, it } from 'vitest'
import { type Enrolment, plainContract } from '../../../server/contract/enrolments.ts'
import type { GridNode } from '../../../server/contract/registry.ts'
import { eligibleBelow } from '../../../server/curtailment/plan/eligibility.ts'

const node = (
  id: string,
  kind: GridNode['kind'],
  parent: string | null,
  meter: string | null = null
): GridNode => ({
  id,
  kind,
  parent,
  name: id,
  meter,
  weather: null,
  capacityKw: null,
  ratingKva: null,
  reportIntervalS: null,
  customerId: null
})
const nodes = [
  node('S1', 'substation', null),
  node('F1', 'feeder', 'S1'),
  node('F2', 'feeder', 'S1'),
  node('MP1', 'meteringPoint', 'F1', 'M1'),
  node('MP2', 'meteringPoint', 'F1'),
  node('MP3', 'meteringPoint', 'F2', 'M3')
]
const enrolment = (
  customerId: string,
  meteringPointId: string,
  rest: Partial<Enrolment> = {}
): Enrolment => ({
  id: `${customerId}-${meteringPointId}`,
  programmeId: 'P1',
  customerId,
  meteringPointId,
  committedKw: 100,
  since: '2026-01-01T00:00:00Z',
  contract: plainContract,
  predictability: null,
  until: null,
  ...rest
})
const now = Date.parse('2026-06-02T10:00Z')
const ids = (nodeId: string, enrolments: Enrolment[]) =>
  eligibleBelow(nodes, enrolments, nodeId, now).map(({ enrolment: { id } }) => id)

describe('who can be called below a node', () => {
  const all = [enrolment('A', 'MP1'), enrolment('B', 'MP2'), enrolment('C', 'MP3')]

  it.each([
    ['S1', ['A-MP1', 'B-MP2', 'C-MP3']],
    ['F1', ['A-MP1', 'B-MP2']],
    ['MP3', ['C-MP3']],
    ['F9', []]
  ])('%s: %j', (nodeId, expected) => {
    expect(ids(nodeId, all)).toEqual(expected)
  })

  it('a customer once, with its first enrolment there; a metering point once', () => {
    expect(ids('S1', [enrolment('A', 'MP1'), enrolment('A', 'MP3')])).toEqual(['A-MP1'])
    expect(ids('F2', [enrolment('A', 'MP1'), enrolment('A', 'MP3')])).toEqual(['A-MP3'])
    expect(ids('S1', [enrolment('A', 'MP1'), enrolment('B', 'MP1')])).toEqual(['A-MP1'])
  })

  it('only while the enrolment is in force', () => {
    expect(ids('S1', [enrolment('A', 'MP1', { until: '2026-06-02T10:00:00Z' })])).toEqual([])
    expect(ids('S1', [enrolment('A', 'MP1', { since: '2026-06-02T10:00:01Z' })])).toEqual([])
    expect(ids('S1', [enrolment('A', 'MP1', { until: '2026-06-02T10:00:01Z' })])).toEqual(['A-MP1'])
  })

  it('with the meter that settles it, or without', () => {
    expect(eligibleBelow(nodes, all, 'F1', now).map(({ meterId }) => meterId)).toEqual(['M1', null])
  })

  it('a circle in the registry ends', () => {
    const circle = [node('X', 'feeder', 'Y'), node('Y', 'feeder', 'X'), node('MP', 'meteringPoint', 'X', 'M')]
    expect(eligibleBelow(circle, [enrolment('A', 'MP')], 'S1', now)).toEqual([])
  })
})
