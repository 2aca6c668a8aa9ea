import { type Static, Type } from 'typebox'
import { Answer, EventState, Thanks } from './curtailment.ts'
import { Customer, Enrolment } from './customers.ts'
import { Id, Kw, Note, Time, Unknown } from './units.ts'

/** One event in a customer's curtailment record. */
export const RecordEntry = Type.Object({
  eventId: Id,
  version: Type.Integer(),
  state: EventState,
  start: Time,
  end: Time,
  reason: Note,
  requestedKw: Kw,
  acknowledgedAt: Unknown(Time),
  answer: Unknown(Answer),
  /** From the final result; null until then, or when it could not be measured. */
  averageKw: Unknown(Kw),
  deliveredKwh: Unknown(Type.Number()),
  ratio: Unknown(Type.Number()),
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
  totals: Type.Object({
    events: Type.Integer(),
    deliveredKwh: Type.Number(),
    /** Mean of the known ratios. */
    ratio: Unknown(Type.Number()),
    thanks: Type.Integer()
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
