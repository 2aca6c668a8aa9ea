import type { Signed } from '../contract/access.ts'
import type { Participant } from '../contract/events.ts'
import type { NewReward, Reward, RewardChange, RewardState } from '../contract/rewards.ts'
import { whyNotAdvised } from './advised.ts'
import type { DeliveryReads, RecognitionNeeds } from './needs.ts'
import { nextStep } from './rewards.ts'
import type { Sight } from './season.ts'

/** What a command comes to: the changed thing, or why it is refused, in words. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; status: 404 | 409 | 422; reason: string }

/** The services that were offered in thanks, and what became of them. */
export interface RewardBook {
  /** By id. One that thanks for a call with another company's metering point is that company's. */
  list(filter: { customerId?: string; state?: RewardState }, sight: Sight): Promise<Reward[]>
  /** null: there is none, or it is not seen. */
  get(id: string, sight: Sight): Promise<Reward | null>
  /** Those of a list that are seen. */
  seen(list: readonly Reward[], sight: Sight): Promise<Reward[]>
  /** At `now` (epoch ms). The same service for the same event, or of the same finding, is offered once: then the one that is there comes back. */
  offer(offer: Signed<NewReward>, sight: Sight, now: number): Promise<Outcome<Reward>>
  change(id: string, change: Signed<RewardChange>, now: number): Promise<Outcome<Reward>>
}

type RewardNeeds = Pick<
  RecognitionNeeds,
  'customers' | 'events' | 'deliveries' | 'rewards' | 'findings' | 'nodes'
>

export function createRewardBook(needs: RewardNeeds, seasonOf: (t: number) => number): RewardBook {
  const { customers, events, deliveries, rewards, findings, nodes } = needs

  const seen = (list: readonly Reward[], sight: Sight) => seenRewards(list, sight, deliveries)

  async function whyNot(offer: NewReward, sight: Sight): Promise<{ at: number } | Refusal> {
    const { customerId, eventId = null, findingId = null } = offer
    const customer = sight.customer(customerId) ? await customers.get(customerId) : null
    if (customer === null) return refuse(422, `customer ${customerId} is unknown`)
    if (findingId !== null) {
      const finding = await findings.get(findingId)
      const unfit = whyNotAdvised(
        finding !== null && sight.node(finding.nodeId) ? finding : null,
        offer,
        nodes()
      )
      if (unfit !== null) return refuse(422, unfit)
    }
    if (eventId === null) return { at: Number.NaN }
    const called = (await events.ofCustomer(customerId)).find(({ id }) => id === eventId)
    const isTheirs = called?.participants.some((one: Participant) => sight.participant(one)) ?? false
    if (called === undefined || !isTheirs) {
      return refuse(422, `customer ${customerId} does not take part in ${eventId}`)
    }
    return { at: Date.parse(called.start) }
  }

  return {
    seen,
    async list({ customerId, state }, sight) {
      const filter = {
        ...(customerId !== undefined && { customerId }),
        ...(state !== undefined && { states: [state] })
      }
      return seen(await rewards.list(filter), sight)
    },
    async get(id, sight) {
      const reward = await rewards.get(id)
      return reward === null ? null : ((await seen([reward], sight))[0] ?? null)
    },
    async offer(offer, sight, now) {
      const found = await whyNot(offer, sight)
      if (!('at' in found)) return found
      const { customerId, eventId = null, findingId = null, kind, note = '', by, byId } = offer
      const season = offer.season ?? seasonOf(Number.isNaN(found.at) ? now : found.at)
      const before = (await rewards.list({ customerId })).find(
        one =>
          one.kind === kind &&
          ((eventId !== null && one.eventId === eventId) ||
            (findingId !== null && one.finding?.id === findingId))
      )
      if (before !== undefined) return { ok: true, value: before }
      const step = { by, byId, at: new Date(now).toISOString(), note }
      const [made] = await rewards.insert([{ customerId, eventId, findingId, season, kind }], step)
      if (made === undefined) throw new Error(`no reward was made for ${customerId}`)
      return { ok: true, value: made }
    },
    async change(id, change, now) {
      const reward = await rewards.get(id)
      if (reward === null) return refuse(404, `there is no reward ${id}`)
      const move = nextStep(reward, change)
      if (!move.ok) return move
      if (move.step === null) return { ok: true, value: reward }
      const { by, byId } = change
      const step = { ...move.step, by, byId, at: new Date(now).toISOString() }
      const written = await rewards.advance(id, reward.state, step)
      return written === null
        ? refuse(409, `reward ${id} is not ${reward.state} any more: look at it again`)
        : { ok: true, value: written }
    }
  }
}

/** Those whose customer is seen, and whose call is: the calls are known by their deliveries. */
export async function seenRewards(
  list: readonly Reward[],
  sight: Sight,
  deliveries: DeliveryReads
): Promise<Reward[]> {
  const own = list.filter(({ customerId }) => sight.customer(customerId))
  const eventIds = [...new Set(own.flatMap(({ eventId }) => eventId ?? []))]
  const [only, ...others] = new Set(own.map(({ customerId }) => customerId))
  const ofOne = only !== undefined && others.length === 0 ? { customerId: only } : {}
  const calls = eventIds.length === 0 ? [] : await deliveries.of({ ...ofOne, eventIds })
  const hidden = new Set(calls.filter(one => !sight.participant(one)).map(callKey))
  return own.filter(one => !hidden.has(callKey(one)))
}

type Refusal = Extract<Outcome<never>, { ok: false }>
const refuse = (status: Refusal['status'], reason: string): Refusal => ({ ok: false, status, reason })

const callKey = ({ eventId, customerId }: { eventId: string | null; customerId: string }): string =>
  `${eventId} ${customerId}`
