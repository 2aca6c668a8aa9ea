import { Type } from 'typebox'
import type { View } from '../contract/access.ts'
import {
  EligibilityReport,
  EligibilityRequest,
  Enrolment,
  EnrolmentContract,
  NewEnrolment
} from '../contract/enrolments.ts'
import { Id } from '../contract/units.ts'
import { cutContacts } from './contacts.ts'
import { contractFaults } from './contractFaults.ts'
import { cutAll, cutEnrolment } from './cut.ts'
import { notFound, Refusal } from './problems.ts'
import type { Routes } from './server.ts'

/** A new commitment, or the end. What of the contract is not given stays. */
export interface EnrolmentChange {
  committedKw?: number
  contract?: Partial<EnrolmentContract>
  ended?: true
}

/** What an assessment comes to, or why there is none. */
export type Assessed =
  | { ok: true; value: EligibilityReport }
  | { ok: false; status: 404 | 409 | 422; reason: string }

export interface EnrolmentsNeeds {
  /** Those in force. */
  enrolments(): Promise<Enrolment[]>
  /** Also one that has ended. */
  enrolment(id: string): Promise<Enrolment | null>
  /** Throws a Refusal for what is unknown, not the customer's own, enrolled already, or lacks what its programme asks for. */
  enrol(enrolment: NewEnrolment): Promise<Enrolment>
  /** A change ends the enrolment and begins another. Refusals as for `enrol`; null when it is unknown or has ended. */
  changeEnrolment(id: string, change: EnrolmentChange): Promise<Enrolment | null>
  /** Tested on the customer's own history. */
  eligibility(request: EligibilityRequest): Promise<Assessed>
}

const ContractTerms = Type.Partial(EnrolmentContract, { additionalProperties: false })
const EnrolmentChange = Type.Object(
  {
    committedKw: Type.Optional(Type.Number({ minimum: 0 })),
    contract: Type.Optional(ContractTerms),
    ended: Type.Optional(Type.Literal(true))
  },
  { additionalProperties: false, minProperties: 1 }
)
const IdParams = Type.Object({ id: Id })

/** What customers committed to, and whether they can. */
export const enrolmentsRoutes =
  (needs: EnrolmentsNeeds): Routes =>
  api => {
    const tags = ['register']
    api.get(
      '/api/enrolments',
      { schema: { tags, response: { 200: Type.Object({ enrolments: Type.Array(Enrolment) }) } } },
      async ({ view, caller }) => {
        const seen = cutAll(await needs.enrolments(), view, cutEnrolment)
        return { enrolments: seen.map(one => cutContacts(one, caller)) }
      }
    )
    api.get(
      '/api/enrolments/:id',
      { schema: { tags, params: IdParams, response: { 200: Enrolment } } },
      async ({ params, view, caller }) => {
        const enrolment = await needs.enrolment(params.id)
        const seen = enrolment && (view.whole ? enrolment : cutEnrolment(enrolment, view))
        if (seen === null) throw notFound(`enrolment ${params.id}`)
        return cutContacts(seen, caller)
      }
    )
    api.post(
      '/api/enrolments',
      { schema: { tags, body: NewEnrolment, response: { 201: Enrolment } } },
      async ({ body, view }, reply) => {
        const { customerId, meteringPointId, contract = {} } = body
        refuseFaulty(contract)
        refuseForeign(customerId, [meteringPointId, ...(contract.furtherMeteringPointIds ?? [])], view)
        return reply.code(201).send(await needs.enrol(body))
      }
    )
    api.patch(
      '/api/enrolments/:id',
      { schema: { tags, params: IdParams, body: EnrolmentChange, response: { 200: Enrolment } } },
      async ({ params, body, view }) => {
        refuseFaulty(body.contract ?? {})
        if (!view.whole) refusePartly(await needs.enrolment(params.id), body, view)
        const enrolment = await needs.changeEnrolment(params.id, body)
        if (enrolment === null) throw notFound(`enrolment ${params.id}`)
        return enrolment
      }
    )
    api.post(
      '/api/enrolments/eligibility',
      { schema: { tags, body: EligibilityRequest, response: { 200: EligibilityReport } } },
      async ({ body, view }) => {
        refuseForeign(body.customerId, body.meteringPointIds, view)
        const assessed = await needs.eligibility(body)
        if (assessed.ok) return assessed.value
        throw new Refusal(assessed.status, assessed.reason)
      }
    )
  }

function refuseFaulty(contract: Partial<EnrolmentContract>): void {
  const faults = contractFaults(contract)
  if (faults.length > 0) throw new Refusal(400, `body: ${faults.join('; ')}`)
}

/** In the words for what is not there. */
function refuseForeign(customerId: string, meteringPointIds: readonly string[], view: View): void {
  if (!view.customer(customerId)) throw new Refusal(422, `customer ${customerId} is unknown`)
  const foreign = meteringPointIds.find(id => !view.node(id))
  if (foreign !== undefined) throw new Refusal(422, `metering point ${foreign} is unknown`)
}

/** A contract over several companies is changed by who sees all of it: another would leave out what it does not see. */
function refusePartly(enrolment: Enrolment | null, { contract }: EnrolmentChange, view: View): void {
  if (enrolment === null) return
  const { id, customerId, contract: now } = enrolment
  refuseForeign(customerId, contract?.furtherMeteringPointIds ?? [], view)
  if (now.furtherMeteringPointIds.every(point => view.node(point))) return
  throw new Refusal(403, `enrolment ${id} has metering points of another company`)
}
