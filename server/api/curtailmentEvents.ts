import { Type } from 'typebox'
import {
  type AnswerWord,
  answerWords,
  CurtailmentEvent,
  EventCommand,
  NewCurtailmentEvent,
  ParticipantAnswer,
  Performance,
  Plan,
  PlanRequest,
  ThankParticipant
} from '../contract/curtailment.ts'
import { PendingThanks } from '../contract/record.ts'
import { Id } from '../contract/units.ts'
import { notFound, Refusal } from './problems.ts'
import { count, Digits } from './query.ts'
import type { Routes } from './server.ts'

/** What a command comes to: what it made, or why it was refused. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; status: 404 | 409 | 422; reason: string }

export interface CurtailmentNeeds {
  list(filter: { limit: number; customerId?: string }): Promise<CurtailmentEvent[]>
  get(id: string): Promise<CurtailmentEvent | null>
  plan(request: PlanRequest): Promise<Outcome<Plan>>
  create(order: NewCurtailmentEvent): Promise<Outcome<CurtailmentEvent>>
  send(id: string, command: EventCommand): Promise<Outcome<CurtailmentEvent>>
  cancel(id: string, command: EventCommand): Promise<Outcome<CurtailmentEvent>>
  complete(id: string, command: EventCommand): Promise<Outcome<CurtailmentEvent>>
  performance(id: string): Promise<Outcome<Performance>>
  answer(
    customerId: string,
    eventId: string,
    answer: AnswerWord,
    details: ParticipantAnswer
  ): Promise<Outcome<CurtailmentEvent>>
  thank(eventId: string, customerId: string, thanks: ThankParticipant): Promise<Outcome<CurtailmentEvent>>
  pendingThanks(): Promise<PendingThanks>
}

const IdParams = Type.Object({ id: Id })
const ParticipantParams = Type.Object({ id: Id, customer: Id })
const tags = ['curtailment']

/** Calling on consumers: plan, order, answers, what was delivered, thanks. */
export const curtailmentRoutes =
  (needs: CurtailmentNeeds): Routes =>
  api => {
    api.get(
      '/api/curtailment-events',
      {
        schema: {
          tags,
          querystring: Type.Object(
            { limit: Type.Optional(Digits), customer: Type.Optional(Id) },
            { additionalProperties: false }
          ),
          response: { 200: Type.Object({ events: Type.Array(CurtailmentEvent) }) }
        }
      },
      async ({ query }) => ({
        events: await needs.list({
          limit: count(query.limit, 100, 1000),
          ...(query.customer === undefined ? {} : { customerId: query.customer })
        })
      })
    )

    api.get(
      '/api/curtailment-events/:id',
      { schema: { tags, params: IdParams, response: { 200: CurtailmentEvent } } },
      async ({ params }) => {
        const event = await needs.get(params.id)
        if (event === null) throw notFound(`curtailment event ${params.id}`)
        return event
      }
    )

    api.post(
      '/api/curtailment-events/plan',
      { schema: { tags, body: PlanRequest, response: { 200: Plan } } },
      async ({ body }) => unwrap(await needs.plan(body))
    )

    api.post(
      '/api/curtailment-events',
      { schema: { tags, body: NewCurtailmentEvent, response: { 201: CurtailmentEvent } } },
      async ({ body }, reply) => reply.code(201).send(unwrap(await needs.create(body)))
    )

    for (const command of ['send', 'cancel', 'complete'] as const) {
      api.post(
        `/api/curtailment-events/:id/${command}`,
        { schema: { tags, params: IdParams, body: EventCommand, response: { 200: CurtailmentEvent } } },
        async ({ params, body }) => unwrap(await needs[command](params.id, body))
      )
    }

    api.get(
      '/api/curtailment-events/:id/performance',
      { schema: { tags, params: IdParams, response: { 200: Performance } } },
      async ({ params }) => unwrap(await needs.performance(params.id))
    )

    for (const answer of answerWords) {
      api.post(
        `/api/curtailment-events/:id/participants/:customer/${answer}`,
        {
          schema: {
            tags,
            params: ParticipantParams,
            body: ParticipantAnswer,
            response: { 200: CurtailmentEvent }
          }
        },
        async ({ params, body }) => unwrap(await needs.answer(params.customer, params.id, answer, body))
      )
    }

    api.post(
      '/api/curtailment-events/:id/participants/:customer/thank',
      {
        schema: {
          tags,
          params: ParticipantParams,
          body: ThankParticipant,
          response: { 200: CurtailmentEvent }
        }
      },
      async ({ params, body }) => unwrap(await needs.thank(params.id, params.customer, body))
    )

    api.get('/api/thanks/pending', { schema: { tags, response: { 200: PendingThanks } } }, async () =>
      needs.pendingThanks()
    )
  }

function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Refusal(outcome.status, outcome.reason)
}
