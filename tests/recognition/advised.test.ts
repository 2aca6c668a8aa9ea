import { expect, test } from 'vitest'
import type { Finding } from '../../server/contract/findings.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import { whyNotAdvised } from '../../server/recognition/advised.ts'
import { at, finding, noon } from '../records/samples.ts'
import { openRecognition } from './openRecognition.ts'

const node = (
  id: string,
  kind: GridNode['kind'],
  parent: string | null,
  customerId: string | null = null
) => ({
  ...{ id, kind, parent, name: id, meter: null, weather: null, capacityKw: null, ratingKva: null },
  ...{ reportIntervalS: null, customerId }
})
/** A transformer that feeds C1, one of C2’s own inside its substation, and one that is nobody’s. */
const nodes: GridNode[] = [
  node('F', 'feeder', null),
  node('T1', 'transformer', 'F'),
  node('P1', 'meteringPoint', 'T1', 'C1'),
  node('S2', 'substation', 'F', 'C2'),
  node('T2', 'transformer', 'S2'),
  node('T3', 'transformer', 'F')
]

test.each<[kind: Finding['kind'], nodeId: string, customerId: string, reason: string | null]>([
  ['transformer-cooling', 'T1', 'C1', null],
  ['oil-sensor', 'T1', 'C1', null],
  ['transformer-cooling', 'T2', 'C2', null],
  ['transformer-cooling', 'T1', 'C2', 'finding X is about T1, which is none of customer C2'],
  ['transformer-cooling', 'T2', 'C1', 'finding X is about T2, which is none of customer C1'],
  ['transformer-cooling', 'T3', 'C1', 'finding X is about T3, which is none of customer C1'],
  ['transformer-cooling', 'gone', 'C1', 'finding X is about gone, which is none of customer C1'],
  ['transformer-limit', 'T1', 'C1', 'finding X is of kind transformer-limit: it advises no service'],
  ['heat-peak', 'T1', 'C1', 'finding X is of kind heat-peak: it advises no service']
])('%s at %s for %s', (kind, nodeId, customerId, reason) => {
  const offer = { findingId: 'X', customerId }
  expect(whyNotAdvised({ id: 'X', kind, nodeId }, offer, nodes)).toBe(reason)
})

test('a service that a finding advises: offered once, says why; an unknown or unseen finding is refused', async () => {
  const { records, recognition, stop } = await openRecognition(nodes)
  try {
    for (const id of ['C1', 'C2']) await records.customers.insert({ id, name: `Nhà máy ${id}` })
    const place = { kind: 'transformer-cooling', nodeId: 'T1', nodeName: 'Máy T1' } as const
    await records.findings.save(finding('TC-1', noon, place))
    const whole = { participant: () => true, customer: () => true, node: () => true }
    const offer = {
      ...{ customerId: 'C1', findingId: 'TC-1', kind: 'substation-cleaning' as const },
      ...{ by: 'Lan', byId: 'usr-lan' }
    }
    const made = await recognition.rewards.offer(offer, whole, noon)
    expect(made).toMatchObject({ ok: true, value: { season: 2026, finding: { id: 'TC-1', ...place } } })
    expect(await recognition.rewards.offer(offer, whole, noon + 1)).toEqual(made)
    const test2 = { ...offer, kind: 'transformer-test' as const }
    expect(await recognition.rewards.offer(test2, whole, noon)).toMatchObject({ value: { id: 'RW-000002' } })
    expect(await recognition.record('C1', null)).toMatchObject({
      rewards: [{ finding: { nodeId: 'T1' } }, {}]
    })
    const unknown = { ok: false, status: 422, reason: 'finding TC-1 is unknown' }
    expect(await recognition.rewards.offer(offer, { ...whole, node: () => false }, noon)).toEqual(unknown)
    expect(await recognition.rewards.offer({ ...offer, findingId: 'TC-9' }, whole, noon)).toEqual({
      ...unknown,
      reason: 'finding TC-9 is unknown'
    })
    expect(await recognition.rewards.offer({ ...offer, customerId: 'C2' }, whole, noon)).toMatchObject({
      status: 422
    })
    // A cleared finding still says why.
    await records.findings.save(finding('TC-1', noon, { ...place, clearedAt: at(noon + 60_000) }))
    expect(await recognition.rewards.list({}, whole)).toMatchObject([{ finding: { id: 'TC-1' } }, {}])
  } finally {
    await stop()
  }
})
