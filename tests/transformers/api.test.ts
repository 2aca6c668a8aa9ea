import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../server/contract/plans.ts'
import type { TransformerAnswer, TransformersAnswer } from '../../server/contract/transformers.ts'
import { openTwoCompanies, type TwoCompanies } from '../access/twoCompanies.ts'
import { administrator } from '../helpers/callers.ts'

/** Two enrolled works below one transformer, beside those that are on the feeder. */
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
transformer,t-plan,f-north,Transformer of the plan,,,,1000,,,
customer,c-1,,Works 1,,,,,,,
customer,c-2,,Works 2,,,,,,,
meteringPoint,mp-1,t-plan,Works 1,m-1,,,,60,c-1,100
meteringPoint,mp-2,t-plan,Works 2,m-2,,,,60,c-2,100
`
let world: TwoCompanies
let seen: (headers: Record<string, string>) => Promise<string[]>

beforeAll(async () => {
  world = await openTwoCompanies()
  const headers = { ...administrator, 'content-type': 'text/csv' }
  const url = '/api/registry/import?apply=true'
  const imported = await world.app.inject({ method: 'POST', url, headers, payload: registry })
  expect(imported.statusCode).toBe(200)
  seen = async one => {
    const answer = await world.app.inject({ url: '/api/transformers', headers: one })
    return answer.json<TransformersAnswer>().transformers.map(({ id }) => id)
  }
}, 60_000)
afterAll(() => world?.stop())

describe('GET /api/transformers', () => {
  it('shows a transformer as soon as it is registered, to each its own', async () => {
    const { person } = world.callers
    const north = await person(['dispatcher'], { companyId: 'north' })
    const customer = await person(['customer'], { customerId: 'c-north' })
    expect(await seen(administrator)).toEqual(['t-north', 't-own', 't-plan', 't-south'])
    expect(await seen(north.headers)).toEqual(['t-north', 't-own', 't-plan'])
    expect(await seen(customer.headers)).toEqual(['t-own'])
  })
})

describe('GET /api/transformers/:id', () => {
  const ask = async (id: string, headers: Record<string, string>) =>
    world.app.inject({ url: `/api/transformers/${id}`, headers })

  it('says what is not known as such, and who is below', async () => {
    const answer = (await ask('t-plan', administrator)).json<TransformerAnswer>()
    expect(answer).toMatchObject({
      state: { id: 't-plan', ratingKva: 1000, at: null, hotSpotC: null, oil: { verdict: 'not-measured' } },
      ...{ t: [], days: [], plan: null }
    })
    expect(answer.customers.map(({ customerId }) => customerId)).toEqual(['c-1', 'c-2'])
  })

  it('is 404 for what is no transformer, or not there', async () => {
    for (const id of ['f-north', 'nowhere']) expect((await ask(id, administrator)).statusCode).toBe(404)
  })
})

it('a plan for a transformer asks only those below it', async () => {
  const { body } = await world.app.inject({
    ...{ method: 'POST', url: '/api/curtailment-events/plan' },
    headers: { ...administrator, 'content-type': 'application/json' },
    payload: { nodeId: 't-plan', targetKw: 50, start: world.start, durationMinutes: 60 }
  })
  const { candidates, targetKw } = JSON.parse(body) as Plan
  expect(targetKw).toBe(50)
  expect(candidates.map(({ customerId }) => customerId).sort()).toEqual(['c-1', 'c-2'])
})
