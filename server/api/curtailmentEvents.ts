import { Type } from 'typebox'
import type { Signed, View } from '../contract/access.ts'
import { answerWords } from '../contract/answerWords.ts'
import {
  type AnswerWord,
  CurtailmentEvent,
  EventCommand,
  NewCurtailmentEvent,
  type Participant,
  ParticipantAnswer,
  ThankParticipant
} from '../contract/events.ts'
import { Performance } from '../contract/performance.ts'
import { Plan, PlanRequest } from '../contract/plans.ts'
import { PendingThanks } from '../contract/record.ts'
import { Id } from '../contract/units.ts'
import { cutAll, cutEvent, seesParticipant } from './cut.ts'
import { cutPerformance } from './cutPerformance.ts'
import { notFound, Refusal } from './problems.ts'
import { count, Digits } from './query.ts'
import type { Routes } from './server.ts'
import { signed } from './signature.ts'

/** What a command comes to: what it made, or why it was refused. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; status: 404 | 409 | 422; reason: string }

export interface CurtailmentNeeds {
  list(filter: { limit: number; customerId?: string }): Promise<CurtailmentEvent[]>
  get(id: string): Promise<CurtailmentEvent | null>
  plan(request: PlanRequest): Promise<Outcome<Plan>>
  create(order: Signed<NewCurtailmentEvent>): Promise<Outcome<CurtailmentEvent>>
  approve(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  send(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  cancel(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  complete(id: string, command: Signed<EventCommand>): Promise<Outcome<CurtailmentEvent>>
  performance(id: string): Promise<Outcome<Performance>>
  answer(
    customerId: string,
    eventId: string,
    answer: AnswerWord,
    details: ParticipantAnswer
  ): Promise<Outcome<CurtailmentEvent>>
  thank(
    eventId: string,
    customerId: string,
    thanks: Signed<ThankParticipant>
  ): Promise<Outcome<CurtailmentEvent>>
  /** Of the participants that are seen. */
  pendingThanks(isSeen: (participant: Participant) => boolean): Promise<PendingThanks>
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
      async ({ query, view, caller }) => {
        const limit = count(query.limit, 100, MOST)
        const customerId = query.customer ?? caller.customerId
        if (customerId !== null && !view.customer(customerId)) return { events: [] }
        const ofCustomer = customerId === null ? {} : { customerId }
        const events = await needs.list({ limit: view.whole ? limit : MOST, ...ofCustomer })
        return { events: cutAll(events, view, cutEvent).slice(0, limit) }
      }
    )

    api.get(
      '/api/curtailment-events/:id',
      { schema: { tags, params: IdParams, response: { 200: CurtailmentEvent } } },
      async ({ params, view }) => {
        const event = await needs.get(params.id)
        if (event === null) throw notFound(`curtailment event ${params.id}`)
        return seen(event, view)
      }
    )

    api.post(
      '/api/curtailment-events/plan',
      { schema: { tags, body: PlanRequest, response: { 200: Plan } } },
      async ({ body, view }) => {
        refuseForeignArea(body.nodeId, view)
        return unwrap(await needs.plan(body))
      }
    )

    api.post(
      '/api/curtailment-events',
      { schema: { tags, body: NewCurtailmentEvent, response: { 201: CurtailmentEvent } } },
      async (request, reply) => {
        const { body, view } = request
        refuseForeignArea(body.nodeId, view)
        const event = unwrap(await needs.create(signed(request, body)))
        return reply.code(201).send(seen(event, view))
      }
    )

    for (const command of ['approve', 'send', 'cancel', 'complete'] as const) {
      api.post(
        `/api/curtailment-events/:id/${command}`,
        { schema: { tags, params: IdParams, body: EventCommand, response: { 200: CurtailmentEvent } } },
        async request =>
          seen(unwrap(await needs[command](request.params.id, signed(request, request.body))), request.view)
      )
    }

    api.get(
      '/api/curtailment-events/:id/performance',
      { schema: { tags, params: IdParams, response: { 200: Performance } } },
      async ({ params, view }) => {
        const performance = unwrap(await needs.performance(params.id))
        if (view.whole) return performance
        const { participants = [] } = (await needs.get(params.id)) ?? {}
        const seen = participants.filter(one => seesParticipant(one, view))
        return cutPerformance(performance, id => seen.some(({ customerId }) => customerId === id))
      }
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
        async ({ params, body, view }) =>
          seen(unwrap(await needs.answer(params.customer, params.id, answer, body)), view)
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
      async request => {
        const { params, body, view } = request
        return seen(unwrap(await needs.thank(params.id, params.customer, signed(request, body))), view)
      }
    )

    api.get('/api/thanks/pending', { schema: { tags, response: { 200: PendingThanks } } }, async ({ view }) =>
      needs.pendingThanks(one => seesParticipant(one, view))
    )
  }

/** Of a part of the whole, those among so many of the newest. */
const MOST = 1000

function seen(event: CurtailmentEvent, view: View): CurtailmentEvent {
  const cut = view.whole ? event : cutEvent(event, view)
  if (cut === null) throw notFound(`curtailment event ${event.id}`)
  return cut
}

/** In the words for a node that is not there. */
function refuseForeignArea(nodeId: string, view: View): void {
  if (!view.node(nodeId)) throw new Refusal(422, `there is no node ${nodeId}`)
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Refusal(outcome.status, outcome.reason)
}
