import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTwoCompanies, type TwoCompanies } from '../access/twoCompanies.ts'
import { administrator } from '../helpers/callers.ts'
import { finding } from '../records/samples.ts'
import { textsOf } from './pdfText.ts'

let world: TwoCompanies
let customer: Record<string, string>
let north: Record<string, string>
let year: string

beforeAll(async () => {
  world = await openTwoCompanies()
  const { person } = world.callers
  customer = (await person(['customer'], { customerId: 'c-north' })).headers
  north = (await person(['programme-staff'], { companyId: 'north' })).headers
  year = world.start.slice(0, 4)
}, 60_000)
afterAll(() => world?.stop())

const get = (url: string, headers: Record<string, string> = administrator) =>
  world.app.inject({ method: 'GET', url, headers })
const post = (url: string, payload: object, headers: Record<string, string> = administrator) =>
  world.app.inject({ method: 'POST', url, headers, payload })
const words = (body: Buffer) => textsOf(body).join(' ')

it.each([
  ['/api/curtailment-events/E-over/report.pdf', 'E-over-vi.pdf'],
  ['/api/curtailment-events/E-over/report.pdf?language=en', 'E-over-en.pdf'],
  ['/api/seasons/YEAR/report.pdf?language=en', 'season-YEAR-en.pdf'],
  ['/api/customers/c-north/record.pdf?year=YEAR', 'c-north-YEAR-vi.pdf'],
  ['/api/customers/c-north/record.pdf', 'c-north-vi.pdf']
])('%s is a PDF with a name, the same twice', async (path, name) => {
  const url = path.replace('YEAR', year)
  const answer = await get(url)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': `inline; filename="${name.replace('YEAR', year)}"`
  })
  expect(answer.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
  expect(Buffer.compare(answer.rawPayload, (await get(url)).rawPayload)).toBe(0)
})

it('a customer’s report of an event is of itself alone, with the checksum of the kept result', async () => {
  const url = '/api/curtailment-events/E-over/report.pdf?language=en'
  const { results } = (await get('/api/curtailment-events/E-over/results')).json()
  const own = words((await get(url, customer)).rawPayload)
  expect(own).toContain(`SHA-256 ${results.at(-1).sha256}`)
  expect(own).toContain('Thank you, Nhà máy c-north')
  expect(own).not.toContain('c-other')
  expect(words((await get(url, north)).rawPayload)).toContain('c-other')
})

it('without a kept result there is no report, and what is foreign is not there', async () => {
  expect((await get('/api/curtailment-events/E-north/report.pdf')).statusCode).toBe(409)
  expect((await get('/api/curtailment-events/E-over-south/report.pdf', north)).statusCode).toBe(404)
  expect((await get('/api/customers/c-south/record.pdf', customer)).statusCode).toBe(404)
})

it('of a season a company sees its sums, a customer its row', async () => {
  const url = `/api/seasons/${year}/report`
  const sums = (await get(url)).json()
  expect(sums.companies.map((one: { companyId: string }) => one.companyId)).toEqual(['north', 'south'])
  expect((await get(url, north)).json()).toMatchObject({
    companies: [{ companyId: 'north', sums: { calls: 2 } }],
    total: { calls: 2 }
  })
  expect((await get(url, customer)).json()).toMatchObject({
    total: { calls: 1 },
    customers: [{ customerId: 'c-north' }]
  })
})

it('thanks in bulk: bounded, within the view, and the customer reads of them', async () => {
  const item = { eventId: 'E-over', customerId: 'c-north' }
  const foreign = { eventId: 'E-over-south', customerId: 'c-south' }
  const tooMany = Array.from({ length: 20_001 }, () => item)
  expect((await post('/api/thanks', { items: tooMany })).statusCode).toBe(400)
  const thanked = await post('/api/thanks', { items: [item, foreign], note: 'cảm ơn' }, north)
  expect(thanked.json()).toEqual({
    ...{ thanked: 1, before: 0, rewards: 0 },
    refused: [{ ...foreign, reason: 'customer c-south does not take part in E-over-south' }]
  })
  const record = (await get('/api/customers/c-north/record', customer)).json()
  expect(record.entries.map((one: { thanks: object | null }) => one.thanks)).toContainEqual(
    expect.objectContaining({ note: 'cảm ơn' })
  )
})

it('a service that a finding advises is offered to a customer of its transformer, within the view', async () => {
  const advice = { kind: 'transformer-cooling', nodeName: 'Transformer' } as const
  for (const [id, nodeId] of [
    ['TC-own', 't-own'],
    ['TC-south', 't-south']
  ] as const)
    await world.callers.records.findings.save(finding(id, Date.now(), { ...advice, nodeId }))
  const offer = { customerId: 'c-north', kind: 'substation-cleaning' }
  const made = await post('/api/rewards', { ...offer, findingId: 'TC-own' }, north)
  expect(made.statusCode).toBe(201)
  expect(made.json().finding).toMatchObject({ id: 'TC-own', nodeId: 't-own' })
  const foreign = await post('/api/rewards', { ...offer, findingId: 'TC-south' }, north)
  expect([foreign.statusCode, foreign.json().detail]).toEqual([422, 'finding TC-south is unknown'])
  const own = (await get('/api/rewards', customer)).json().rewards
  expect(own.map((one: { finding: { id: string } | null }) => one.finding?.id)).toContain('TC-own')
})
