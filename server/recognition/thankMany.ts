import type { Signed } from '../contract/access.ts'
import type { CurtailmentEvent, Participant } from '../contract/events.ts'
import type { ThankedMany, ThankMany } from '../contract/rewards.ts'
import type { DeliveryReads, EventReads, RewardOffer, ThanksRecords } from './needs.ts'
import { isThankable } from './pendingThanks.ts'

/** Items of one transaction: other writers wait no longer than these take. */
const PIECE = 500

type Item = ThankMany['items'][number]
type Refused = ThankedMany['refused'][number]

export interface ThankManyNeeds {
  events: Pick<EventReads, 'get'>
  deliveries: DeliveryReads
  thanks: ThanksRecords
  /** The season that a moment (epoch ms) lies in. */
  seasonOf(t: number): number
}

/**
 * Thanks many at `now` (epoch ms), event by event and in pieces of one transaction each. What was written stays when a
 * later piece fails, and sending the same list again finishes it: the first thanks and the first offers stay. Refused are
 * items that name nobody the caller sees, and those whose event has no final result.
 */
export async function thankMany(
  needs: ThankManyNeeds,
  { items, note = '', reward, by, byId }: Signed<ThankMany>,
  isSeen: (participant: Participant) => boolean,
  now: number
): Promise<ThankedMany> {
  const signed = { by, byId, at: new Date(now).toISOString() }
  const refused: Refused[] = []
  const allowed: Item[] = []
  const latest = new Map<string, { eventId: string; start: number }>()

  for (const [eventId, some] of Map.groupBy(unique(items), item => item.eventId)) {
    const event = await needs.events.get(eventId)
    const whyNot = event === null ? null : await refusalOf(event, needs.deliveries)
    const seen = new Map(event?.participants.filter(isSeen).map(one => [one.customerId, one]))
    for (const item of some) {
      const participant = seen.get(item.customerId)
      const reason = participant === undefined ? notThere(item) : whyNot
      if (reason !== null || participant === undefined) {
        refused.push({ ...item, reason: reason ?? notThere(item) })
        continue
      }
      allowed.push(item)
      const start = Date.parse(participant.start)
      const known = latest.get(item.customerId)
      if (known === undefined || start > known.start) latest.set(item.customerId, { eventId, start })
    }
  }

  const offerOf = ({ eventId, customerId }: Item): RewardOffer[] => {
    const last = latest.get(customerId)
    if (reward === undefined || last?.eventId !== eventId) return []
    const season = needs.seasonOf(last.start)
    return [{ customerId, eventId, season, kind: reward.kind }]
  }
  const sum = { thanked: 0, before: 0, rewards: 0 }
  for (let at = 0; at < allowed.length; at += PIECE) {
    const piece = allowed.slice(at, at + PIECE)
    const written = await needs.thanks.write(
      { items: piece, note, offers: piece.flatMap(offerOf), offerNote: reward?.note ?? '' },
      signed
    )
    sum.thanked += written.thanked
    sum.before += written.before
    sum.rewards += written.rewards
  }
  return { ...sum, refused }
}

/** Foreign or missing: in the same words. */
const notThere = ({ eventId, customerId }: Item): string =>
  `customer ${customerId} does not take part in ${eventId}`

async function refusalOf(event: CurtailmentEvent, deliveries: DeliveryReads): Promise<string | null> {
  const { id, state } = event
  const kept = state === 'cancelled' ? await deliveries.of({ eventIds: [id] }) : []
  const hasFinal = kept.some(({ isFinal }) => isFinal)
  return isThankable(event, hasFinal) ? null : `${id} is ${state}: thanks follow when its result is final`
}

function unique(items: readonly Item[]): Item[] {
  return [...new Map(items.map(item => [`${item.eventId} ${item.customerId}`, item])).values()]
}
