import type { Performance } from '../contract/performance.ts'
import { performanceTotal } from '../contract/performanceTotal.ts'

/** The participants that are seen, and their sums alone. */
export function cutPerformance(
  performance: Performance,
  isSeen: (customerId: string) => boolean
): Performance {
  const participants = performance.participants.filter(({ customerId }) => isSeen(customerId))
  if (participants.length === performance.participants.length) return performance
  const { t, intervalMinutes, total } = performance
  const { commonErrorShare } = total
  return {
    ...performance,
    participants,
    total: performanceTotal({ participants, t, intervalMinutes, commonErrorShare })
  }
}
