import { Type } from 'typebox'
import type { Signed, View } from '../contract/access.ts'
import { answerWords } from '../contract/answerWords.ts'
import {
  AnswerList,
  type AnswerWord,
  CurtailmentEvent,
  EventChange,
  EventCommand,
  NewCurtailmentEvent,
  type Participant,
  ParticipantAnswer,
  ThankParticipant
} from '../contract/events.ts'
import { Plan, PlanRequest } from '../contract/plans.ts'
import { PendingThanks } from '../contract/record.ts'
import { Id } from '../contract/units.ts'
import { cutAll, cutEvent, seesParticipant } from './cut.ts'
import { type CommandKey, commandKey, KeyHeader } from './idempotency.ts'
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
  create(order: Signed<NewCurtailmentEvent>, key?: CommandKey): Promise<Outcome<CurtailmentEvent>>
  approve: Command<EventCommand>
  send: Command<EventCommand>
  cancel: Command<EventCommand>
  complete: Command<EventCommand>
  change: Command<EventChange>
  answers(id: string): Promise<Outcome<AnswerList>>
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
  pendingThanks(
    isSeen: (participant: Pick<Participant, 'customerId' | 'meteringPointId'>) => boolean
  ): Promise<PendingThanks>
}

type Command<Given extends { by?: string }> = (
  id: string,
  command: Signed<Given>,
  key?: CommandKey
) => Promise<Outcome<CurtailmentEvent>>

const IdParams = Type.Object({ id: Id })
const ParticipantParams = Type.Object({ id: Id, customer: Id })
const tags = ['curtailment']
const commanded = { tags, params: IdParams, headers: KeyHeader, response: { 200: CurtailmentEvent } }

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
      {
        schema: { tags, headers: KeyHeader, body: NewCurtailmentEvent, response: { 201: CurtailmentEvent } }
      },
      async (request, reply) => {
        const { body, view } = request
        refuseForeignArea(body.nodeId, view)
        const event = unwrap(await needs.create(signed(request, body), commandKey(request)))
        return reply.code(201).send(seen(event, view))
      }
    )

    for (const command of ['approve', 'send', 'cancel', 'complete'] as const) {
      api.post(
        `/api/curtailment-events/:id/${command}`,
        { schema: { ...commanded, body: EventCommand } },
        async request => {
          const { params, body, view } = request
          return seen(
            unwrap(await needs[command](params.id, signed(request, body), commandKey(request))),
            view
          )
        }
      )
    }

    api.post(
      '/api/curtailment-events/:id/change',
      { schema: { ...commanded, body: EventChange } },
      async request => {
        const { params, body, view } = request
        return seen(unwrap(await needs.change(params.id, signed(request, body), commandKey(request))), view)
      }
    )

    api.get(
      '/api/curtailment-events/:id/answers',
      { schema: { tags, params: IdParams, response: { 200: AnswerList } } },
      async ({ params, view }) => {
        const all = unwrap(await needs.answers(params.id))
        if (view.whole) return all
        const { participants = [] } = (await needs.get(params.id)) ?? {}
        const ids = new Set(participants.filter(one => seesParticipant(one, view)).map(one => one.customerId))
        return { answers: all.answers.filter(({ customerId }) => ids.has(customerId)) }
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
