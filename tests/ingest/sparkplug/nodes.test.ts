import { describe, expect, it } from 'vitest'
import { createNodes, lookUp, type Table, tableOf } from '../../../server/ingest/sparkplug/nodes.ts'
import type { Metric } from '../../../server/ingest/sparkplug/payload.ts'
import { restoreNodes, writeNodes } from '../../../server/ingest/sparkplug/savedNodes.ts'
import { compileSources } from '../../../server/ingest/sparkplug/sources.ts'

const compiled = compileSources([
  {
    of: 'device',
    kind: 'meter',
    id: '{group}-{node}-{device}',
    metrics: { P: { member: 'kw' }, 'Phase/{phase}/U': { member: 'v' } }
  }
])
if ('mistakes' in compiled) throw new Error(compiled.mistakes.join())
const { find } = compiled
const origin = { group: 'G', node: 'N', device: 'D' }

const metric = (name: string | null, alias: number | null, datatype: number | null = 10): Metric => ({
  ...{ name, alias, datatype, timestamp: null },
  ...{ isHistorical: false, isNull: false, wire: null }
})

function table(...metrics: Metric[]): Table {
  return tableOf({ timestamp: null, seq: 0, metrics }, origin, find).table
}

describe('what is kept of births', () => {
  it('is bounded in nodes', () => {
    const nodes = createNodes({ nodes: 2, metrics: 100 })
    expect([nodes.add('G', '1'), nodes.add('G', '2')]).not.toContain(null)
    expect(nodes.add('G', '3')).toBeNull()
    const first = nodes.get('G', '1')
    if (first !== undefined) nodes.remove(first)
    expect(nodes.add('G', '3')).not.toBeNull()
  })

  it('is bounded in metrics; a new birth takes the place of the old', () => {
    const nodes = createNodes({ nodes: 2, metrics: 5 })
    const edge = nodes.add('G', 'N')
    if (edge === null) throw new Error('no room')
    const two = () => table(metric('P', 1), metric('Other', 2))
    expect(nodes.setTable(edge, 'A', two())).toBe(true)
    expect(nodes.setTable(edge, 'A', two())).toBe(true)
    expect(nodes.counters().metrics).toBe(3)
    expect(nodes.setTable(edge, 'B', two())).toBe(false)
    expect(edge.tables.has('B')).toBe(false)
    nodes.removeTable(edge, 'A')
    expect(nodes.setTable(edge, 'B', two())).toBe(true)
    nodes.remove(edge)
    expect(nodes.counters()).toEqual({ nodes: 0, metrics: 0 })
  })

  it('is found by alias, else by name', () => {
    const known = table(metric('P', 1), metric('Phase/L1/U', null), metric('Other', 3))
    expect(lookUp(known, metric(null, 1))?.name).toBe('P')
    expect(lookUp(known, metric('P', null))?.name).toBe('P')
    expect(lookUp(known, metric('Phase/L1/U', null))?.target).toMatchObject({ id: 'G-N-D', member: 'v' })
    expect(lookUp(known, metric(null, 3))).toBeNull()
    expect(lookUp(known, metric('New', null))).toBeNull()
    expect(lookUp(known, metric(null, 4))).toBeUndefined()
    expect(lookUp(known, metric(null, null))).toBeUndefined()
  })

  it('is the same after a restart, but for what nobody asked for', () => {
    const nodes = createNodes()
    const edge = nodes.add('G', 'N')
    if (edge === null) throw new Error('no room')
    edge.bdSeq = 4
    nodes.setTable(edge, 'D', table(metric('P', 1), metric('Phase/L1/U', null, 9), metric('Other', 3)))
    const again = createNodes()
    expect(restoreNodes(writeNodes(nodes), again, find)).toBe(true)
    const restored = again.get('G', 'N')
    expect(restored).toMatchObject({ bdSeq: 4, seq: null, isBorn: false })
    expect([...(restored?.tables.get('D')?.byName.keys() ?? [])]).toEqual(['P', 'Phase/L1/U'])
    expect([...(restored?.tables.get('D')?.byAlias.keys() ?? [])]).toEqual([1])
    expect(writeNodes(again)).toBe(writeNodes(nodes))
  })

  it('a restart may bring another mapping: what it no longer asks for is left out', () => {
    const nodes = createNodes()
    const edge = nodes.add('G', 'N')
    if (edge === null) throw new Error('no room')
    nodes.setTable(edge, 'D', table(metric('P', 1)))
    const again = createNodes()
    restoreNodes(writeNodes(nodes), again, () => null)
    expect(lookUp(again.get('G', 'N')?.tables.get('D') ?? table(), metric(null, 1))).toBeNull()
  })

  it('what a birth does not say well is told in words', () => {
    const { problems } = tableOf(
      { timestamp: null, seq: 0, metrics: [metric(null, 1), metric('P', 2, null), metric('P', 3, 12)] },
      origin,
      find
    )
    expect(problems).toEqual([
      'a metric of the birth has no name',
      'metric P: its birth does not say the datatype',
      'metric P: datatype 12 is no number'
    ])
    const foreign = tableOf(
      { timestamp: null, seq: 0, metrics: [metric('P', 1)] },
      { ...origin, device: 'D 1' },
      find
    )
    expect(foreign.problems[0]).toContain('metric P: "G-N-D 1" is not an id')
  })
})
