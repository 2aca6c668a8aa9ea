import { Type } from 'typebox'
import type { View } from '../contract/access.ts'
import { TransformerAnswer, type TransformerState, TransformersAnswer } from '../contract/transformers.ts'
import { Id } from '../contract/units.ts'
import { notFound } from './problems.ts'
import type { Routes } from './server.ts'

export interface TransformersNeeds {
  states(): TransformerState[]
  /** null: there is no such transformer. Throws a Refusal while the readings store is away. */
  detail(id: string): Promise<TransformerAnswer | null>
}

/** How hot the transformers are, how fast they age, and what the next day does to them. */
export const transformersRoutes =
  (needs: TransformersNeeds): Routes =>
  api => {
    const tags = ['transformers']
    api.get(
      '/api/transformers',
      { schema: { tags, response: { 200: TransformersAnswer } } },
      async ({ view }) => ({ transformers: needs.states().filter(({ id }) => view.node(id)) })
    )
    api.get(
      '/api/transformers/:id',
      { schema: { tags, params: Type.Object({ id: Id }), response: { 200: TransformerAnswer } } },
      async ({ params, view }) => {
        const answer = view.node(params.id) ? await needs.detail(params.id) : null
        if (answer === null) throw notFound(`transformer ${params.id}`)
        return cutTransformer(answer, view)
      }
    )
  }

/** Whom it feeds besides is not a customer's business, nor another company's; to plan is the utility's. */
function cutTransformer(answer: TransformerAnswer, view: View): TransformerAnswer {
  if (view.whole) return answer
  const customers = answer.customers.filter(({ customerId }) => view.customer(customerId))
  return { ...answer, customers, plan: view.isCustomers ? null : (answer.plan ?? null) }
}
