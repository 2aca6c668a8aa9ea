import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, it } from 'vitest'
import { resultsRoutes } from '../../server/api/results.ts'
import { createApi } from '../../server/api/server.ts'
import { settlementRoutes } from '../../server/api/settlement.ts'
import type { View } from '../../server/contract/access.ts'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import type { Performance } from '../../server/contract/performance.ts'
import { performanceTotal } from '../../server/contract/performanceTotal.ts'
import { memoryResults } from '../helpers/memoryRecords.ts'
import { event, minutes, noon, participant, performance } from '../records/samples.ts'

const day = new Date(noon).toISOString().slice(0, 10)
const period = `from=${day}T00:00:00Z&to=${day}T23:00:00Z`
/** Of the north: the first customer alone. */
const north: View = {
  ...{ whole: false, key: 'north', isCustomers: false, node: id => id !== 'MP-C2' },
  ...{ customer: id => id !== 'C2', source: () => true }
}
const whole: View = { ...north, whole: true, node: () => true, customer: () => true }

let view = whole
const called = [participant('C1', { customerName: '=Thép; "Nam"' }), participant('C2')]
const events = new Map<string, CurtailmentEvent>()
const kept = memoryResults()
const api = createApi({ logLevel: 'silent' })
api.addHook('onRequest', async request => {
  request.view = view
})
const needs = {
  event: async (id: string) => events.get(id) ?? null,
  kept: kept.get,
  list: kept.list,
  deliveries: async () => kept.deliveries(),
  now: () => noon
}
settlementRoutes(needs)(api)
resultsRoutes({
  ...needs,
  of: async () => Promise.reject(new Error('only kept ones here')),
  recompute: async () => null,
  compare: async () => null
})(api)

const get = async (url: string) => api.inject({ method: 'GET', url })
const rowsOf = (csv: string): Record<string, string>[] => parse(csv, { columns: true })

/** One slot of 30 minutes in which the first delivered so much of what was asked, and the second half of it. */
async function keepResult(one: CurtailmentEvent, ratio: number): Promise<Performance> {
  const measured = performance(one, { C1: ratio, C2: ratio / 2 })
  const { participants } = measured
  const t = [noon]
  const total = performanceTotal({ participants, t, intervalMinutes: 30, commonErrorShare: 0.05 })
  const deliveries = participants.map(({ customerId }) => ({
    ...{ eventId: one.id, customerId, isDrill: one.isDrill, resultVersion: 0 }
  }))
  const keeping = { kind: 'final', why: 'test', deliveries: deliveries as never } as const
  return kept.save({ ...measured, t, intervalMinutes: 30, isDrill: one.isDrill, total }, keeping)
}

const states = ['draft', 'notified', 'active', 'ended', 'final'] as const
const real = event('CE-1', [...states], {
  participants: called,
  end: new Date(noon + minutes(30)).toISOString()
})
const drill = event('CE-2', [...states], { participants: called, isDrill: true })
events.set('CE-1', real)
events.set('CE-2', drill)
events.set('CE-3', event('CE-3', ['draft', 'notified']))
await keepResult(real, 0.5)
await keepResult(real, 0.8)
await keepResult(drill, 1)

beforeEach(() => {
  view = whole
})

describe('the settlement of an event', () => {
  it('is a row a participant of the newest result, its numbers as they were measured', async () => {
    const answer = await get('/api/curtailment-events/CE-1/settlement.csv')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="settlement-CE-1-v2.csv"')
    expect(answer.body.split('\r\n')).toHaveLength(4)
    const [first, second] = rowsOf(answer.body)
    expect(first).toMatchObject({
      ...{ event_id: 'CE-1', result_version: '2', is_final: 'true', is_drill: 'false' },
      ...{
        customer_id: 'C1',
        metering_point_id: 'MP-C1',
        requested_kw: '500',
        average_kw: '400',
        ratio: '0.8'
      }
    })
    expect(second).toMatchObject({ customer_id: 'C2', ratio: '0.4' })
    // What a spreadsheet would take for a formula is text.
    expect(first?.customer_name).toBe('\'=Thép; "Nam"')
  })

  it('carries its checksum, which the file beside it says as sha256sum does', async () => {
    for (const query of ['', '?version=1', '?intervals=true']) {
      const file = await get(`/api/curtailment-events/CE-1/settlement.csv${query}`)
      const beside = await get(`/api/curtailment-events/CE-1/settlement.csv.sha256${query}`)
      const hash = createHash('sha256').update(file.rawPayload)
      const name = /filename="(.*)"/.exec(String(file.headers['content-disposition']))?.[1]
      expect(beside.body).toBe(`${hash.copy().digest('hex')}  ${name}\n`)
      expect(file.headers['repr-digest']).toBe(`sha-256=:${hash.digest('base64')}:`)
    }
  })

  it('slot by slot adds up to what each delivered', async () => {
    const { body } = await get('/api/curtailment-events/CE-1/settlement.csv?intervals=true')
    expect(rowsOf(body)).toMatchObject([
      {
        customer_id: 'C1',
        slot_start: new Date(noon).toISOString(),
        interval_minutes: '30',
        delivered_kw: '400'
      },
      { customer_id: 'C2', delivered_kw: '200' }
    ])
  })

  it('of an earlier version stays as it was; of none there is no file', async () => {
    const { body } = await get('/api/curtailment-events/CE-1/settlement.csv?version=1')
    expect(rowsOf(body)[0]).toMatchObject({ result_version: '1', ratio: '0.5' })
    expect((await get('/api/curtailment-events/CE-1/settlement.csv?version=9')).statusCode).toBe(404)
    expect((await get('/api/curtailment-events/CE-3/settlement.csv')).statusCode).toBe(409)
    expect((await get('/api/curtailment-events/CE-9/settlement.csv')).statusCode).toBe(404)
  })

  it('shows a company its own customers alone', async () => {
    view = north
    const { body } = await get('/api/curtailment-events/CE-1/settlement.csv')
    expect(rowsOf(body).map(row => row.customer_id)).toEqual(['C1'])
    expect(body).not.toContain('C2')
  })
})

describe('the settlement of a period', () => {
  it('holds the newest result of each event; drills only where they are asked for', async () => {
    const { body, headers } = await get(`/api/settlement.csv?${period}`)
    expect(rowsOf(body).map(row => [row.event_id, row.result_version, row.customer_id])).toEqual([
      ['CE-1', '2', 'C1'],
      ['CE-1', '2', 'C2']
    ])
    const hex = createHash('sha256').update(body).digest('hex')
    expect((await get(`/api/settlement.csv.sha256?${period}`)).body).toMatch(
      new RegExp(`^${hex} {2}settlement-`)
    )
    expect(headers['repr-digest']).toBe(`sha-256=:${Buffer.from(hex, 'hex').toString('base64')}:`)
    const drills = await get(`/api/settlement.csv?${period}&drills=true`)
    expect(rowsOf(drills.body).map(row => [row.event_id, row.is_drill])).toContainEqual(['CE-2', 'true'])
  })

  it('that ends before it begins is refused', async () => {
    const url = `/api/settlement.csv?from=${day}T10:00:00Z&to=${day}T09:00:00Z`
    expect((await get(url)).statusCode).toBe(400)
  })
})

describe('kept results', () => {
  it('are listed with what of them is seen', async () => {
    const all = (await get('/api/curtailment-events/CE-1/results')).json()
    expect(all.results.map((one: { deliveredKwh: number }) => one.deliveredKwh)).toEqual([187.5, 300])
    view = north
    const own = (await get('/api/curtailment-events/CE-1/results')).json()
    expect(own.results.map((one: { deliveredKwh: number }) => one.deliveredKwh)).toEqual([125, 200])
  })

  it('are read by their version, cut to what is seen', async () => {
    view = north
    const url = '/api/curtailment-events/CE-1/performance?version=1'
    const { participants, total, resultVersion } = (await get(url)).json()
    expect(resultVersion).toBe(1)
    expect(participants).toHaveLength(1)
    expect(total).toMatchObject({ requestedKw: 500, averageKw: 250 })
    expect((await get('/api/curtailment-events/CE-1/performance?version=4')).statusCode).toBe(404)
  })

  it('that are not there cannot be computed again', async () => {
    expect((await get('/api/curtailment-events/CE-3/recomputation')).statusCode).toBe(409)
    expect((await get('/api/curtailment-events/CE-1/recomputation?version=7')).statusCode).toBe(404)
  })
})
