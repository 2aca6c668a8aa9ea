/** One issue of one node; `id` is made of the three that are unique together. */
export interface ForecastTableRow {
  id: string
  node_id: string
  kind: string
  issued_at: number
  /** Start of its first step, and end of its last. */
  from_at: number
  until_at: number
  /** See forecastBody.ts. */
  body: string
}

export interface TransformerDayRow {
  node_id: string
  /** A local date. */
  day: string
  life_used_days: number
  known_hours: number
  max_hot_spot_c: number | null
  max_top_oil_c: number | null
}

export interface TransformerOilRow {
  node_id: string
  /** JSON. */
  state: string
  at: number
}
