import { createHash } from 'node:crypto'
import { canonicalJson } from '../../contract/canonicalJson.ts'
import type { ParticipantPerformance, Performance, Recomputation } from '../../contract/performance.ts'
import { performanceTotal } from '../../contract/performanceTotal.ts'

/**
 * What was measured anew, said as the kept result said it: when, in which version, and with the errors as they were
 * assessed then, none of which come from the readings.
 */
export function asKept(measured: Performance, kept: Performance): Performance {
  const before = new Map(kept.participants.map(one => [one.customerId, one]))
  const participants = measured.participants.map(one => ({
    ...one,
    uncertaintyKw: before.get(one.customerId)?.uncertaintyKw ?? null
  }))
  const { t, intervalMinutes } = measured
  const { commonErrorShare } = kept.total
  const { eventId, version, state, isDrill, isFinal, resultVersion, computedAt } = kept
  return {
    ...measured,
    ...{ eventId, version, state, isDrill, isFinal, resultVersion, computedAt },
    participants,
    total: performanceTotal({ participants, t, intervalMinutes, commonErrorShare })
  }
}

/** Whose numbers are others than those kept, and whether that comes from the readings and days they rest on. */
export function differencesOf(kept: Performance, recomputed: Performance): Recomputation['differences'] {
  const now = new Map(recomputed.participants.map(one => [one.customerId, one]))
  return kept.participants.flatMap(one => {
    const again = now.get(one.customerId)
    if (again !== undefined && canonicalJson(again) === canonicalJson(one)) return []
    const cause = again === undefined || !restsOnTheSame(one, again) ? ('data' as const) : ('digits' as const)
    return {
      customerId: one.customerId,
      keptKwh: one.deliveredKwh,
      recomputedKwh: again?.deliveredKwh ?? null,
      cause
    }
  })
}

/** Whether two measurements of a participant rest on the same readings, days and parameters. */
export function restsOnTheSame(a: ParticipantPerformance, b: ParticipantPerformance): boolean {
  return (
    (a.baseline?.dataHash ?? null) === (b.baseline?.dataHash ?? null) &&
    isSameColumn(a.meteredKw, b.meteredKw)
  )
}

const isSameColumn = (a: readonly (number | null)[], b: readonly (number | null)[]) =>
  a.length === b.length && a.every((kw, i) => kw === b[i])

/** A kept result beside the same measured anew. `keptSha256`: as it was kept, hex, over its canonical JSON. */
export function recomputation(kept: Performance, keptSha256: string, measured: Performance): Recomputation {
  const recomputed = asKept(measured, kept)
  const recomputedSha256 = createHash('sha256').update(canonicalJson(recomputed)).digest('hex')
  return {
    resultVersion: kept.resultVersion,
    keptSha256,
    recomputedSha256,
    isEqual: recomputedSha256 === keptSha256,
    differences: differencesOf(kept, recomputed)
  }
}
