import { Type } from 'typebox'
import type { View } from '../contract/access.ts'
import { Customer, CustomerRow, NewCustomer } from '../contract/customers.ts'
import { CustomerRecord } from '../contract/record.ts'
import { Id } from '../contract/units.ts'
import { cutContacts } from './contacts.ts'
import { cutRecord } from './cut.ts'
import { notFound } from './problems.ts'
import type { Routes } from './server.ts'

export interface CustomersNeeds {
  /** As far as the view reaches. */
  rows(view: View): Promise<CustomerRow[]>
  /** Throws a Refusal when the id is taken. */
  insert(customer: Customer): Promise<Customer>
  rename(id: string, name: string): Promise<Customer | null>
  record(id: string, view: View): Promise<CustomerRecord | null>
}

const IdParams = Type.Object({ id: Id })

/** The register of customers, and what each has done. */
export const customersRoutes =
  (needs: CustomersNeeds): Routes =>
  api => {
    const tags = ['register']
    api.get(
      '/api/customers',
      { schema: { tags, response: { 200: Type.Object({ customers: Type.Array(CustomerRow) }) } } },
      async ({ view }) => ({ customers: await needs.rows(view) })
    )
    api.post(
      '/api/customers',
      { schema: { tags, body: NewCustomer, response: { 201: Customer } } },
      async ({ body }, reply) => reply.code(201).send(await needs.insert(body))
    )
    api.patch(
      '/api/customers/:id',
      {
        schema: {
          tags,
          params: IdParams,
          body: Type.Omit(NewCustomer, ['id'], { additionalProperties: false }),
          response: { 200: Customer }
        }
      },
      async ({ params, body }) => found(await needs.rename(params.id, body.name), `customer ${params.id}`)
    )
    api.get(
      '/api/customers/:id/record',
      { schema: { tags, params: IdParams, response: { 200: CustomerRecord } } },
      async ({ params, view, caller }) => {
        const record = found(await needs.record(params.id, view), `customer ${params.id}`)
        const seen = view.whole ? record : cutRecord(record, view)
        return { ...seen, enrolments: seen.enrolments.map(one => cutContacts(one, caller)) }
      }
    )
  }

function found<T>(value: T | null, what: string): T {
  if (value === null) throw notFound(what)
  return value
}
