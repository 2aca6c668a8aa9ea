import { Type } from 'typebox'
import type { View } from '../contract/access.ts'
import { Customer, CustomerRow, NewCustomer } from '../contract/customers.ts'
import { Enrolment, NewEnrolment } from '../contract/enrolments.ts'
import { Programme } from '../contract/programmes.ts'
import { CustomerRecord } from '../contract/record.ts'
import { Id } from '../contract/units.ts'
import { cutAll, cutEnrolment, cutRecord } from './cut.ts'
import { notFound, Refusal } from './problems.ts'
import type { Routes } from './server.ts'

export interface CustomersNeeds {
  /** As far as the view reaches. */
  rows(view: View): Promise<CustomerRow[]>
  /** Throws a Refusal when the id is taken. */
  insert(customer: Customer): Promise<Customer>
  rename(id: string, name: string): Promise<Customer | null>
  record(id: string, view: View): Promise<CustomerRecord | null>
  enrolments(): Promise<Enrolment[]>
  /** Throws a Refusal when programme, customer or metering point are unknown, or the point is enrolled already. */
  enrol(enrolment: NewEnrolment): Promise<Enrolment>
  /** Changes the commitment, or ends the enrolment now. */
  changeEnrolment(id: string, change: { committedKw?: number; ended?: true }): Promise<Enrolment | null>
  programmes(): Promise<Programme[]>
  /** Throws a Refusal when the id is taken. */
  insertProgramme(programme: Programme): Promise<Programme>
  changeProgramme(id: string, change: Partial<Omit<Programme, 'id'>>): Promise<Programme | null>
}

const NewProgramme = Type.Object(Programme.properties, { additionalProperties: false })
const ProgrammeChange = Type.Partial(Type.Omit(Programme, ['id']), { additionalProperties: false })
const EnrolmentChange = Type.Object(
  {
    committedKw: Type.Optional(Type.Number({ minimum: 0 })),
    ended: Type.Optional(Type.Literal(true))
  },
  { additionalProperties: false, minProperties: 1 }
)
const IdParams = Type.Object({ id: Id })

/** The register: customers, what they committed to, and under which rules. */
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
      async ({ params, view }) => {
        const record = found(await needs.record(params.id, view), `customer ${params.id}`)
        return view.whole ? record : cutRecord(record, view)
      }
    )

    api.get(
      '/api/enrolments',
      { schema: { tags, response: { 200: Type.Object({ enrolments: Type.Array(Enrolment) }) } } },
      async ({ view }) => ({ enrolments: cutAll(await needs.enrolments(), view, cutEnrolment) })
    )
    api.post(
      '/api/enrolments',
      { schema: { tags, body: NewEnrolment, response: { 201: Enrolment } } },
      async ({ body, view }, reply) => {
        refuseForeign(body, view)
        return reply.code(201).send(await needs.enrol(body))
      }
    )
    api.patch(
      '/api/enrolments/:id',
      { schema: { tags, params: IdParams, body: EnrolmentChange, response: { 200: Enrolment } } },
      async ({ params, body }) =>
        found(await needs.changeEnrolment(params.id, body), `enrolment ${params.id}`)
    )

    api.get(
      '/api/programmes',
      { schema: { tags, response: { 200: Type.Object({ programmes: Type.Array(Programme) }) } } },
      async () => ({ programmes: await needs.programmes() })
    )
    api.post(
      '/api/programmes',
      { schema: { tags, body: NewProgramme, response: { 201: Programme } } },
      async ({ body }, reply) => reply.code(201).send(await needs.insertProgramme(body))
    )
    api.patch(
      '/api/programmes/:id',
      { schema: { tags, params: IdParams, body: ProgrammeChange, response: { 200: Programme } } },
      async ({ params, body }) =>
        found(await needs.changeProgramme(params.id, body), `programme ${params.id}`)
    )
  }

/** In the words for what is not there. */
function refuseForeign({ customerId, meteringPointId }: NewEnrolment, view: View): void {
  if (!view.customer(customerId)) throw new Refusal(422, `customer ${customerId} is unknown`)
  if (!view.node(meteringPointId)) throw new Refusal(422, `metering point ${meteringPointId} is unknown`)
}

function found<T>(value: T | null, what: string): T {
  if (value === null) throw notFound(what)
  return value
}
