import { connectAsync } from 'mqtt'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, startApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { CurtailmentEvent } from '../../server/contract/events.ts'
import { FindingsAnswer } from '../../server/contract/findings.ts'
import { GridAnswer, GridNodeAnswer, LoadColumns, ReadingColumns } from '../../server/contract/grid.ts'
import { Performance } from '../../server/contract/performance.ts'
import { Plan } from '../../server/contract/plans.ts'
import { Problem } from '../../server/contract/problem.ts'
import { CustomerRecord, PendingThanks } from '../../server/contract/record.ts'
import { ImportReport } from '../../server/contract/registry.ts'
import { DeadLettersAnswer, IngestState, Readiness, SourcesAnswer } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { ADMIN_TOKEN, administrator } from '../helpers/callers.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,co,,Company,,w1,5000,,,,
feeder,f1,co,Feeder 1,,,3000,,,,
meteringPoint,house,f1,House,h1,,,,1800,,
customer,c1,,The works,,,,,,,
meteringPoint,mp1,f1,The works,m1,,,,60,c1,400
`

let directory: Awaited<ReturnType<typeof tempDir>>
let app: App
let eventId = ''

async function call(method: string, path: string, body?: unknown, type = 'application/json') {
  const response = await fetch(app.address + path, {
    method,
    headers: { ...administrator, ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return { status: response.status, body: isJson ? JSON.parse(text) : text }
}

/** Fails with the places that break the contract. */
function expectToBe(schema: TSchema, value: unknown): void {
  const validator = Compile(schema)
  const errors = [...validator.Errors(value)].map(({ instancePath, message }) => `${instancePath} ${message}`)
  expect(errors).toEqual([])
}

beforeAll(async () => {
  directory = await tempDir()
  const settings = { DATA_DIR: directory.path, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'silent', ADMIN_TOKEN }
  const read = readConfig(settings)
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  app = await startApp(read.config, {
    now: Date.now,
    random: Math.random,
    pagesDirectory: directory.path,
    onLost(error) {
      throw error
    }
  })
  await call('POST', '/api/registry/import?apply=true', registry, 'text/csv')
  const client = await connectAsync(app.brokerAddress, { protocolVersion: 4 })
  const ts = Date.now()
  await client.publishAsync(topics.meterReading('m1'), JSON.stringify({ ts, kw: 900, x: 1 }), { qos: 1 })
  await client.publishAsync(topics.meterReading('h1'), JSON.stringify({ ts, kw: 2 }), { qos: 1 })
  await client.publishAsync(topics.meterReading('stray'), 'not JSON', { qos: 1 })
  await client.publishAsync(topics.weatherObservation('w1'), JSON.stringify({ ts, temp_c: 36 }), { qos: 1 })
  await client.endAsync()
  const order = {
    nodeId: 'f1',
    start: new Date(ts + 3_600_000).toISOString(),
    durationMinutes: 30,
    reason: 'heat',
    participants: [{ customerId: 'c1', requestedKw: 300 }],
    by: 'Lan'
  }
  eventId = (await call('POST', '/api/curtailment-events', order)).body.id
  await call('POST', `/api/curtailment-events/${eventId}/send`, { by: 'Lan' })
  await until(async () => (await call('GET', '/api/ingest')).body.store.behindBytes === 0, { what: 'stored' })
})

afterAll(async () => {
  await app.stop()
  await directory.remove()
})

describe('what the routes answer is what the contract says', () => {
  it.each<[string, TSchema]>([
    ['/api/grid', GridAnswer],
    ['/api/grid/co', GridNodeAnswer],
    ['/api/grid/mp1', GridNodeAnswer],
    ['/api/load/co', LoadColumns],
    ['/api/readings/meter/m1', ReadingColumns],
    ['/api/readings/weather/w1?fields=temp_c', ReadingColumns],
    ['/api/readings/meter/nobody', ReadingColumns],
    ['/api/findings', FindingsAnswer],
    ['/api/sources', SourcesAnswer],
    ['/api/sources?state=fresh&kind=meter&unassigned=false&search=m1&limit=1&offset=0', SourcesAnswer],
    ['/api/ingest', IngestState],
    ['/api/dead-letters', DeadLettersAnswer],
    ['/api/customers/c1/record', CustomerRecord],
    ['/api/thanks/pending', PendingThanks],
    ['/api/health/ready', Readiness]
  ])('GET %s', async (path, schema) => {
    const { status, body } = await call('GET', path)
    expect(status).toBe(200)
    expectToBe(schema, body)
  })

  it('not a HEAD of the live stream, which would never end', async () => {
    const response = await fetch(`${app.address}/api/live`, { method: 'HEAD', headers: administrator })
    expect(response.status).toBe(404)
  })

  it('one reason, however many mistakes a body has', async () => {
    const order = { nodeId: 'f1', start: 'x', durationMinutes: 0, reason: '', by: '', participants: [] }
    const many = { ...order, participants: Array.from({ length: 100_000 }, () => 1) }
    const { status, body } = await call('POST', '/api/curtailment-events', many)
    expect(status).toBe(400)
    expect(body.detail.length).toBeLessThan(200)
  })

  it('an event, its plan and its performance', async () => {
    expectToBe(CurtailmentEvent, (await call('GET', `/api/curtailment-events/${eventId}`)).body)
    expectToBe(Performance, (await call('GET', `/api/curtailment-events/${eventId}/performance`)).body)
    const start = new Date(Date.now() + 7_200_000).toISOString()
    const plan = await call('POST', '/api/curtailment-events/plan', {
      nodeId: 'f1',
      start,
      durationMinutes: 30
    })
    expectToBe(Plan, plan.body)
    expect(plan.body.candidates).toMatchObject([{ customerId: 'c1', presentKw: 900, committedKw: 400 }])
  })

  it('no other settlement interval while an event is open, but everything else of a programme', async () => {
    const path = '/api/programmes/voluntary'
    const refused = await call('PATCH', path, { settlementIntervalMinutes: 60 })
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toContain(eventId)
    const change = { settlementIntervalMinutes: 30, settleDelayMinutes: 25 }
    expect(await call('PATCH', path, change)).toMatchObject({ status: 200, body: change })
  })

  it('a dry run of an import, and one with a bad row', async () => {
    const dry = await call('POST', '/api/registry/import', registry, 'text/csv')
    expect(dry.status).toBe(200)
    expectToBe(ImportReport, dry.body)
    const bad = await call(
      'POST',
      '/api/registry/import?apply=true',
      `${registry}feeder,f 2,co,,,,,,,,\n`,
      'text/csv'
    )
    expect(bad.status).toBe(422)
    expect(bad.body).toMatchObject({ applied: false, errors: [{ line: 7 }] })
  })

  it.each<[string, string, string, unknown, number]>([
    ['an unknown node', 'GET', '/api/grid/nowhere', undefined, 404],
    ['a load that is not rolled up', 'GET', '/api/load/house', undefined, 404],
    ['a time that is none', 'GET', '/api/load/co?from=yesterday', undefined, 400],
    [
      'a window the wrong way round',
      'GET',
      '/api/load/co?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      undefined,
      400
    ],
    ['a field nobody has', 'GET', '/api/readings/meter/m1?fields=oil_c', undefined, 400],
    ['a misspelt parameter', 'GET', '/api/sources?stat=fresh', undefined, 400],
    ['an unknown event', 'POST', '/api/curtailment-events/CE-1/send', { by: 'Lan' }, 404],
    ['an unknown finding', 'POST', '/api/findings/HP-1/acknowledge', { by: 'Lan' }, 404],
    [
      'thanks before the end',
      'POST',
      '/api/curtailment-events/{event}/participants/c1/thank',
      { by: 'Lan' },
      409
    ],
    [
      'a participant who is none',
      'POST',
      '/api/curtailment-events/{event}/participants/c9/accept',
      { version: 2 },
      404
    ],
    [
      'a second enrolment',
      'POST',
      '/api/enrolments',
      { programmeId: 'voluntary', customerId: 'c1', meteringPointId: 'mp1', committedKw: 1 },
      409
    ],
    [
      'a programme twice',
      'POST',
      '/api/programmes',
      { id: 'voluntary', name: 'V', settlementIntervalMinutes: 30, settleDelayMinutes: 0 },
      409
    ],
    [
      'an enrolment of nobody',
      'POST',
      '/api/enrolments',
      { programmeId: 'voluntary', customerId: 'c9', meteringPointId: 'mp1', committedKw: 1 },
      422
    ],
    ['a customer twice', 'POST', '/api/customers', { id: 'c1', name: 'Again' }, 409],
    ['a programme nobody knows', 'PATCH', '/api/programmes/x', { name: 'X' }, 404]
  ])('refuses %s with a problem document', async (_what, method, path, body, status) => {
    const answer = await call(method, path.replace('{event}', eventId), body)
    expect(answer.status).toBe(status)
    expectToBe(Problem, answer.body)
    expect(answer.body.detail.length).toBeGreaterThan(5)
  })

  it('an answer by HTTP, and the OpenAPI document that names every path', async () => {
    const event = (await call('GET', `/api/curtailment-events/${eventId}`)).body
    const accept = { version: event.version, kw: 250, reason: 'one line only' }
    const path = `/api/curtailment-events/${eventId}/participants/c1/accept`
    const answered = await call('POST', path, accept)
    expect(answered.body.participants[0].answer).toMatchObject({ answer: 'accept', kw: 250, via: 'http' })
    const { paths } = (await call('GET', '/api/docs/json')).body
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/grid/{node}', '/api/live', '/api/metrics'])
    )
    expect(Object.keys(paths).every(path => path.startsWith('/api/'))).toBe(true)
    expect((await call('GET', '/api/metrics')).body).toContain('gridload_dead_letters_total 1')
  })
})
