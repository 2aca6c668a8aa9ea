import type { Signed } from '../contract/access.ts'
import type { CurtailmentEvent, Participant, ThankParticipant } from '../contract/events.ts'
import { localTime } from '../contract/localTime.ts'
import type { CustomerRecord, PendingThanks } from '../contract/record.ts'
import type { Forgotten, ThankedMany, ThankMany } from '../contract/rewards.ts'
import type { SeasonReport } from '../contract/season.ts'
import { customerRecord } from './customerRecord.ts'
import { forgotten } from './forgotten.ts'
import type { RecognitionNeeds } from './needs.ts'
import { createPendingBook } from './pendingBook.ts'
import { isThankable } from './pendingThanks.ts'
import { createReports, type Reports } from './report/reports.ts'
import { createRewardBook, type RewardBook } from './rewardBook.ts'
import type { Sight } from './season.ts'
import { createSeasonCalls } from './seasonCalls.ts'
import { rememberedSeasons } from './seasonMemory.ts'
import { thankMany } from './thankMany.ts'

/** What a command comes to: the changed event, or why it is refused, in words. */
export type Thanked = { ok: true; value: CurtailmentEvent } | { ok: false; status: 404 | 409; reason: string }

/** Whether somebody may see that this customer takes part with this metering point. */
export type IsSeen = (participant: Pick<Participant, 'customerId' | 'meteringPointId'>) => boolean

export interface Recognition {
  /** Thanks a participant of a final event at `now` (epoch ms). Once more changes nothing: the first thanks stay. */
  thank(eventId: string, customerId: string, thanks: Signed<ThankParticipant>, now: number): Promise<Thanked>
  /** The same for many, with a service offered where one is named. */
  thankMany(command: Signed<ThankMany>, isSeen: IsSeen, now: number): Promise<ThankedMany>
  /** null when there is no such customer. `presentKw` is its present load. */
  record(customerId: string, presentKw: number | null, isSeen?: IsSeen): Promise<CustomerRecord | null>
  /** Who has waited longest comes first. */
  pending(isSeen?: IsSeen): Promise<PendingThanks>
  forgotten(sight: Sight, now: number): Promise<Forgotten>
  rewards: RewardBook
  /** Of a local calendar year, over what is seen. */
  season(year: number, sight: Sight): Promise<SeasonReport>
  reports: Reports
}

export function createRecognition(needs: RecognitionNeeds): Recognition {
  const { customers, enrolments, events, deliveries, rewards } = needs
  const local = localTime(needs.timeZone)
  const seasonOf = (t: number) => Number(local.date(t).slice(0, 4))
  const book = createRewardBook(needs, seasonOf)
  const calls = createSeasonCalls(needs.calls)
  const seasonIn = rememberedSeasons({ ...needs, calls }, local)

  async function record(customerId: string, presentKw: number | null, isSeen: IsSeen = everything) {
    const customer = await customers.get(customerId)
    if (customer === null) return null
    const called = await events.ofCustomer(customerId)
    const seen = called.filter(event => event.participants.some(isSeen))
    const sight = { participant: isSeen, customer: () => true, node: () => true }
    return customerRecord({
      customer,
      enrolments: await enrolments.ofCustomer(customerId),
      presentKw,
      events: seen,
      deliveries: (await deliveries.of({ customerId })).filter(isSeen),
      rewards: await book.list({ customerId }, sight)
    })
  }

  const pendingOf = createPendingBook(needs.unthanked)
  const pending = (isSeen: IsSeen = everything) => pendingOf(isSeen)

  return {
    async thank(eventId, customerId, { by, byId, note = '' }, now) {
      const event = await events.get(eventId)
      if (event === null) return refuse(404, `there is no curtailment event ${eventId}`)
      if (!event.participants.some(one => one.customerId === customerId)) {
        return refuse(404, `customer ${customerId} does not take part in ${eventId}`)
      }
      const kept = event.state === 'cancelled' ? await deliveries.of({ eventIds: [eventId] }) : []
      const hasFinal = kept.some(({ isFinal }) => isFinal)
      if (!isThankable(event, hasFinal)) {
        return refuse(409, `${eventId} is ${event.state}: thanks follow when its result is final`)
      }
      const thanks = { by, byId, at: new Date(now).toISOString(), note }
      const written = await events.setParticipant(eventId, customerId, { thanks })
      return written === null
        ? refuse(404, `customer ${customerId} does not take part in ${eventId}`)
        : { ok: true, value: written }
    },
    thankMany: (command, isSeen, now) => thankMany({ ...needs, seasonOf }, command, isSeen, now),
    record,
    pending,
    async forgotten(sight, now) {
      const owed = await rewards.list({ states: ['offered', 'booked'] })
      const seen = await book.seen(owed, sight)
      return forgotten((await pending(sight.participant)).pending, seen, local, now)
    },
    rewards: book,
    season: async (year, sight) => (await seasonIn(year, sight)).report,
    reports: createReports({ ...needs, record, season: seasonIn, local })
  }
}

const refuse = (status: 404 | 409, reason: string) => ({ ok: false, status, reason }) as const

const everything: IsSeen = () => true
