import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../server/api/problems.ts'
import { moment } from '../../server/api/query.ts'
import { createApi } from '../../server/api/server.ts'
import { NewCurtailmentEvent } from '../../server/contract/events.ts'

function api() {
  const app = createApi({ logLevel: 'silent' })
  app.post(
    '/order',
    { schema: { body: NewCurtailmentEvent, response: { 200: Type.Unknown() } } },
    async ({ body }) => body
  )
  app.get('/refused', async () => {
    throw new Refusal(409, 'the event has ended')
  })
  app.get('/bug', async () => {
    throw new TypeError('secret detail')
  })
  return app
}

const order = {
  nodeId: 'F1',
  start: '2026-06-01T06:00:00Z',
  durationMinutes: 60,
  reason: 'heat',
  participants: [{ customerId: 'C1', requestedKw: 100 }],
  by: 'Lan'
}

describe('problem documents', () => {
  it('takes a right order as it is', async () => {
    const answer = await api().inject({ method: 'POST', url: '/order', payload: order })
    expect(answer.json()).toEqual(order)
  })

  it('names an address that cannot be decoded', async () => {
    const answer = await api().inject({ method: 'GET', url: '/refused/%F0%9F' })
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining('address') })
  })

  it.each([
    ['a misspelt member', { ...order, optOutDedline: 'x' }, 'optOutDedline'],
    ['a number as text', { ...order, durationMinutes: '60' }, 'durationMinutes'],
    ['a missing member', { ...order, reason: undefined }, 'reason'],
    [
      'a bad member deep inside',
      { ...order, participants: [{ customerId: 'C 1', requestedKw: 1 }] },
      'participants.0.customerId'
    ],
    ['nobody to ask', { ...order, participants: [] }, 'participants'],
    ['a time without offset', { ...order, start: '2026-06-01T06:00:00' }, 'start']
  ])('refuses %s and names it', async (_what, payload, named) => {
    const answer = await api().inject({ method: 'POST', url: '/order', payload })
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json().detail).toContain(named)
  })

  it('says why a command is refused', async () => {
    const answer = await api().inject('/refused')
    expect(answer.json()).toMatchObject({ status: 409, detail: 'the event has ended' })
  })

  it('hides a bug behind a reference', async () => {
    const answer = await api().inject('/bug')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret')
    expect(answer.json().reference).toMatch(/\w{8}/)
  })

  it.each([
    ['not JSON', 'application/json', '{', 400],
    ['another kind of body', 'text/plain', 'x', 415]
  ])('refuses %s', async (_what, type, payload, status) => {
    const answer = await api().inject({
      method: 'POST',
      url: '/order',
      headers: { 'content-type': type },
      payload
    })
    expect(answer.statusCode).toBe(status)
    expect(answer.json().status).toBe(status)
  })

  it('says what there is not', async () => {
    const answer = await api().inject('/nothing?x=1')
    expect(answer.json()).toMatchObject({ status: 404, detail: 'there is no GET /nothing' })
  })
})

describe('a moment in a query', () => {
  it.each([
    ['2026-06-01T07:00:00+07:00', Date.UTC(2026, 5, 1)],
    ['2026-06-01T07:00:00 07:00', Date.UTC(2026, 5, 1)],
    ['2026-06-01T00:00:00Z', Date.UTC(2026, 5, 1)],
    [String(Date.UTC(2026, 5, 1)), Date.UTC(2026, 5, 1)]
  ])('reads %s', (text, expected) => {
    expect(moment('from', text, 0)).toBe(expected)
  })

  it.each(['2026-06-01', 'yesterday', '2026-06-01T00:00:00', '2026-13-01T00:00:00Z', '12'])(
    'refuses %s',
    text => {
      expect(() => moment('from', text, 0)).toThrow(/from must be/)
    }
  )
})
