import { type Static, Type } from 'typebox'
import { Id, Kw, Time, Unknown } from './units.ts'

/** A large consumer: who may take part in load adjustment. */
export const Customer = Type.Object({ id: Id, name: Type.String({ minLength: 1, maxLength: 200 }) })
export type Customer = Static<typeof Customer>

export const NewCustomer = Type.Object(
  { id: Id, name: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false }
)
export type NewCustomer = Static<typeof NewCustomer>

/** The rules under which people take part. */
export const Programme = Type.Object({
  id: Id,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  /** Length of a settlement slot; event times snap to it. */
  settlementIntervalMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
  /** How long after the end late data is awaited before a result becomes final by itself. */
  settleDelayMinutes: Type.Integer({ minimum: 0, maximum: 10080 })
})
export type Programme = Static<typeof Programme>

/** One customer's metering point under one programme, and the kW it committed to reduce when called on. */
export const Enrolment = Type.Object({
  id: Id,
  programmeId: Id,
  customerId: Id,
  meteringPointId: Id,
  committedKw: Type.Number({ minimum: 0 }),
  since: Time,
  until: Unknown(Time)
})
export type Enrolment = Static<typeof Enrolment>

export const NewEnrolment = Type.Object(
  {
    programmeId: Id,
    customerId: Id,
    meteringPointId: Id,
    committedKw: Type.Number({ minimum: 0 })
  },
  { additionalProperties: false }
)
export type NewEnrolment = Static<typeof NewEnrolment>

/** A customer in the list: where it is metered, what it committed, what it draws now. */
export const CustomerRow = Type.Object({
  id: Id,
  name: Type.String(),
  meteringPointIds: Type.Array(Id),
  enrolled: Type.Boolean(),
  committedKw: Unknown(Kw),
  presentKw: Unknown(Kw)
})
export type CustomerRow = Static<typeof CustomerRow>
