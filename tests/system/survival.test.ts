import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import type { Notice } from '../../server/contract/notice.ts'
import type { Performance, ResultList } from '../../server/contract/performance.ts'
import { defaultTerms } from '../../server/contract/programmeDefaults.ts'
import type { CustomerRecord } from '../../server/contract/record.ts'
import type { IngestState } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
/** Few enough readings to be told one by one. */
const PIECE_MS = 2 * MINUTE
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,co,,Company,,,5000,,,,
feeder,f1,co,Feeder 1,,,3000,,,,
customer,c1,,The works,,,,,,,
customer,c2,,The mill,,,,,,,
meteringPoint,mp1,f1,The works,m1,,,,10,c1,400
meteringPoint,mp2,f1,The mill,m2,,,,10,c2,200
`
const meters = ['m1', 'm2'] as const
const customers = ['c1', 'c2'] as const

let directory: Awaited<ReturnType<typeof tempDir>>
let gridload: Gridload
const acknowledged: { meter: string; ts: number }[] = []
const notices: { customer: string; version: number; state: string; payload: string }[] = []
let publishing: NodeJS.Timeout
let meter: MqttClient
let participants: MqttClient
const loadKw = { m1: 1000, m2: 500 }

/** Meters that keep their own list of what was acknowledged, and participants that keep every notice. */
async function connectOutsiders(): Promise<void> {
  meter = await connectAsync(gridload.broker, { protocolVersion: 4, reconnectPeriod: 0 })
  participants = await connectAsync(gridload.broker, { protocolVersion: 4, reconnectPeriod: 0 })
  participants.on('message', (topic, payload) => {
    if (payload.length === 0) return
    const { version, state } = JSON.parse(payload.toString()) as Notice
    notices.push({ customer: topic.split('/').at(-2) ?? '', version, state, payload: payload.toString() })
  })
  await participants.subscribeAsync(
    customers.map(id => topics.notice(id, '+')),
    { qos: 1 }
  )
  publishing = setInterval(() => {
    const ts = Date.now()
    for (const id of meters) {
      const payload = JSON.stringify({ ts, kw: loadKw[id] })
      meter.publish(topics.meterReading(id), payload, { qos: 1 }, error => {
        if (!error) acknowledged.push({ meter: id, ts })
      })
    }
  }, 50)
}

function leave(): void {
  clearInterval(publishing)
  meter?.end(true)
  participants?.end(true)
}

/** Nobody has time to write anything; then the outsiders come back, and tell what they measured meanwhile. */
async function killAndStartAgain(): Promise<void> {
  await gridload.kill()
  leave()
  gridload = await startGridload({ DATA_DIR: directory.path, TIME_ZONE: '+07:00' })
  await connectOutsiders()
  for (const id of meters) {
    const last = Math.max(...acknowledged.filter(one => one.meter === id).map(({ ts }) => ts))
    const missed = { ts: last, interval: Math.ceil((Date.now() - last) / 1000), kw: loadKw[id] }
    await meter.publishAsync(topics.meterReading(id), JSON.stringify(missed), { qos: 1 })
  }
}

beforeAll(async () => {
  directory = await tempDir()
  gridload = await startGridload({ DATA_DIR: directory.path, TIME_ZONE: '+07:00' })
  await gridload.importRegistry(registry)
  await gridload.patch('/api/programmes/voluntary', {
    settlementIntervalMinutes: 1,
    settleDelayMinutes: 2,
    terms: [{ ...defaultTerms.voluntary, responseMinutes: 1 }]
  })
  await connectOutsiders()
  const now = Date.now()
  for (const id of meters) {
    const hours = Array.from({ length: 24 * 20 }, (_, hour) => ({
      ts: Math.floor(now / HOUR) * HOUR - (hour + 1) * HOUR,
      interval: 3600,
      kw: loadKw[id]
    }))
    await meter.publishAsync(topics.meterReading(id), JSON.stringify(hours), { qos: 1 })
  }
})

afterAll(async () => {
  leave()
  await gridload?.stop()
  await directory?.remove()
})

const eventNow = (id: string) => gridload.get<CurtailmentEvent>(`/api/curtailment-events/${id}`)
const reached = (id: string, state: CurtailmentEvent['state'], timeoutMs: number) =>
  until(async () => (await eventNow(id)).state === state, {
    what: `the event ${state} by the clock`,
    timeoutMs
  })
const resultsOf = async (id: string) =>
  (await gridload.get<ResultList>(`/api/curtailment-events/${id}/results`)).results

/** What a participant was told, each version once. */
function told(customer: string) {
  const own = notices.filter(one => one.customer === customer)
  return [...new Map(own.map(one => [one.version, one])).values()].sort((a, b) => a.version - b.version)
}

describe('kill -9 in the middle of an active event with two release groups, and again while it is provisional', () => {
  it('the event goes on, nothing is sent twice, no acknowledged reading is lost, the result is kept once', async () => {
    const created = await gridload.post<CurtailmentEvent>('/api/curtailment-events', {
      nodeId: 'f1',
      start: new Date(Date.now() + MINUTE + 5000).toISOString(),
      durationMinutes: 2,
      releaseStepMinutes: 1,
      reason: 'test of survival',
      participants: [
        { customerId: 'c1', requestedKw: 400, releaseGroup: 1 },
        { customerId: 'c2', requestedKw: 200, releaseGroup: 2 }
      ],
      by: 'tester'
    })
    const { id } = created
    await gridload.post(`/api/curtailment-events/${id}/send`, { by: 'tester' })
    await until(() => notices.length >= 2, { what: 'the notices' })
    participants.publish(
      topics.answer('c1'),
      JSON.stringify({ event: id, version: notices[0]?.version, answer: 'accept' }),
      { qos: 1 }
    )
    await reached(id, 'active', 3 * MINUTE)
    loadKw.m1 = 600
    loadKw.m2 = 300
    const before = acknowledged.length
    await until(() => acknowledged.length > before + 40, { what: 'readings inside the event' })

    await killAndStartAgain()
    const resumed = await eventNow(id)
    expect(['active', 'ended']).toContain(resumed.state)
    expect(resumed.participants[0]?.answer).toMatchObject({ answer: 'accept', via: 'mqtt' })

    await reached(id, 'provisional', 6 * MINUTE)
    const kept = await resultsOf(id)
    expect(kept.map(({ kind }) => kind)).toEqual(['provisional'])

    await killAndStartAgain()
    expect((await resultsOf(id))[0]).toEqual(kept[0])
    await reached(id, 'final', 6 * MINUTE)
    const final = await eventNow(id)
    const isTold = (customer: string) => told(customer).at(-1)?.state === 'final'
    await until(() => customers.every(isTold), { what: 'the last notices' })

    expect(final.history.map(({ state }) => state)).toEqual([
      ...['draft', 'notified', 'standby', 'active', 'active', 'ended', 'provisional', 'final']
    ])
    expect(final.history.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    // Let go with the first group, the works hear the all-clear a version earlier, and not again at the end.
    expect(told('c1').map(({ version, state }) => `${version} ${state}`)).toEqual([
      ...['2 notified', '3 standby', '4 active', '5 ended', '7 provisional', '8 final']
    ])
    expect(told('c2').map(({ version, state }) => `${version} ${state}`)).toEqual([
      ...['2 notified', '3 standby', '4 active', '5 active', '6 ended', '7 provisional', '8 final']
    ])
    for (const { customer, version, payload } of notices) {
      const same = notices.filter(one => one.customer === customer && one.version === version)
      expect(new Set(same.map(one => one.payload))).toEqual(new Set([payload]))
    }

    const results = await resultsOf(id)
    expect(results.map(({ kind }) => kind)).toEqual(['provisional', 'final'])
    expect(results.map(({ resultVersion }) => resultVersion)).toEqual([1, 2])

    clearInterval(publishing)
    const promised = [...acknowledged]
    await until(async () => (await gridload.get<IngestState>('/api/ingest')).store.behindBytes === 0, {
      what: 'everything stored'
    })
    expect(promised.length).toBeGreaterThan(200)
    for (const meterId of meters) {
      const own = promised.filter(one => one.meter === meterId).map(({ ts }) => ts)
      const there = new Set<number>()
      for (let from = Math.min(...own); from <= Math.max(...own); from += PIECE_MS) {
        const path = `/api/readings/meter/${meterId}?fields=kw&points=5000&from=${from}&to=${from + PIECE_MS}`
        for (const t of (await gridload.get<{ t: number[] }>(path)).t) there.add(t)
      }
      expect(own.filter(ts => !there.has(ts))).toEqual([])
    }

    const performance = await gridload.get<Performance>(`/api/curtailment-events/${id}/performance`)
    expect(performance.isFinal).toBe(true)
    expect(performance.participants[0]?.baseline?.daysUsed).toHaveLength(10)
    expect(performance.participants.map(({ slots }) => slots)).toEqual([1, 2])

    await gridload.post(`/api/curtailment-events/${id}/participants/c1/thank`, {
      by: 'tester',
      note: 'thanks'
    })
    const record = await gridload.get<CustomerRecord>('/api/customers/c1/record')
    expect(record.entries[0]).toMatchObject({
      eventId: id,
      thanks: { by: 'tester (admin token)', note: 'thanks' }
    })
  }, 900_000)
})
