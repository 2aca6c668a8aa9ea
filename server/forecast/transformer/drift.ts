/** What the measured oil temperature says about the transformer and about its sensor. */
export const driftVerdicts = ['unknown', 'healthy', 'cooling-fault', 'sensor-fault'] as const
export type DriftVerdict = (typeof driftVerdicts)[number]

export type RecommendedService = 'transformer-test' | 'cleaning'

/** Times are local dates; K measured above computed. */
export interface DriftView {
  verdict: DriftVerdict
  /** The local date from which on it holds; null while unknown. */
  since: string | null
  /** How far measured stands above computed beyond what is usual for this transformer, K; null: not known. */
  excessK: number | null
  /** What is usual for it, learned from its healthy days, K. */
  biasK: number
  recommendedService: RecommendedService | null
}
