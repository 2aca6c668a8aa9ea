import type { Source } from '../contract/sources.ts'
import type { Description, Observation } from './life.ts'
import type { RuleLimits } from './limits.ts'
import { type RulesMemory, silentGroupKey, silentKey } from './memory.ts'
import type { RuleNode } from './snapshot.ts'

/** What is silent below a node, as findings: a meter each, or one for a whole node. */
type Silence =
  | { what: 'meter'; node: RuleNode; source: Source }
  | { what: 'group'; node: RuleNode; silentCount: number; expected: number }

interface Below {
  silences: Silence[]
  silentCount: number
  expected: number
}

const INTERVALS_TO_LISTEN = 3

/**
 * A meter (or a transformer's own readings) that has spoken before and is beyond three report intervals. One that never
 * spoke is not silent: nothing stopped; the list of sources shows it. After a start three of its intervals must pass
 * before its silence counts. More than three silences directly or further below one node become one finding of that node,
 * and so on upwards: a broker's failure is one finding, not two thousand.
 *
 *   items below a node    0 1 | 2 3 | 4 …
 *   single findings        ◄──┴─────► group           a standing group ends at 1
 *
 * Only what is silent is observed; what is not observed any more clears.
 */
export function silentMeters(
  nodes: readonly RuleNode[],
  sources: readonly Source[],
  memory: RulesMemory,
  limits: RuleLimits,
  now: number
): Observation[] {
  const ownSources = sourcesByNode(sources)
  const grouped = standingGroups(nodes, memory)
  const silentSourceOf = (node: RuleNode) => {
    const own = ownSources.get(node.load.id) ?? []
    return own.find(source => isSilent(source, grouped.has(node.load.id), memory, now)) ?? null
  }

  const below = new Map<string, Below>()
  const top: Below = { silences: [], silentCount: 0, expected: 0 }
  for (const node of nodes.toReversed()) {
    const { id, parent } = node.load
    const own = silentSourceOf(node)
    const found = gathered(node, below.get(id), memory, limits)
    if (own !== null) found.silences.push({ what: 'meter', node, source: own })
    const target = parent === null ? top : (below.get(parent) ?? emptyBelow(below, parent))
    target.silences.push(...found.silences)
    target.silentCount += found.silentCount + (own === null ? 0 : 1)
    target.expected += found.expected + (ownSources.has(id) ? 1 : 0)
  }
  return [
    ...top.silences.toReversed().map(silence => observe(silence, now)),
    ...unheard(nodes, ownSources, memory, now)
  ]
}

function sourcesByNode(sources: readonly Source[]): Map<string, Source[]> {
  const byNode = new Map<string, Source[]>()
  for (const source of sources) {
    if (source.kind === 'weather' || source.nodeId === null) continue
    const known = byNode.get(source.nodeId)
    if (known === undefined) byNode.set(source.nodeId, [source])
    else known.push(source)
  }
  return byNode
}

/** The nodes below one whose group stands. */
function standingGroups(nodes: readonly RuleNode[], { standing }: RulesMemory): Set<string> {
  const grouped = new Set<string>()
  for (const { load } of nodes) {
    const { id, parent } = load
    if (parent !== null && (grouped.has(parent) || standing.has(silentGroupKey(parent)))) grouped.add(id)
  }
  return grouped
}

function isSilent(source: Source, isInGroup: boolean, memory: RulesMemory, now: number): boolean {
  if (source.state !== 'silent' || source.nodeId === null) return false
  const isListenedTo = now - memory.listeningSince >= INTERVALS_TO_LISTEN * source.reportIntervalS * 1000
  return isListenedTo || isInGroup || memory.standing.has(silentKey(source.nodeId))
}

/** What a node hands upwards: its silences one by one, or as one. */
function gathered(node: RuleNode, below: Below | undefined, memory: RulesMemory, limits: RuleLimits): Below {
  const found = below ?? { silences: [], silentCount: 0, expected: 0 }
  const isStanding = memory.standing.has(silentGroupKey(node.load.id))
  const most = isStanding ? limits.silentGroupEndsAt : limits.silentGroupAbove
  if (found.silences.length <= most) return found
  const { silentCount, expected } = found
  return { silences: [{ what: 'group', node, silentCount, expected }], silentCount, expected }
}

function emptyBelow(below: Map<string, Below>, id: string): Below {
  const fresh: Below = { silences: [], silentCount: 0, expected: 0 }
  below.set(id, fresh)
  return fresh
}

function observe(silence: Silence, now: number): Observation {
  const { id, name } = silence.node.load
  const isGroup = silence.what === 'group'
  return {
    key: isGroup ? silentGroupKey(id) : silentKey(id),
    idPrefix: isGroup ? 'SG' : 'SM',
    kind: 'silent-meter',
    nodeId: id,
    nodeName: name,
    verdict: 'on',
    holdS: 0,
    clearHoldS: 0,
    describe: () => (isGroup ? describeGroup(name, silence) : describeMeter(name, silence.source, now))
  }
}

/** Silent findings of before a start whose meters the store no longer tells about: they stand until one speaks. */
function unheard(
  nodes: readonly RuleNode[],
  ownSources: ReadonlyMap<string, Source[]>,
  memory: RulesMemory,
  now: number
): Observation[] {
  return nodes.flatMap(node => {
    const own = ownSources.get(node.load.id) ?? []
    const [source] = own
    if (source === undefined || own.some(({ state }) => state !== 'never')) return []
    if (!memory.standing.has(silentKey(node.load.id))) return []
    return { ...observe({ what: 'meter', node, source }, now), verdict: 'unknown' as const }
  })
}

function describeGroup(
  name: string,
  { silentCount, expected }: { silentCount: number; expected: number }
): Description {
  return {
    priority: 2,
    summary: `${silentCount} of ${expected} meters below ${name} are silent`,
    facts: { silentCount, expected },
    flagged: []
  }
}

/** `silentS` is as of the last telling; `lastAt` does not age. */
function describeMeter(name: string, source: Source, now: number): Description {
  const { kind, id, newestAt, reportIntervalS } = source
  const silentS = newestAt === null ? null : Math.round((now - newestAt) / 1000)
  const since = newestAt === null ? 'since long' : `since ${new Date(newestAt).toISOString()}`
  return {
    priority: 3,
    summary: `No reading from ${kind} ${id} at ${name} ${since}; it reports every ${reportIntervalS} s`,
    facts: { lastAt: newestAt, silentS, reportIntervalS },
    flagged: []
  }
}
