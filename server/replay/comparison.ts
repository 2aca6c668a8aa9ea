import type { Finding } from '../contract/findings.ts'
import type { ReplayComparison } from '../contract/replays.ts'

type Compared = Pick<ReplayComparison, 'onlyHere' | 'onlyThere' | 'changed' | 'same'>

/**
 * The findings of one day beside those of another run of it. Of one kind and node two are the same where they stood at the
 * same time; of several the earliest of each go together.
 *
 *   here     ├────────┤            ├───┤
 *   there         ├──────┤  ├──┤              changed · only there · only here
 */
export function compared(here: readonly Finding[], there: readonly Finding[]): Compared {
  const found: Compared = { onlyHere: [], onlyThere: [], changed: [], same: 0 }
  const others = Map.groupBy(there, keyOf)
  for (const one of here) {
    const candidates = others.get(keyOf(one)) ?? []
    const at = candidates.findIndex(other => overlap(one, other))
    const [other] = at < 0 ? [] : candidates.splice(at, 1)
    if (other === undefined) found.onlyHere.push(one)
    else if (isSame(one, other)) found.same++
    else {
      const { kind, nodeId, nodeName } = one
      found.changed.push({ kind, nodeId, nodeName, here: brief(one), there: brief(other) })
    }
  }
  found.onlyThere = there.filter(one => others.get(keyOf(one))?.includes(one))
  return found
}

/** The findings as they stood at an earlier moment (epoch ms). */
export function asOf(findings: readonly Finding[], t: number): Finding[] {
  return findings
    .filter(({ raisedAt }) => Date.parse(raisedAt) <= t)
    .map(one => (one.clearedAt !== null && Date.parse(one.clearedAt) > t ? { ...one, clearedAt: null } : one))
}

const keyOf = ({ kind, nodeId }: Finding) => `${kind}/${nodeId}`

const endOf = ({ clearedAt }: Finding) => (clearedAt === null ? Infinity : Date.parse(clearedAt))

const overlap = (a: Finding, b: Finding) =>
  Date.parse(a.raisedAt) <= endOf(b) && Date.parse(b.raisedAt) <= endOf(a)

const isSame = (a: Finding, b: Finding) =>
  a.raisedAt === b.raisedAt && a.clearedAt === b.clearedAt && a.priority === b.priority

const brief = ({ id, priority, raisedAt, clearedAt, summary }: Finding) => ({
  id,
  priority,
  raisedAt,
  clearedAt,
  summary
})
