import type { Signed } from '../contract/access.ts'
import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import type { CurtailmentEvent, Participant, ThankParticipant, Thanks } from '../contract/events.ts'
import type { Performance } from '../contract/performance.ts'
import type { CustomerRecord, PendingThanks } from '../contract/record.ts'
import { customerRecord } from './customerRecord.ts'
import { pendingThanks } from './pendingThanks.ts'

/** Final events with somebody left to thank that are looked at, newest first: years of them. */
const MAX_EVENTS = 1000

/** What recognition needs of the records. */
export interface RecognitionNeeds {
  customers: { get(id: string): Promise<Customer | null> }
  enrolments: { ofCustomer(customerId: string): Promise<Enrolment[]> }
  events: {
    get(id: string): Promise<CurtailmentEvent | null>
    list(filter: {
      states?: readonly 'final'[]
      customerId?: string
      unthanked?: boolean
      limit?: number
    }): Promise<CurtailmentEvent[]>
    results(eventIds: readonly string[]): Promise<ReadonlyMap<string, Performance>>
    /** The first thanks stay. */
    setParticipant(
      eventId: string,
      customerId: string,
      change: { thanks: Thanks & { byId: string } }
    ): Promise<CurtailmentEvent | null>
  }
}

/** What a command comes to: the changed event, or why it is refused, in words. */
export type Thanked = { ok: true; value: CurtailmentEvent } | { ok: false; status: 404 | 409; reason: string }

/** Whether somebody may see that this customer takes part with this metering point. */
export type IsSeen = (participant: Participant) => boolean

export interface Recognition {
  /** Thanks a participant of a final event at `now` (epoch ms). Once more changes nothing: the first thanks stay. */
  thank(eventId: string, customerId: string, thanks: Signed<ThankParticipant>, now: number): Promise<Thanked>
  /** null when there is no such customer. `presentKw` is its present load. */
  record(customerId: string, presentKw: number | null, isSeen?: IsSeen): Promise<CustomerRecord | null>
  pending(isSeen?: IsSeen): Promise<PendingThanks>
}

export function createRecognition({ customers, enrolments, events }: RecognitionNeeds): Recognition {
  const resultsOf = (list: readonly CurtailmentEvent[]) =>
    events.results(list.filter(({ state }) => state === 'final').map(({ id }) => id))

  return {
    async thank(eventId, customerId, { by, byId, note = '' }, now) {
      const event = await events.get(eventId)
      if (event === null) return refuse(404, `there is no curtailment event ${eventId}`)
      if (!event.participants.some(one => one.customerId === customerId)) {
        return refuse(404, `customer ${customerId} does not take part in ${eventId}`)
      }
      if (event.state !== 'final') {
        return refuse(409, `${eventId} is ${event.state}: thanks follow when its result is final`)
      }
      const thanks = { by, byId, at: new Date(now).toISOString(), note }
      const written = await events.setParticipant(eventId, customerId, { thanks })
      return written === null
        ? refuse(404, `customer ${customerId} does not take part in ${eventId}`)
        : { ok: true, value: written }
    },
    async record(customerId, presentKw, isSeen = everything) {
      const customer = await customers.get(customerId)
      if (customer === null) return null
      const list = (await events.list({ customerId })).map(event => asSeen(event, isSeen))
      return customerRecord({
        customer,
        enrolments: await enrolments.ofCustomer(customerId),
        presentKw,
        events: list,
        results: await resultsOf(list)
      })
    },
    async pending(isSeen = everything) {
      const all = await events.list({ states: ['final'], unthanked: true, limit: MAX_EVENTS })
      const list = all.map(event => asSeen(event, isSeen))
      return pendingThanks(list, await resultsOf(list))
    }
  }
}

const refuse = (status: 404 | 409, reason: string) => ({ ok: false, status, reason }) as const

const everything: IsSeen = () => true

function asSeen(event: CurtailmentEvent, isSeen: IsSeen): CurtailmentEvent {
  return { ...event, participants: event.participants.filter(isSeen) }
}
