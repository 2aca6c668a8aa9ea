import type { ForecastTableRow, TransformerDayRow, TransformerOilRow } from './foresightRows.ts'
import type {
  AnswerRow,
  AssessmentRow,
  DeliveryRow,
  ResultRow,
  RewardHistoryRow,
  RewardRow
} from './programmeRows.ts'

export type {
  AnswerRow,
  AssessmentRow,
  DeliveryRow,
  ResultRow,
  RewardHistoryRow,
  RewardRow
} from './programmeRows.ts'

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
    kind: string
    priority: number
    /** JSON, a list, earliest first. */
    terms: string
  }
  enrolment: EnrolmentRow
  /** Every metering point of an enrolment in force, the further ones too. */
  enrolled_point: { programme_id: string; metering_point_id: string; enrolment_id: string }
  assessment: AssessmentRow
  holiday: { date: string; name: string }
  finding: FindingRow
  event: EventRow
  event_history: {
    event_id: string
    version: number
    state: string
    at: number
    by: string
    by_id: string | null
    note: string | null
    /** Of the caller, by which the same command is known again; what it said, as a checksum. */
    command_key: string | null
    command_sha256: string | null
  }
  participant: ParticipantRow
  participant_answer: AnswerRow
  result_version: ResultRow
  delivery: DeliveryRow
  reward: RewardRow
  reward_history: RewardHistoryRow
  forecast: ForecastTableRow
  transformer_day: TransformerDayRow
  transformer_oil: TransformerOilRow
  outbox: OutboxRow
  user_account: UserRow
  passkey: PasskeyRow
  login_session: SessionRow
  api_token: ApiTokenRow
  device_credential: DeviceCredentialRow
  one_time: { kind: string; sha256: string; expires_at: number; data: string }
  audit_entry: AuditRow
  audit_head: { name: string; height: number; hash: string }
  /** Whose data stand in `personal` of an entry. */
  audit_person: { user_id: string; height: number }
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
  cooling: string | null
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
  /** JSON. */
  contract: string
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
  acknowledged_by_id: string | null
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
  is_drill: number
  priority: number
  target_kw: number | null
  release_step_minutes: number
  /** Counts what was written of it, its participants and its results. */
  revision: number
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
  thanked_by_id: string | null
  thanked_at: number | null
  thanks_note: string | null
  /** JSON, a list. */
  further_meters: string
  start_at: number
  end_at: number
  release_group: number
  released_at: number | null
  superseded_by: string | null
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

export interface UserRow {
  id: string
  user_name: string
  name: string
  /** JSON, a list of roles. */
  roles: string
  company_id: string | null
  customer_id: string | null
  /** Who vouches for it, and under which name: from the utility's directory. */
  issuer: string | null
  subject: string | null
  is_demo: number
  password_hash: string | null
  totp_sealed: string | null
  totp_last_step: number | null
  created_at: number
  disabled_at: number | null
  erased_at: number | null
}

export interface PasskeyRow {
  credential_id: string
  user_id: string
  /** COSE, base64url. */
  public_key: string
  counter: number
  /** JSON, a list. */
  transports: string
  name: string
  is_backed_up: number
  created_at: number
  last_used_at: number | null
}

export interface SessionRow {
  id: string
  token_hash: string
  user_id: string
  state: string
  created_at: number
  last_seen_at: number
  idle_until: number
  absolute_until: number
  stepped_up_until: number | null
  address: string
  user_agent: string
}

export interface ApiTokenRow {
  id: string
  name: string
  sha256: string
  /** JSON, a list of scopes. */
  scopes: string
  company_id: string | null
  customer_id: string | null
  created_by: string
  created_at: number
  expires_at: number
  revoked_at: number | null
  last_used_at: number | null
}

export interface DeviceCredentialRow {
  kind: string
  id: string
  sha256: string
  mosquitto_hash: string
  created_by: string
  created_at: number
  revoked_at: number | null
}

export interface AuditRow {
  height: number
  at: number
  actor_id: string
  action: string
  object: string | null
  outcome: string
  status: number | null
  attempt: number | null
  /** JSON, as is `after` and `personal`. */
  before: string | null
  after: string | null
  personal: string | null
  personal_salt: string | null
  personal_hash: string | null
  previous_hash: string
  hash: string
}
