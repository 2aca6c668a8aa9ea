/**
 * The tables as rows come and go, the same on SQLite and PostgreSQL: times are epoch milliseconds, yes and no are 1
 * and 0, JSON is text, ids are made in TypeScript, no default is left to the database.
 */
export interface Schema {
  counter: { name: string; last: number }
  customer: { id: string; name: string }
  node: NodeRow
  programme: {
    id: string
    name: string
    settlement_interval_minutes: number
    settle_delay_minutes: number
  }
  enrolment: EnrolmentRow
  finding: FindingRow
  event: EventRow
  event_history: {
    event_id: string
    version: number
    state: string
    at: number
    by: string
    note: string | null
  }
  participant: ParticipantRow
  result: { event_id: string; performance: string; sha256: string }
  outbox: OutboxRow
}

export interface NodeRow {
  id: string
  kind: string
  parent: string | null
  name: string
  meter: string | null
  weather: string | null
  capacity_kw: number | null
  rating_kva: number | null
  report_interval_s: number | null
  customer_id: string | null
}

export interface EnrolmentRow {
  id: string
  programme_id: string
  customer_id: string
  metering_point_id: string
  committed_kw: number
  since: number
  until: number | null
}

export interface FindingRow {
  id: string
  kind: string
  node_id: string
  node_name: string
  priority: number
  raised_at: number
  cleared_at: number | null
  acknowledged_by: string | null
  acknowledged_at: number | null
  acknowledged_note: string | null
  summary: string
  facts: string
  flagged: string
}

export interface EventRow {
  id: string
  state: string
  version: number
  node_id: string
  node_name: string
  programme_id: string
  finding_id: string | null
  start_at: number
  end_at: number
  reason: string
}

export interface ParticipantRow {
  event_id: string
  customer_id: string
  /** Its place in the event's list. */
  position: number
  customer_name: string
  metering_point_id: string
  meter_id: string
  requested_kw: number
  committed_kw: number
  acknowledged_at: number | null
  /** The standing answer as JSON. */
  answer: string | null
  thanked_by: string | null
  thanked_at: number | null
  thanks_note: string | null
}

export interface OutboxRow {
  key: string
  /** Order of insertion. */
  seq: number
  topic: string
  payload: string
  retain: number
  due_at: number
  sent_at: number | null
}
