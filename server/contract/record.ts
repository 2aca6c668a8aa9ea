import { type Static, Type } from 'typebox'
import { Customer } from './customers.ts'
import { Enrolment } from './enrolments.ts'
import { Answer, EventState, Thanks } from './events.ts'
import { Reward } from './rewards.ts'
import { Id, Kw, Note, Time, Unknown } from './units.ts'

/** One event in a customer's curtailment record. */
export const RecordEntry = Type.Object({
  eventId: Id,
  version: Type.Integer(),
  state: EventState,
  isDrill: Type.Boolean(),
  /** Its own part of the event. */
  start: Time,
  end: Time,
  reason: Note,
  requestedKw: Kw,
  committedKw: Kw,
  meteringPointId: Id,
  meterId: Id,
  acknowledgedAt: Unknown(Time),
  answer: Unknown(Answer),
  /** From the final result; null until then, or when it could not be measured. */
  averageKw: Unknown(Kw),
  deliveredKwh: Unknown(Type.Number()),
  ratio: Unknown(Type.Number()),
  sustainedKw: Unknown(Kw),
  uncertaintyKw: Unknown(Kw),
  creditVnd: Unknown(Type.Number()),
  /** Of the result that the figures come from; null without one. */
  resultVersion: Unknown(Type.Integer()),
  thanks: Unknown(Thanks)
})
export type RecordEntry = Static<typeof RecordEntry>

/** A customer's curtailment record, newest event first. Open notices are those not yet ended. */
export const CustomerRecord = Type.Object({
  customer: Customer,
  enrolments: Type.Array(Enrolment),
  presentKw: Unknown(Kw),
  openNotices: Type.Array(RecordEntry),
  entries: Type.Array(RecordEntry),
  rewards: Type.Array(Reward),
  /** Real events only. */
  totals: Type.Object({
    events: Type.Integer(),
    deliveredKwh: Type.Number(),
    /** Mean of the known ratios. */
    ratio: Unknown(Type.Number()),
    thanks: Type.Integer(),
    drills: Type.Integer(),
    creditVnd: Unknown(Type.Number())
  })
})
export type CustomerRecord = Static<typeof CustomerRecord>

/** Who took part in a final event and has not been thanked. */
export const PendingThanks = Type.Object({
  pending: Type.Array(
    Type.Object({
      eventId: Id,
      customerId: Id,
      customerName: Type.String(),
      start: Time,
      end: Time,
      requestedKw: Kw,
      averageKw: Unknown(Kw),
      deliveredKwh: Unknown(Type.Number()),
      ratio: Unknown(Type.Number())
    })
  )
})
export type PendingThanks = Static<typeof PendingThanks>
