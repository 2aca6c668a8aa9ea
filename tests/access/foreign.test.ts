import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../server/contract/access.ts'
import { administrator } from '../helpers/callers.ts'
import { ask, operations } from './operations.ts'
import { openTwoCompanies, type TwoCompanies } from './twoCompanies.ts'

let world: TwoCompanies
beforeAll(async () => {
  world = await openTwoCompanies()
}, 120_000)
afterAll(() => world?.stop())

describe('what is foreign', () => {
  const lists = [
    'grid',
    'live',
    'findings',
    'sources',
    'customers',
    'enrolments',
    'curtailment-events',
    'thanks/pending'
  ]

  it.each(lists)('stands in the whole of /api/%s, so that it can be missed in a part', async path => {
    const operation = operations.find(({ name }) => name === `GET /api/${path}`)
    if (operation === undefined) throw new Error(path)
    const { text } = await ask(world, operation, { headers: administrator, sees: 'whole' })
    expect(text).toMatch(/south/)
  })

  const window = () => ({ start: world.start, durationMinutes: 30 })
  const order = (nodeId: string, customerId = 'c-north') => ({
    ...{ nodeId, ...window(), reason: 'heat', participants: [{ customerId, requestedKw: 1 }] }
  })
  const enrolment = (customerId: string, meteringPointId: string) => ({
    ...{ programmeId: 'voluntary', customerId, meteringPointId, committedKw: 1 }
  })
  it.each<[string, Role, (id: string) => unknown, string]>([
    ['curtailment-events/plan', 'dispatcher', id => ({ nodeId: id, ...window() }), 'f-south'],
    ['curtailment-events', 'dispatcher', id => order(id), 'f-south'],
    ['curtailment-events', 'dispatcher', id => order('f-north', id), 'c-south'],
    ['enrolments', 'programme-staff', id => enrolment(id, 'mp-north'), 'c-south'],
    ['enrolments', 'programme-staff', id => enrolment('c-north', id), 'mp-south'],
    ['curtailment-events/E-whole/participants/ID/thank', 'programme-staff', () => ({}), 'c-south']
  ])('is missing in a command, too: %s by %s', async (path, role, body, foreign) => {
    const { headers } = await world.callers.person([role], { companyId: 'north' })
    const post = async (id: string) => {
      const url = `/api/${path.replace('ID', id)}`
      const answer = await world.app.inject({ method: 'POST', url, headers, payload: body(id) as object })
      return { status: answer.statusCode, detail: answer.json().detail.replaceAll(id, '…') }
    }
    const answer = await post(foreign)
    expect(answer).toEqual(await post('nowhere'))
    expect([404, 422]).toContain(answer.status)
  })

  it('is an event of another area, although a customer of the own takes part: seen, not commanded', async () => {
    const { headers } = await world.callers.person(['supervisor'], { companyId: 'north' })
    const url = '/api/curtailment-events/E-whole'
    const seen = await world.app.inject({ url, headers })
    const customers = seen.json().participants.map(({ customerId }: { customerId: string }) => customerId)
    expect(customers).toEqual(['c-north', 'c-other'])
    const cancelled = await world.app.inject({ method: 'POST', url: `${url}/cancel`, headers, payload: {} })
    expect(cancelled.json()).toMatchObject({ status: 403, detail: 'E-whole is an event of another company' })
  })

  it('is what was planned, to a customer: an event begins with its notice', async () => {
    const { headers } = await world.callers.person(['customer'], { customerId: 'c-north' })
    const { events } = (await world.app.inject({ url: '/api/curtailment-events', headers })).json()
    expect(events.map(({ id }: { id: string }) => id).sort()).toEqual(['E-north', 'E-over', 'E-whole'])
  })
})
