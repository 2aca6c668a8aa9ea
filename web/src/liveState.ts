import type { CurtailmentEvent } from '../../server/contract/events.ts'
import type { Finding } from '../../server/contract/findings.ts'
import type { LoadState } from '../../server/contract/grid.ts'
import type { LiveChange, LiveSnapshot } from '../../server/contract/live.ts'
import type { IngestState } from '../../server/contract/sources.ts'
import { isOfNow } from './orderWish.ts'

/** What the live stream has told so far: its last snapshot with every change since. */
export interface LiveState {
  timeZone: string
  demo: boolean
  nodes: ReadonlyMap<string, LoadState>
  findings: ReadonlyMap<string, Finding>
  events: ReadonlyMap<string, CurtailmentEvent>
  /** null for whom it does not concern. */
  ingest: IngestState | null
}

const byId = <T extends { id: string }>(entries: readonly T[]) => new Map(entries.map(e => [e.id, e]))

function replaced<T extends { id: string }>(old: ReadonlyMap<string, T>, entries: readonly T[] | undefined) {
  if (!entries) return old
  const next = new Map(old)
  for (const entry of entries) next.set(entry.id, entry)
  return next
}

export function fromSnapshot(snapshot: LiveSnapshot): LiveState {
  return {
    timeZone: snapshot.timeZone,
    demo: snapshot.demo,
    nodes: byId(snapshot.nodes),
    findings: byId(snapshot.findings),
    events: byId(snapshot.events),
    ingest: snapshot.ingest
  }
}

/** Each entry of a change replaces the one of the same id; what it does not name stays the same object. */
export function withChange(state: LiveState, change: LiveChange): LiveState {
  return {
    ...state,
    nodes: replaced(state.nodes, change.nodes),
    findings: replaced(state.findings, change.findings),
    events: replaced(state.events, change.events),
    ingest: change.ingest ?? state.ingest
  }
}

/** Cleared and acknowledged: no longer anybody's concern. */
const isOpen = (finding: Finding) => finding.clearedAt === null || finding.acknowledged === null

/** What must be looked at first: not acknowledged, still there, most urgent, of now before what is foretold, newest. */
export function rankFindings(findings: Iterable<Finding>): Finding[] {
  const rank = (f: Finding) => (f.acknowledged ? 2 : 0) + (f.clearedAt === null ? 0 : 1)
  return [...findings]
    .filter(isOpen)
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        a.priority - b.priority ||
        Number(isOfNow(b)) - Number(isOfNow(a)) ||
        Date.parse(b.raisedAt) - Date.parse(a.raisedAt)
    )
}

/**
 * The one finding that stands above all else: the first of `ranked` (as rankFindings orders them) that says a load is
 * or may come too high, and still stands: silence and faults of equipment can wait. Acknowledged only where every such finding is.
 */
export function mostUrgent(ranked: readonly Finding[]): Finding | null {
  return ranked.find(({ kind, clearedAt }) => ofLoad.has(kind) && clearedAt === null) ?? null
}
const ofLoad = new Set<Finding['kind']>(['heat-peak', 'heat-peak-ahead', 'overload', 'transformer-limit'])

const rootRank = ['company', 'province', 'substation', 'feeder', 'transformer', 'meteringPoint']

/** The nodes nobody is above, the widest first. */
export function topNodes(nodes: Iterable<LoadState>): LoadState[] {
  return [...nodes]
    .filter(node => node.parent === null)
    .sort(
      (a, b) =>
        rootRank.indexOf(a.kind) - rootRank.indexOf(b.kind) ||
        b.expected - a.expected ||
        (a.id < b.id ? -1 : 1)
    )
}

/** Whether a node is, or is below, another. */
export function isWithin(nodes: ReadonlyMap<string, LoadState>, id: string, ancestor: string): boolean {
  const seen = new Set<string>()
  for (let at: string | null | undefined = id; at && !seen.has(at); at = nodes.get(at)?.parent) {
    if (at === ancestor) return true
    seen.add(at)
  }
  return false
}
