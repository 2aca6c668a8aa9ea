import { describe, expect, test } from 'vitest'
import type { Finding } from '../../server/contract/findings.ts'
import type { LoadState } from '../../server/contract/grid.ts'
import type { LiveSnapshot } from '../../server/contract/live.ts'
import {
  fromSnapshot,
  isWithin,
  mostUrgent,
  rankFindings,
  topNodes,
  withChange
} from '../../web/src/liveState.ts'

const node = (id: string, parent: string | null, more: Partial<LoadState> = {}) =>
  ({ id, parent, kind: 'feeder', expected: 1, loadKw: 1, ...more }) as LoadState
const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  kind: 'overload',
  nodeId: 'A',
  nodeName: 'A',
  priority: 2,
  raisedAt: '2026-06-12T06:00:00Z',
  clearedAt: null,
  acknowledged: null,
  summary: '',
  facts: {},
  flagged: [],
  ...more
})
const acknowledged = { by: 'Lan', at: '2026-06-12T07:00:00Z', note: '' }
const snapshot = {
  at: '2026-06-12T06:00:00Z',
  timeZone: '+09:00',
  demo: true,
  nodes: [node('A', null), node('B', 'A')],
  findings: [finding('F1')],
  events: [],
  ingest: { readings: 1 }
} as unknown as LiveSnapshot

describe('a change', () => {
  test('replaces what it names and leaves the rest the same object', () => {
    const before = fromSnapshot(snapshot)
    const after = withChange(before, {
      at: '',
      nodes: [node('B', 'A', { loadKw: 7 })],
      findings: [finding('F2')]
    })
    expect(after.nodes.get('B')?.loadKw).toBe(7)
    expect(after.nodes.get('A')).toBe(before.nodes.get('A'))
    expect([...after.findings.keys()]).toEqual(['F1', 'F2'])
    expect(after.events).toBe(before.events)
    expect(after.ingest).toBe(before.ingest)
    expect(before.nodes.get('B')?.loadKw).toBe(1)
  })
})

test('findings: not acknowledged first, then by priority, then newest; done ones are gone', () => {
  const ranked = rankFindings([
    finding('seen', { priority: 1, acknowledged }),
    finding('low', { priority: 3 }),
    finding('gone', { clearedAt: '2026-06-12T07:00:00Z', acknowledged }),
    finding('cleared', { priority: 1, clearedAt: '2026-06-12T07:00:00Z' }),
    finding('ahead', { kind: 'heat-peak-ahead', raisedAt: '2026-06-12T06:50:00Z' }),
    finding('older'),
    finding('newer', { raisedAt: '2026-06-12T06:30:00Z' }),
    finding('high', { priority: 1 })
  ])
  expect(ranked.map(({ id }) => id)).toEqual(['high', 'newer', 'older', 'ahead', 'low', 'cleared', 'seen'])
})

test('top nodes: the widest first', () => {
  const tops = topNodes([
    node('small', null, { kind: 'substation', expected: 5 }),
    node('child', 'province'),
    node('province', null, { kind: 'province' }),
    node('large', null, { kind: 'substation', expected: 50 })
  ])
  expect(tops.map(({ id }) => id)).toEqual(['province', 'large', 'small'])
})

describe('within', () => {
  const nodes = new Map(
    [node('A', null), node('B', 'A'), node('C', 'B'), node('X', 'Y'), node('Y', 'X')].map(n => [n.id, n])
  )
  test.each([
    ['C', 'A', true],
    ['C', 'C', true],
    ['A', 'C', false],
    ['unknown', 'A', false]
  ])('%s within %s', (id, ancestor, expected) => {
    expect(isWithin(nodes, id, ancestor)).toBe(expected)
  })
  test('a circle in the registry ends', () => {
    expect(isWithin(nodes, 'X', 'A')).toBe(false)
  })
})

describe('what stands above all else', () => {
  const urgent = (...findings: Finding[]) => mostUrgent(rankFindings(findings))?.id ?? null
  test('is an overload or a heat peak nobody has acknowledged, before an acknowledged one', () => {
    const heat = finding('heat', { kind: 'heat-peak', priority: 1, acknowledged })
    expect(urgent(heat, finding('over'))).toBe('over')
    expect(urgent(heat, finding('over', { acknowledged }))).toBe('heat')
  })
  test('is neither a silent meter nor what has cleared', () => {
    expect(urgent(finding('silent', { kind: 'silent-meter', priority: 1 }))).toBeNull()
    expect(urgent(finding('gone', { clearedAt: '2026-06-12T07:00:00Z' }))).toBeNull()
  })
})
