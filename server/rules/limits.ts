/** One grade of a hot day: from this daily maximum on, a heat peak has this priority. */
export interface HeatGrade {
  thresholdC: number
  priority: 1 | 2 | 3
}

/**
 * When a rule speaks. A share of a limit has 1 = at the limit; between a raising and a clearing share nothing changes,
 * so that noise on a threshold does not make a finding come and go.
 */
export interface RuleLimits {
  /** By the daily maximum, observed or forecast; ascending, at least one. */
  heatGrades: readonly [HeatGrade, ...HeatGrade[]]
  heatRaiseShare: number
  heatHoldS: number
  heatClearShare: number
  heatClearHoldS: number
  overloadRaiseShare: number
  overloadHoldS: number
  overloadClearShare: number
  overloadClearHoldS: number
  /** From this share on an overload is priority 1. */
  overloadUrgentShare: number
  /** A peak ahead is raised from this probability on that it passes the capacity … */
  aheadRaise: number
  /** … or from this one on, where something above the node is warned of for the same day already. */
  aheadRaiseBelow: number
  /** Below this one in so many issues in a row it clears. */
  aheadClear: number
  aheadClearIssues: number
  /** From this one on it is likely, and graver; it stays so until it falls below `aheadUnlikely`. */
  aheadLikely: number
  aheadUnlikely: number
  /** A peak that comes within so many seconds is graver. */
  aheadNearS: number
  /** A forecast that was issued longer ago, in seconds, neither raises nor clears. */
  aheadStaleS: number
  /** A limit of a transformer counts as kept again so many kelvins below it … */
  transformerClearK: number
  /** … and below this share of its load. */
  transformerClearShare: number
  transformerHoldS: number
  transformerClearHoldS: number
  /** What is known of a transformer is too old to judge by, in seconds. */
  transformerStaleS: number
  oilHoldS: number
  oilClearHoldS: number
  /** More silent meters than this under one node are one finding. */
  silentGroupAbove: number
  /** Such a finding goes back to single ones when no more than this are left. */
  silentGroupEndsAt: number
  /** Numbers of a standing finding are told again at most this often, in seconds. */
  refreshS: number
}

/** Heat: nắng nóng 35 °C, gay gắt 37 °C, đặc biệt gay gắt 39 °C. */
export const defaultLimits: RuleLimits = {
  heatGrades: [
    { thresholdC: 35, priority: 3 },
    { thresholdC: 37, priority: 2 },
    { thresholdC: 39, priority: 1 }
  ],
  heatRaiseShare: 0.9,
  heatHoldS: 300,
  heatClearShare: 0.85,
  heatClearHoldS: 600,
  overloadRaiseShare: 1,
  overloadHoldS: 300,
  overloadClearShare: 0.95,
  overloadClearHoldS: 600,
  overloadUrgentShare: 1.2,
  aheadRaise: 0.3,
  aheadRaiseBelow: 0.5,
  aheadClear: 0.15,
  aheadClearIssues: 2,
  aheadLikely: 0.6,
  aheadUnlikely: 0.45,
  aheadNearS: 86_400,
  aheadStaleS: 3 * 3600,
  transformerClearK: 3,
  transformerClearShare: 0.95,
  transformerHoldS: 60,
  transformerClearHoldS: 600,
  transformerStaleS: 2 * 3600,
  oilHoldS: 600,
  oilClearHoldS: 600,
  silentGroupAbove: 3,
  silentGroupEndsAt: 1,
  refreshS: 30
}
