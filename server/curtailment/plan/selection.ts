import type { Plan, PlanCandidate } from '../../contract/plans.ts'

/** A past delivery counts at most this share of what was asked. */
const MAX_RATIO = 1.2

/** An enrolled customer below the node, as the plan sees it. Past ratios: delivered ÷ asked of its final events. */
export interface Enrolled {
  customerId: string
  name: string
  meteringPointId: string
  committedKw: number
  presentKw: number | null
  pastRatios: readonly number[]
  /** Why it cannot be called, in words; null where it can. */
  obstacle: string | null
}

/**
 * Ranks whom to call: by expected delivery, the committed kW times the mean past share of what was asked (0…1.2; 1 without
 * a past), never above the present load. Proposed is the smallest ranked set that reaches the target; without a target
 * everybody who can deliver.
 */
export function planOf(
  window: { start: number; end: number },
  targetKw: number | null,
  enrolled: readonly Enrolled[]
): Plan {
  const ranked = enrolled
    .map(candidateOf)
    .sort((a, b) => b.expectedKw - a.expectedKw || a.customerId.localeCompare(b.customerId))
  let expectedKw = 0
  const candidates = ranked.map((candidate): PlanCandidate => {
    if (candidate.excluded !== null) return candidate
    if (targetKw !== null && expectedKw >= targetKw) {
      return { ...candidate, excluded: 'the target is reached without it' }
    }
    expectedKw += candidate.expectedKw
    return { ...candidate, proposed: true }
  })
  return {
    start: new Date(window.start).toISOString(),
    end: new Date(window.end).toISOString(),
    targetKw,
    expectedKw,
    shortfallKw: Math.max(0, (targetKw ?? 0) - expectedKw),
    candidates
  }
}

function candidateOf(enrolled: Enrolled): PlanCandidate {
  const { customerId, name, meteringPointId, committedKw, presentKw, pastRatios } = enrolled
  const ratio = pastRatios.length === 0 ? 1 : mean(pastRatios)
  const expectedKw = Math.min(committedKw * Math.min(MAX_RATIO, Math.max(0, ratio)), presentKw ?? 0)
  return {
    customerId,
    name,
    meteringPointId,
    presentKw,
    committedKw,
    expectedKw: Math.max(0, expectedKw),
    uncertaintyKw: pastRatios.length < 2 ? null : committedKw * standardDeviation(pastRatios),
    pastEvents: pastRatios.length,
    proposed: false,
    excluded: enrolled.obstacle ?? obstacleOf(presentKw, expectedKw)
  }
}

function obstacleOf(presentKw: number | null, expectedKw: number): string | null {
  if (presentKw === null) return 'its meter has no fresh reading'
  if (presentKw <= 0) return 'it draws no load at present'
  if (expectedKw <= 0) return 'nothing is to be expected of it'
  return null
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Of a sample: n − 1. */
function standardDeviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}
