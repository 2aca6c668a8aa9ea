import { Type } from 'typebox'
import type { Signed } from '../contract/access.ts'
import { NewReward, Reward, RewardChange, RewardState } from '../contract/rewards.ts'
import { Id } from '../contract/units.ts'
import { Refusal } from './problems.ts'
import type { Routes } from './server.ts'
import { type Sight, sightOf } from './sight.ts'
import { signed } from './signature.ts'

/** What a command comes to: the reward, or why it was refused. */
export type RewardOutcome =
  | { ok: true; value: Reward }
  | { ok: false; status: 404 | 409 | 422; reason: string }

export interface RewardsNeeds {
  list(filter: { customerId?: string; state?: RewardState }, sight: Sight): Promise<Reward[]>
  offer(offer: Signed<NewReward>, sight: Sight): Promise<RewardOutcome>
  change(id: string, change: Signed<RewardChange>): Promise<RewardOutcome>
}

const tags = ['recognition']

/** The services that thank: offered, booked, done or declined. */
export const rewardsRoutes =
  (needs: RewardsNeeds): Routes =>
  api => {
    api.get(
      '/api/rewards',
      {
        schema: {
          tags,
          querystring: Type.Object(
            { customer: Type.Optional(Id), state: Type.Optional(RewardState) },
            { additionalProperties: false }
          ),
          response: { 200: Type.Object({ rewards: Type.Array(Reward) }) }
        }
      },
      async ({ query, view, caller }) => {
        const { customer = caller.customerId, state } = query
        if (customer !== null && !view.customer(customer)) return { rewards: [] }
        const ofCustomer = customer === null ? {} : { customerId: customer }
        const inState = state === undefined ? {} : { state }
        return { rewards: await needs.list({ ...ofCustomer, ...inState }, sightOf(view)) }
      }
    )
    api.post(
      '/api/rewards',
      { schema: { tags, body: NewReward, response: { 201: Reward } } },
      async (request, reply) => {
        const made = unwrap(await needs.offer(signed(request, request.body), sightOf(request.view)))
        return reply.code(201).send(made)
      }
    )
    api.patch(
      '/api/rewards/:id',
      { schema: { tags, params: Type.Object({ id: Id }), body: RewardChange, response: { 200: Reward } } },
      async request => unwrap(await needs.change(request.params.id, signed(request, request.body)))
    )
  }

function unwrap(outcome: RewardOutcome): Reward {
  if (outcome.ok) return outcome.value
  throw new Refusal(outcome.status, outcome.reason)
}
