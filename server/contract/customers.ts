import { type Static, Type } from 'typebox'
import { Id, Kw, Unknown } from './units.ts'

/** A large consumer: who may take part in load adjustment. */
export const Customer = Type.Object({ id: Id, name: Type.String({ minLength: 1, maxLength: 200 }) })
export type Customer = Static<typeof Customer>

export const NewCustomer = Type.Object(
  { id: Id, name: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false }
)
export type NewCustomer = Static<typeof NewCustomer>

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
