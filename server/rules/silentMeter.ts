import type { Source } from '../contract/sources.ts'
import type { Description, Observation } from './life.ts'
import type { RuleLimits } from './limits.ts'
import { type RulesMemory, silentGroupKey, silentKey } from './memory.ts'
import type { RulePlace, RuleSnapshot, RuleTree } from './snapshot.ts'

/** What is silent below a node, as findings: a meter each, or one for a whole node. */
type Silence =
  | { what: 'meter'; place: RulePlace; source: Source }
  | { what: 'group'; place: RulePlace; silentCount: number; expected: number }

interface Below {
  silences: Silence[]
  silentCount: number
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
 * Only what is silent is observed; what is not observed any more clears. So the work goes by how many are silent, and
 * by what stands above them.
 */
export function silentMeters(
  snapshot: RuleSnapshot,
  memory: RulesMemory,
  limits: RuleLimits,
  now: number
): Observation[] {
  const { places } = snapshot.tree
  const silent = silentPlaces(snapshot, memory, now)
  const below = new Map<RulePlace | null, Below>([[null, { silences: [], silentCount: 0 }]])
  for (const index of bottomUp(silent, places)) {
    const place = places[index]
    if (place === undefined) continue
    const source = silent.get(index)
    const found = gathered(place, below.get(place), snapshot, memory, limits)
    if (source !== undefined) found.silences.push({ what: 'meter', place, source })
    const target = below.get(place.parent) ?? { silences: [], silentCount: 0 }
    below.set(place.parent, target)
    for (const silence of found.silences) target.silences.push(silence)
    target.silentCount += found.silentCount + (source === undefined ? 0 : 1)
  }
  const top = below.get(null)?.silences ?? []
  return [...top.toReversed().map(silence => observe(silence, now)), ...unheard(snapshot, memory)]
}

/** By the place of the node, the first of its points whose silence counts. */
function silentPlaces({ silent, tree }: RuleSnapshot, memory: RulesMemory, now: number): Map<number, Source> {
  const found = new Map<number, Source>()
  for (const source of silent) {
    const place = source.nodeId === null ? undefined : tree.byId.get(source.nodeId)
    if (place === undefined || source.kind === 'weather' || found.has(place.index)) continue
    if (isListenedTo(source, place, memory, now)) found.set(place.index, source)
  }
  return found
}

function isListenedTo(source: Source, place: RulePlace, memory: RulesMemory, now: number): boolean {
  if (now - memory.listeningSince >= INTERVALS_TO_LISTEN * source.reportIntervalS * 1000) return true
  if (memory.standing.has(silentKey(place.node.id))) return true
  for (let at = place.parent; at !== null; at = at.parent)
    if (memory.standing.has(silentGroupKey(at.node.id))) return true
  return false
}

/** The places of what is silent and of everything above it, children before their parents. */
function bottomUp(silent: ReadonlyMap<number, Source>, places: readonly RulePlace[]): Uint32Array {
  const indexes = new Set<number>()
  for (const index of silent.keys())
    for (let at = places[index] ?? null; at !== null && !indexes.has(at.index); at = at.parent)
      indexes.add(at.index)
  return Uint32Array.from(indexes).sort().reverse()
}

/** What a node hands upwards: its silences one by one, or as one. */
function gathered(
  place: RulePlace,
  below: Below | undefined,
  { tree, isAwaited }: RuleSnapshot,
  memory: RulesMemory,
  limits: RuleLimits
): Below {
  const found = below ?? { silences: [], silentCount: 0 }
  const isStanding = memory.standing.has(silentGroupKey(place.node.id))
  const most = isStanding ? limits.silentGroupEndsAt : limits.silentGroupAbove
  if (found.silences.length <= most) return found
  const { silentCount } = found
  const expected = awaitedBelow(place, tree, isAwaited)
  return { silences: [{ what: 'group', place, silentCount, expected }], silentCount }
}

/** How many nodes below a place await readings of their own. */
function awaitedBelow({ index }: RulePlace, { places }: RuleTree, isAwaited: Uint8Array): number {
  let count = 0
  for (let i = index + 1; i < places.length; i += 1) {
    if ((places[i]?.parent?.index ?? -1) < index) break
    count += isAwaited[i] ?? 0
  }
  return count
}

function observe(silence: Silence, now: number): Observation {
  const { name } = silence.place.node
  return {
    ...observationOf(silence.what, silence.place),
    verdict: 'on',
    describe: () =>
      silence.what === 'group' ? describeGroup(name, silence) : describeMeter(name, silence.source, now)
  }
}

function observationOf(what: Silence['what'], { node: { id, name } }: RulePlace) {
  const isGroup = what === 'group'
  return {
    key: isGroup ? silentGroupKey(id) : silentKey(id),
    idPrefix: isGroup ? 'SG' : 'SM',
    kind: 'silent-meter' as const,
    nodeId: id,
    nodeName: name,
    holdS: 0,
    clearHoldS: 0
  }
}

/** Silent findings of before a start whose meters the store no longer tells about: they stand, as told, until one speaks. */
function unheard({ tree, isUnheard }: RuleSnapshot, { standing }: RulesMemory): Observation[] {
  return [...standing].flatMap(([key, { finding }]) => {
    const place = tree.byId.get(finding.nodeId)
    if (place === undefined || key !== silentKey(finding.nodeId) || isUnheard[place.index] !== 1) return []
    return { ...observationOf('meter', place), verdict: 'unknown' as const, describe: () => finding }
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
