import type { Source } from '../contract/sources.ts'
import type { LiveSources } from './liveSources.ts'
import type { NodeSources } from './ownValues.ts'
import { freshnessOf } from './sourceStates.ts'
import type { Topology } from './topology.ts'

/** Whose readings are awaited at a moment; columns by the place of a node in the tree. */
export interface Awaited {
  /** 1: the node awaits readings of points of its own. */
  isAwaited: Uint8Array
  /** 1: it awaits them, and none of its points has ever spoken. */
  isUnheard: Uint8Array
  /** The points that spoke before and are beyond three report intervals, in the order of the tree. */
  silent: readonly Source[]
}

/** Looks at every measuring point; an object is made only of what is silent. */
export function awaitedAt(
  now: number,
  topology: Topology,
  sources: LiveSources,
  { starts, numbers }: Pick<NodeSources, 'starts' | 'numbers'>,
  defaultS: number,
  sourceOf: (n: number) => Source
): Awaited {
  const { places } = topology
  const isAwaited = new Uint8Array(places.length)
  const isUnheard = new Uint8Array(places.length)
  const silent: Source[] = []
  for (let index = 0; index < places.length; index += 1) {
    for (let i = starts[index] ?? 0; i < (starts[index + 1] ?? 0); i += 1) {
      const n = numbers[i] ?? 0
      // A point that measures several nodes is the first one's.
      if (sources.place(n)?.index !== index || !isExpected(n, sources, topology)) continue
      const state = freshnessOf(n, sources.values, now, defaultS)
      const isFirst = isAwaited[index] === 0
      isUnheard[index] = state === 'never' && (isFirst || isUnheard[index] === 1) ? 1 : 0
      isAwaited[index] = 1
      if (state === 'silent') silent.push(sourceOf(n))
    }
  }
  return { isAwaited, isUnheard, silent }
}

/**
 * Registered, and awaited. A transformer need not send anything of its own. Until it does it is awaited only where the
 * registry says how often it reports and gives it no meter, or where nothing else can tell its load.
 */
export function isExpected(n: number, sources: LiveSources, { byId }: Topology): boolean {
  if (sources.place(n) === null) return false
  if (sources.kind(n) !== 'transformer' || !Number.isNaN(sources.values.newestTs[n])) return true
  const place = byId.get(sources.id(n))
  if (place === undefined || place.node.meter !== null) return false
  return place.node.reportIntervalS !== null || place.children.length === 0
}
