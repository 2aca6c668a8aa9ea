import type { CustomerRow } from '../../server/contract/customers.ts'
import type {
  CurtailmentEvent,
  EventCommand,
  NewCurtailmentEvent,
  ParticipantAnswer,
  ThankParticipant
} from '../../server/contract/events.ts'
import type { AcknowledgeFinding, Finding, FindingsAnswer } from '../../server/contract/findings.ts'
import type { ForecastAnswer } from '../../server/contract/forecasts.ts'
import type { GridNodeAnswer, LoadColumns, ReadingColumns } from '../../server/contract/grid.ts'
import type { Performance } from '../../server/contract/performance.ts'
import type { Plan, PlanRequest } from '../../server/contract/plans.ts'
import type { Programme } from '../../server/contract/programmes.ts'
import type { CustomerRecord, PendingThanks } from '../../server/contract/record.ts'
import type { DeadLettersAnswer, SourcesAnswer } from '../../server/contract/sources.ts'
import { get, id, post, query } from './requests.ts'

/** A span of time in epoch ms, and how many windows a chart of it can show. */
export interface Span {
  from: number
  to: number
  points: number
}
const span = ({ from, to, points }: Span) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  points
})

export interface SourceFilter {
  state: string | null
  kind: string | null
  unassigned: boolean | null
  search: string
  limit: number
  offset: number
}

const events = '/curtailment-events'
const participant = (event: string, customer: string, verb: string) =>
  `${events}/${id(event)}/participants/${id(customer)}/${verb}`

/** The server's routes of the control room; accessApi.ts and adminApi.ts spell the others, nobody else one. */
export const api = {
  node: (node: string, signal: AbortSignal) => get<GridNodeAnswer>(`/grid/${id(node)}`, signal),
  load: (node: string, asked: Span, signal: AbortSignal) =>
    get<LoadColumns>(`/load/${id(node)}?${query(span(asked))}`, signal),
  forecast: (node: string, signal: AbortSignal) => get<ForecastAnswer>(`/forecasts/${id(node)}`, signal),
  readings: (kind: string, source: string, fields: readonly string[], asked: Span, signal: AbortSignal) =>
    get<ReadingColumns>(
      `/readings/${kind}/${id(source)}?${query({ ...span(asked), fields: fields.join(',') })}`,
      signal
    ),
  findings: (limit: number, signal: AbortSignal) =>
    get<FindingsAnswer>(`/findings?${query({ limit })}`, signal),
  acknowledgeFinding: (finding: string, body: AcknowledgeFinding) =>
    post<Finding>(`/findings/${id(finding)}/acknowledge`, body),
  programmes: (signal: AbortSignal) => get<{ programmes: Programme[] }>('/programmes', signal),
  plan: (body: PlanRequest) => post<Plan>(`${events}/plan`, body),
  events: (limit: number, signal: AbortSignal) =>
    get<{ events: CurtailmentEvent[] }>(`${events}?${query({ limit })}`, signal),
  event: (event: string, signal: AbortSignal) => get<CurtailmentEvent>(`${events}/${id(event)}`, signal),
  performance: (event: string, signal: AbortSignal) =>
    get<Performance>(`${events}/${id(event)}/performance`, signal),
  createEvent: (body: NewCurtailmentEvent) => post<CurtailmentEvent>(events, body),
  command: (event: string, verb: 'approve' | 'send' | 'cancel' | 'complete', body: EventCommand) =>
    post<CurtailmentEvent>(`${events}/${id(event)}/${verb}`, body),
  answer: (
    event: string,
    customer: string,
    verb: 'acknowledge' | 'accept' | 'decline' | 'opt-out',
    body: ParticipantAnswer
  ) => post<CurtailmentEvent>(participant(event, customer, verb), body),
  thank: (event: string, customer: string, body: ThankParticipant) =>
    post<CurtailmentEvent>(participant(event, customer, 'thank'), body),
  pendingThanks: (signal: AbortSignal) => get<PendingThanks>('/thanks/pending', signal),
  customers: (signal: AbortSignal) => get<{ customers: CustomerRow[] }>('/customers', signal),
  record: (customer: string, signal: AbortSignal) =>
    get<CustomerRecord>(`/customers/${id(customer)}/record`, signal),
  sources: (filter: SourceFilter, signal: AbortSignal) =>
    get<SourcesAnswer>(`/sources?${query({ ...filter })}`, signal),
  deadLetters: (limit: number, signal: AbortSignal) =>
    get<DeadLettersAnswer>(`/dead-letters?${query({ limit })}`, signal)
}
