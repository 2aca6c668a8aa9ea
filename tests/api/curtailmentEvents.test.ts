import { Value } from 'typebox/value'
import { beforeEach, describe, expect, it } from 'vitest'
import { curtailmentRoutes } from '../../server/api/curtailmentEvents.ts'
import { type Api, createApi } from '../../server/api/server.ts'
import type { Caller, View } from '../../server/contract/access.ts'
import { AnswerList, CurtailmentEvent } from '../../server/contract/events.ts'
import { at, iso, world } from '../curtailment/world.ts'

const whole: View = {
  ...{ whole: true, key: 'whole', isCustomers: false },
  ...{ node: () => true, customer: () => true, source: () => true }
}
const ofA: View = { ...whole, whole: false, key: 'A', isCustomers: true, customer: id => id === 'A' }
const person = (personId: string): Caller => ({
  ...{ id: personId, personId, name: personId, kind: 'person', roles: ['supervisor'], scopes: null },
  ...{ companyId: null, customerId: null }
})

let api: Api
let scene: ReturnType<typeof world>
let view: View
let caller: Caller
beforeEach(() => {
  scene = world()
  view = whole
  caller = person('usr-an')
  api = createApi({ logLevel: 'silent' })
  api.addHook('onRequest', async request => {
    request.view = view
    request.caller = caller
  })
  const { controller, events } = scene
  const none = async () => Promise.reject(new Error('not asked here'))
  curtailmentRoutes({
    ...controller,
    ...{ plan: none, thank: none, pendingThanks: none },
    list: filter => events.list(filter),
    get: events.get,
    answer: (customer, event, answer, said) => controller.answer(customer, { event, answer, ...said }, 'http')
  })(api)
})

const order = {
  nodeId: 'S1',
  start: iso('14:00'),
  durationMinutes: 120,
  reason: 'heat',
  participants: ['A', 'B'].map(customerId => ({ customerId, requestedKw: 100 }))
}
const post = async (url: string, body: object, key?: string) => {
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  const response = await api.inject({
    method: 'POST',
    url: `/api/curtailment-events${url}`,
    payload: body,
    headers
  })
  return { status: response.statusCode, body: response.json() }
}

describe('Idempotency-Key', () => {
  it('the same command twice makes one event, and sends it once', async () => {
    const first = await post('', order, 'k 1')
    expect(first.status).toBe(201)
    // Members in another order say the same.
    const again = await post('', Object.fromEntries(Object.entries(order).reverse()), 'k 1')
    expect(again).toEqual(first)
    const { id } = first.body
    const sent = await post(`/${id}/send`, {}, 'k 2')
    expect(await post(`/${id}/send`, {}, 'k 2')).toEqual(sent)
    expect((await scene.events.list({})).map(one => [one.id, one.version])).toEqual([[id, 2]])
    expect((await post(`/${id}/send`, {})).status).toBe(409)
  })

  it('with another body, or on another path, is refused; of another caller it is free', async () => {
    const { body } = await post('', order, 'k 1')
    expect((await post('', { ...order, reason: 'other' }, 'k 1')).status).toBe(422)
    expect((await post(`/${body.id}/cancel`, {}, 'k 1')).status).toBe(422)
    caller = person('usr-binh')
    expect((await post('', order, 'k 1')).status).toBe(201)
  })

  it.each(['', 'x'.repeat(101), 'ké'])('%j is no key', async key => {
    expect((await post('', order, key)).status).toBe(400)
    expect(await scene.events.list({})).toEqual([])
  })
})

describe('POST /api/curtailment-events/:id/change', () => {
  it('makes a new version, which everybody is told', async () => {
    const { id } = (await post('', order)).body
    await post(`/${id}/send`, {})
    const changed = await post(`/${id}/change`, { end: iso('17:00'), note: 'longer' })
    expect(changed).toMatchObject({ status: 200, body: { version: 3, end: iso('17:00') } })
    expect([...Value.Errors(CurtailmentEvent, changed.body)]).toEqual([])
    expect((await post(`/${id}/change`, { end: iso('17:00') })).status).toBe(409)
    expect((await post(`/${id}/change`, { start: iso('13:00') })).status).toBe(400)
    expect((await post('/CE-9/change', {})).status).toBe(404)
  })
})

describe('GET /api/curtailment-events/:id/answers', () => {
  it('gives everything said, to a customer its own', async () => {
    const { id } = (await post('', order)).body
    await post(`/${id}/send`, {})
    const said = [
      ['A', 'accept', { version: 2, kw: 40 }],
      ['B', 'decline', { version: 2, reason: 'maintenance' }],
      ['A', 'opt-out', { version: 2, reason: 'the furnace' }]
    ] as const
    for (const [customer, answer, body] of said) {
      scene.clock.now += 60_000
      expect((await post(`/${id}/participants/${customer}/${answer}`, body)).status).toBe(200)
    }
    scene.clock.now = at('09:10')
    const read = async () => (await api.inject({ url: `/api/curtailment-events/${id}/answers` })).json()
    const all = await read()
    expect([...Value.Errors(AnswerList, all)]).toEqual([])
    const brief = ({ answers }: AnswerList) =>
      answers.map(one => [one.customerId, one.answer, one.kw, one.reasonCode, one.reason])
    expect(brief(all)).toEqual([
      ['A', 'accept', 40, null, null],
      ['B', 'decline', null, 'maintenance', null],
      ['A', 'opt-out', null, 'other', 'the furnace']
    ])
    view = ofA
    expect(brief(await read()).map(([customer]) => customer)).toEqual(['A', 'A'])
  })
})
