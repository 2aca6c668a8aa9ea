import type { ReplayLimits } from '../contract/replays.ts'

/** The limits of the rules that can be tried, as they are in force. */
export interface TriableLimits {
  heatGrades: readonly { thresholdC: number; priority: 1 | 2 | 3 }[]
  heatRaiseShare: number
  heatClearShare: number
  heatHoldS: number
  overloadRaiseShare: number
  overloadClearShare: number
  overloadHoldS: number
}

/** The limits in force with the tried ones over them, or what is wrong with these, in words. */
export function withTried<Limits extends TriableLimits>(
  inForce: Limits,
  { heatThresholdsC, ...tried }: ReplayLimits
): { limits: Limits } | { fault: string } {
  const limits = { ...inForce, ...tried }
  if (heatThresholdsC !== undefined) {
    const [watch = 0, hot = 0, extreme = 0] = heatThresholdsC
    if (!(watch <= hot && hot <= extreme))
      return { fault: 'heatThresholdsC must not fall from one to the next' }
    limits.heatGrades = inForce.heatGrades.map((grade, i) => ({
      ...grade,
      thresholdC: heatThresholdsC[i] ?? grade.thresholdC
    }))
  }
  const { heatRaiseShare, heatClearShare, overloadRaiseShare, overloadClearShare } = limits
  const shown = (name: string, clear: number, raise: number) =>
    `${name}ClearShare (${clear}) must be below ${name}RaiseShare (${raise})`
  if (heatClearShare >= heatRaiseShare) return { fault: shown('heat', heatClearShare, heatRaiseShare) }
  if (overloadClearShare >= overloadRaiseShare)
    return { fault: shown('overload', overloadClearShare, overloadRaiseShare) }
  return { limits }
}
