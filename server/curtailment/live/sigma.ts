/** What one site adds to a sum: its baseline, and the error of its baseline as a share of it; null: never tested. */
export interface ErrorPart {
  baseline: number
  errorShare: number | null
}

/**
 * One standard deviation of a sum of deliveries, in the unit of the baselines: √(Σ(eᵢ·Bᵢ)² + (s·ΣB)²), s the error that all
 * sites share (domain reference 4). Who was never tested counts with the mean share of those who were; null where nobody was.
 */
export function sigmaOfSum(parts: readonly ErrorPart[], commonErrorShare: number): number | null {
  let [testedBaseline, testedError] = [0, 0]
  for (const { baseline, errorShare } of parts) {
    if (errorShare === null) continue
    testedBaseline += baseline
    testedError += errorShare * baseline
  }
  if (testedBaseline <= 0) return null
  const meanShare = testedError / testedBaseline
  let [sum, own] = [0, 0]
  for (const { baseline, errorShare } of parts) {
    sum += baseline
    own += ((errorShare ?? meanShare) * baseline) ** 2
  }
  return Math.sqrt(own + (commonErrorShare * sum) ** 2)
}
