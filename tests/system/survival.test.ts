import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import type { Notice } from '../../server/contract/notice.ts'
import type { Performance } from '../../server/contract/performance.ts'
import type { CustomerRecord } from '../../server/contract/record.ts'
import type { IngestState } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const HOUR = 3_600_000
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,co,,Company,,,5000,,,,
feeder,f1,co,Feeder 1,,,3000,,,,
customer,c1,,The works,,,,,,,
meteringPoint,mp1,f1,The works,m1,,,,10,c1,400
`

let directory: Awaited<ReturnType<typeof tempDir>>
let gridload: Gridload
const acknowledged: number[] = []
const notices: { version: number; payload: string }[] = []
let publishing: NodeJS.Timeout
let meter: MqttClient
let works: MqttClient
const loadKw = { value: 1000 }

/** A meter that keeps its own list of what was acknowledged, and a participant that keeps every notice. */
async function connectOutsiders(): Promise<void> {
  meter = await connectAsync(gridload.broker, { protocolVersion: 4, reconnectPeriod: 0 })
  works = await connectAsync(gridload.broker, { protocolVersion: 4, reconnectPeriod: 0 })
  works.on('message', (_topic, payload) => {
    if (payload.length === 0) return
    const notice = JSON.parse(payload.toString()) as Notice
    notices.push({ version: notice.version, payload: payload.toString() })
  })
  await works.subscribeAsync(topics.notice('c1', '+'), { qos: 1 })
  publishing = setInterval(() => {
    const ts = Date.now()
    meter.publish(topics.meterReading('m1'), JSON.stringify({ ts, kw: loadKw.value }), { qos: 1 }, error => {
      if (!error) acknowledged.push(ts)
    })
  }, 50)
}

beforeAll(async () => {
  directory = await tempDir()
  gridload = await startGridload({ DATA_DIR: directory.path, TIME_ZONE: '+07:00' })
  await gridload.importRegistry(registry)
  await gridload.patch('/api/programmes/voluntary', { settlementIntervalMinutes: 1, settleDelayMinutes: 0 })
  await connectOutsiders()
  const now = Date.now()
  const hours = Array.from({ length: 24 * 20 }, (_, hour) => ({
    ts: Math.floor(now / HOUR) * HOUR - (hour + 1) * HOUR,
    interval: 3600,
    kw: 1000
  }))
  await meter.publishAsync(topics.meterReading('m1'), JSON.stringify(hours), { qos: 1 })
})

afterAll(async () => {
  clearInterval(publishing)
  meter?.end(true)
  works?.end(true)
  await gridload?.stop()
  await directory?.remove()
})

const eventNow = (id: string) => gridload.get<CurtailmentEvent>(`/api/curtailment-events/${id}`)

describe('kill -9 in the middle of an active event', () => {
  it('the event goes on, nothing is sent twice, and no acknowledged reading is lost', async () => {
    const created = await gridload.post<CurtailmentEvent>('/api/curtailment-events', {
      nodeId: 'f1',
      start: new Date(Date.now() + 1000).toISOString(),
      durationMinutes: 1,
      reason: 'test of survival',
      participants: [{ customerId: 'c1', requestedKw: 400 }],
      by: 'tester'
    })
    await gridload.post(`/api/curtailment-events/${created.id}/send`, { by: 'tester' })
    await until(() => notices.length >= 1, { what: 'the notice' })
    works.publish(
      topics.answer('c1'),
      JSON.stringify({ event: created.id, version: notices[0]?.version, answer: 'accept' }),
      { qos: 1 }
    )
    await until(async () => (await eventNow(created.id)).state === 'active', {
      what: 'the event active by the clock',
      timeoutMs: 70_000
    })
    loadKw.value = 600
    const before = acknowledged.length
    await until(() => acknowledged.length > before + 20, { what: 'readings inside the event' })

    await gridload.kill()
    clearInterval(publishing)
    meter.end(true)
    works.end(true)
    const sentBefore = [...notices]
    gridload = await startGridload({ DATA_DIR: directory.path, TIME_ZONE: '+07:00' })
    await connectOutsiders()

    const resumed = await eventNow(created.id)
    expect(['active', 'ended', 'final']).toContain(resumed.state)
    expect(resumed.participants[0]?.answer).toMatchObject({ answer: 'accept', via: 'mqtt' })
    await until(async () => (await eventNow(created.id)).state === 'final', {
      what: 'the event final by the clock',
      timeoutMs: 120_000
    })
    const final = await eventNow(created.id)
    const ended = final.history.find(({ state }) => state === 'ended')?.version
    await until(() => notices.some(({ version }) => version === ended), { what: 'the last notice' })

    expect(final.history.map(({ state }) => state)).toEqual(['draft', 'notified', 'active', 'ended', 'final'])
    const payloads = new Map<number, Set<string>>()
    for (const { version, payload } of notices) {
      payloads.set(version, (payloads.get(version) ?? new Set()).add(payload))
    }
    expect([...payloads.values()].every(set => set.size === 1)).toBe(true)
    const freshAfter = notices
      .slice(sentBefore.length)
      .filter(({ version }) => !sentBefore.some(sent => sent.version === version))
    const versions = freshAfter.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)])

    clearInterval(publishing)
    const promised = [...acknowledged]
    await until(async () => (await gridload.get<IngestState>('/api/ingest')).store.behindBytes === 0, {
      what: 'everything stored'
    })
    const from = Math.min(...promised)
    const stored = await gridload.get<{ t: number[] }>(
      `/api/readings/meter/m1?fields=kw&points=5000&from=${from}&to=${Date.now() + 1000}`
    )
    const kept = new Set(stored.t)
    expect(promised.length).toBeGreaterThan(100)
    expect(promised.filter(ts => !kept.has(ts))).toEqual([])

    const performance = await gridload.get<Performance>(`/api/curtailment-events/${created.id}/performance`)
    expect(performance.isFinal).toBe(true)
    expect(performance.participants[0]?.baseline?.daysUsed).toHaveLength(10)

    await gridload.post(`/api/curtailment-events/${created.id}/participants/c1/thank`, {
      by: 'tester',
      note: 'thanks'
    })
    const record = await gridload.get<CustomerRecord>('/api/customers/c1/record')
    expect(record.entries[0]).toMatchObject({
      eventId: created.id,
      thanks: { by: 'tester (admin token)', note: 'thanks' }
    })
  })
})
