import type { GridNode } from '../contract/registry.ts'
import type { ReadingKind } from '../contract/telemetry.ts'
import type { MeterClass } from './limits.ts'

/** What the registry knows of one source of readings. */
export interface SourceFacts {
  kind: ReadingKind
  id: string
  meterClass: MeterClass
  /** Contract, capacity or rating, kW or kVA; null: not known, or not for all it measures. */
  capacityKw: number | null
  reportIntervalS: number | null
}

/** Kind and id in one word; joined for the same reason as in `pointKey`. */
export const sourceKey = (kind: ReadingKind, id: string): string => [kind, id].join('/')

/** Every source that the registry names, by its key. Of several nodes that it measures the first names its class. */
export function registeredSources(nodes: readonly GridNode[]): ReadonlyMap<string, SourceFacts> {
  // All who follow the registry are given the same nodes: one table is enough for them.
  const known = tables.get(nodes) ?? sourcesOf(nodes)
  tables.set(nodes, known)
  return known
}

const tables = new WeakMap<readonly GridNode[], ReadonlyMap<string, SourceFacts>>()

function sourcesOf(nodes: readonly GridNode[]): Map<string, SourceFacts> {
  const sources = new Map<string, SourceFacts>()
  const add = (facts: SourceFacts) => {
    const key = sourceKey(facts.kind, facts.id)
    const before = sources.get(key)
    sources.set(key, before === undefined ? facts : joined(before, facts))
  }
  for (const node of nodes) {
    const meterClass = classOf(node)
    const { reportIntervalS } = node
    const capacityKw = node.capacityKw ?? node.ratingKva
    if (node.kind === 'transformer')
      add({ kind: 'transformer', id: node.id, meterClass, capacityKw, reportIntervalS })
    const meter = node.meter ?? (node.kind === 'meteringPoint' ? node.id : null)
    if (meter !== null) add({ kind: 'meter', id: meter, meterClass, capacityKw, reportIntervalS })
    // A node's report interval is that of its meter; a weather station's own is not in the registry.
    if (node.weather !== null)
      add({
        kind: 'weather',
        id: node.weather,
        meterClass: 'weather',
        capacityKw: null,
        reportIntervalS: null
      })
  }
  return sources
}

/** What nobody registered: only its kind is known. */
export function unregisteredClass(kind: ReadingKind): MeterClass {
  if (kind === 'meter') return 'unassigned'
  return kind === 'transformer' ? 'transformer' : 'weather'
}

function classOf(node: GridNode): MeterClass {
  if (node.kind === 'meteringPoint') return node.customerId === null ? 'household' : 'consumer'
  return node.kind === 'transformer' ? 'transformer' : 'network'
}

function joined(one: SourceFacts, other: SourceFacts): SourceFacts {
  const areKnown = one.capacityKw !== null && other.capacityKw !== null
  return {
    ...one,
    capacityKw: areKnown ? Math.max(one.capacityKw ?? 0, other.capacityKw ?? 0) : null,
    reportIntervalS: one.reportIntervalS ?? other.reportIntervalS
  }
}
