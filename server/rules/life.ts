import type { Finding } from '../contract/findings.ts'
import { findingId } from './findingId.ts'
import type { Hold, RulesMemory, Standing } from './memory.ts'

/**
 * What a rule says about one thing in one cycle.
 * on: it should be raised · off: it may be cleared · between: neither, and known · unknown: nobody can tell.
 */
export type Verdict = 'on' | 'off' | 'between' | 'unknown'

/** What a finding says; see the contract. */
export type Description = Pick<Finding, 'priority' | 'summary' | 'facts' | 'flagged'>

export interface Observation {
  /** Unique among all rules, the same in every cycle. */
  key: string
  idPrefix: string
  kind: Finding['kind']
  nodeId: string
  nodeName: string
  verdict: Verdict
  holdS: number
  clearHoldS: number
  describe(): Description
}

/**
 * The life of a finding, one step.
 *
 *   not standing   on for holdS ─────────► raised       between, off: the hold starts over · unknown: it waits
 *   standing       off for clearHoldS ───► cleared      anything else: the hold starts over
 *
 * So an unknown load neither raises nor clears, and never counts towards a hold.
 */
export function live(memory: RulesMemory, seen: Observation, refreshS: number, now: number): Finding | null {
  const standing = memory.standing.get(seen.key)
  if (standing === undefined) {
    const heldMs = advanceHold(memory.holds, seen.key, seen.verdict, 'on', now)
    return heldMs !== null && heldMs >= seen.holdS * 1000 ? raise(memory, seen, now) : null
  }
  const verdict = seen.verdict === 'unknown' ? 'between' : seen.verdict
  const heldMs = advanceHold(memory.holds, seen.key, verdict, 'off', now)
  if (heldMs !== null && heldMs >= seen.clearHoldS * 1000) return clear(memory, seen.key, standing, now)
  return refresh(memory, seen, standing, refreshS, now)
}

/** Clears what no rule speaks about any more: its node, its limit or its meter is gone. */
export function clearUnseen(memory: RulesMemory, seen: ReadonlySet<string>, now: number): Finding[] {
  for (const key of memory.holds.keys()) if (!seen.has(key)) memory.holds.delete(key)
  const gone = [...memory.standing].filter(([key]) => !seen.has(key))
  return gone.map(([key, standing]) => clear(memory, key, standing, now))
}

/** How long, in ms, the wanted verdict has been seen without interruption; null while it is not seen. */
function advanceHold(
  holds: Map<string, Hold>,
  key: string,
  verdict: Verdict,
  wanted: 'on' | 'off',
  now: number
): number | null {
  const before = holds.get(key)
  if (verdict === wanted) {
    const heldMs = (before?.heldMs ?? 0) + (before?.isRunning === true ? now - before.at : 0)
    holds.set(key, { heldMs, at: now, isRunning: true })
    return heldMs
  }
  if (verdict === 'unknown' && before !== undefined) holds.set(key, { ...before, at: now, isRunning: false })
  else holds.delete(key)
  return null
}

function raise(memory: RulesMemory, seen: Observation, now: number): Finding {
  const finding: Finding = {
    id: findingId(seen.idPrefix, seen.nodeId, now),
    kind: seen.kind,
    nodeId: seen.nodeId,
    nodeName: seen.nodeName,
    raisedAt: new Date(now).toISOString(),
    clearedAt: null,
    acknowledged: null,
    ...seen.describe()
  }
  memory.holds.delete(seen.key)
  memory.standing.set(seen.key, { finding, toldAt: now })
  return finding
}

function clear(memory: RulesMemory, key: string, { finding }: Standing, now: number): Finding {
  memory.standing.delete(key)
  memory.holds.delete(key)
  return { ...finding, clearedAt: new Date(now).toISOString() }
}

/** Tells a standing finding again: at once when it got graver or its people changed, else when its words did and time has passed. */
function refresh(
  memory: RulesMemory,
  seen: Observation,
  { finding, toldAt }: Standing,
  refreshS: number,
  now: number
): Finding | null {
  const next: Finding = { ...finding, nodeName: seen.nodeName, ...seen.describe() }
  const isUrgent = next.priority < finding.priority || people(next) !== people(finding)
  const isDue = now - toldAt >= refreshS * 1000 && words(next) !== words(finding)
  if (!isUrgent && !isDue) return null
  memory.standing.set(seen.key, { finding: next, toldAt: now })
  return next
}

const people = ({ flagged }: Finding) => flagged.map(consumer => consumer.meteringPointId).join()

/** What a person would see of it: the summary's rounded numbers, and each consumer's load in whole kW. */
function words({ priority, summary, nodeName, flagged }: Finding): string {
  const loads = flagged.map(({ presentKw, committedKw }) => [presentKw && Math.round(presentKw), committedKw])
  return JSON.stringify([priority, summary, nodeName, loads])
}
