/* Rows of the programme: what was answered, measured, thanked. As in schema.ts. */

export interface AssessmentRow {
  scope: string
  at: number
  /** JSON, as is `predictability`. */
  value: string
  predictability: string | null
}

export interface AnswerRow {
  event_id: string
  customer_id: string
  at: number
  answer: string
  version: number
  via: string
  kw: number | null
  reason_code: string | null
  reason: string | null
}

export interface ResultRow {
  event_id: string
  version: number
  kind: string
  computed_at: number
  why: string
  delivered_kwh: number | null
  /** Canonical JSON. */
  performance: string
  sha256: string
  /** JSON: what of it sums over a season need. */
  delivered_slots: string | null
}

export interface DeliveryRow {
  event_id: string
  result_version: number
  customer_id: string
  customer_name: string
  metering_point_id: string
  programme_id: string
  is_drill: number
  is_final: number
  /** Of the newest result of its event. */
  is_newest: number
  start_at: number
  end_at: number
  requested_kw: number
  committed_kw: number
  accepted_kw: number | null
  average_kw: number | null
  sustained_kw: number | null
  delivered_kwh: number | null
  ratio: number | null
  uncertainty_kw: number | null
  credit_kwh: number | null
  credit_vnd: number | null
  /** How many. */
  signs: number
}

export interface RewardRow {
  id: string
  customer_id: string
  event_id: string | null
  /** The finding that advised it. */
  finding_id: string | null
  season: number
  kind: string
  state: string
  /** A local date. */
  planned_for: string | null
}

export interface RewardHistoryRow {
  reward_id: string
  position: number
  state: string
  at: number
  by: string
  by_id: string | null
  note: string
  planned_for: string | null
}
