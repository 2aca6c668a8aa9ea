/** Replays on the whole product: what they show, to whom, and that nothing else feels them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, startApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { addDays, localTime } from '../../server/contract/localTime.ts'
import type { Plan } from '../../server/contract/plans.ts'
import type { Replay, ReplayComparison, ReplayView } from '../../server/contract/replays.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { ADMIN_TOKEN, administrator, type Callers, openCallers } from '../helpers/callers.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { hotReadings, midnight, timeZone } from './hotDay.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const local = localTime(timeZone)
const today = local.date(Date.now())
const day = addDays(today, -3)
const yesterday = local.dayStart(addDays(today, -1))
const shift = local.dayStart(day) - midnight
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,CO,,The whole,,W,3000,,,,
company,NORTH,CO,North,,,2000,,,,
company,SOUTH,CO,South,,,2000,,,,
feeder,F1,NORTH,Feeder 1,,,1000,,,,
feeder,F2,SOUTH,Feeder 2,,,1000,,,,
transformer,TX,F2,Transformer,,,,400,300,,
customer,C1,,Works one,,,,,,,
customer,C2,,Works two,,,,,,,
meteringPoint,MP1,F1,Works 1,M1,,,,300,C1,100
meteringPoint,MP2,F1,Works 2,M2,,,,300,C2,80
meteringPoint,H1,F1,House 1,,,,,300,,
meteringPoint,H2,F2,House 2,,,,,300,,
`

let directory: Awaited<ReturnType<typeof tempDir>>
let app: App
let callers: Callers

type Headers = Record<string, string>
async function api<T>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  headers: Headers = administrator
) {
  const answer = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
  return {
    status: answer.statusCode,
    body: (answer.body === '' ? null : answer.json()) as T & { detail: string }
  }
}

async function start(wanted: object, headers?: Headers): Promise<Replay> {
  const { status, body } = await api<Replay>('POST', '/api/replays', wanted, headers)
  expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined })
  return body
}

async function inState(id: string, state: Replay['state']): Promise<Replay> {
  let found: Replay | undefined
  await until(
    async () => {
      const { body } = await api<{ replays: Replay[] }>('GET', '/api/replays')
      found = body.replays.find(one => one.id === id)
      if (found?.state === 'failed') throw new Error(found.trouble ?? '')
      return found?.state === state
    },
    { what: `replay ${id} ${state}`, timeoutMs: 60_000 }
  )
  return found as Replay
}

async function publish(readings: readonly Reading[]): Promise<void> {
  const client = await connectAsync(app.brokerAddress)
  const sources = Map.groupBy(readings, ({ kind, id }) =>
    kind === 'forecast'
      ? `weather/${id}/forecast`
      : kind === 'weather'
        ? `weather/${id}/observation`
        : `${kind}/${id}/reading`
  )
  for (const [path, some] of sources) {
    for (let i = 0; i < some.length; i += 200) {
      const items = some.slice(i, i + 200).map(({ ts, issued, intervalS, values }) => ({
        ...{ ts: ts + shift, ...values },
        ...(intervalS > 0 && { interval: intervalS }),
        ...(issued !== null && { issued: issued + shift })
      }))
      await client.publishAsync(`gridload/v1/${path}`, JSON.stringify(items), { qos: 1 })
    }
  }
  await client.endAsync()
}

/**
 * Every row of every table, and every stored reading: as digits, by table. Without the load of yesterday and today: the
 * clock adds to that by itself.
 */
function everythingKept(): Record<string, string> {
  const found: Record<string, string> = {}
  const dump = (file: string) => {
    const db = new DatabaseSync(file, { readOnly: true })
    const tables = db.prepare("select name from sqlite_master where type = 'table' order by name").all()
    for (const { name } of tables) {
      const all = db.prepare(`select * from "${name}" order by 1, 2`).all()
      const rows = name === 'load' ? all.filter(({ ts }) => Number(ts) < yesterday) : all
      found[`${file.slice(directory.path.length)} ${name}`] = createHash('sha256')
        .update(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
        .digest('hex')
    }
    db.close()
  }
  dump(join(directory.path, 'records.sqlite'))
  const readings = join(directory.path, 'readings')
  for (const name of readdirSync(readings).sort()) if (/sqlite$/.test(name)) dump(join(readings, name))
  for (const name of readdirSync(join(directory.path, 'log')).sort())
    if (/\.log$/.test(name))
      found[`log ${name}`] = createHash('sha256')
        .update(readFileSync(join(directory.path, 'log', name)))
        .digest('hex')
  return found
}

beforeAll(async () => {
  directory = await tempDir()
  const settings = {
    DATA_DIR: directory.path,
    PORT: '0',
    MQTT_PORT: '0',
    LOG_LEVEL: 'silent',
    ADMIN_TOKEN,
    TIME_ZONE: timeZone
  }
  const read = readConfig(settings)
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  app = await startApp(read.config, {
    ...{ now: Date.now, random: Math.random, pagesDirectory: directory.path },
    onLost(error) {
      throw error
    }
  })
  const headers = { ...administrator, 'content-type': 'text/csv' }
  const imported = await app.inject({
    ...{ method: 'POST', url: '/api/registry/import?apply=true', headers, payload: registry }
  })
  expect(imported.statusCode).toBe(200)
  callers = await openCallers(join(directory.path, 'records.sqlite'))
  await publish(hotReadings())
  await until(
    async () => {
      const { body } = await api<{ parts: { name: string; detail: string }[] }>('GET', '/api/health/ready')
      const { body: ingest } = await api<{ store: { behindBytes: number } }>('GET', '/api/ingest')
      const rollups = body.parts.find(({ name }) => name === 'roll-ups')
      return ingest.store.behindBytes === 0 && rollups?.detail === 'up to date'
    },
    { what: 'everything stored and rolled up', timeoutMs: 60_000 }
  )
}, 120_000)

afterAll(async () => {
  await callers?.stop()
  await app?.stop()
  await directory?.remove()
})

describe('a day that cannot be replayed is refused, naming what is in the way', () => {
  it.each([
    [{ day: addDays(today, 1) }, 422, /lies ahead/],
    [{ day: today }, 422, /is today/],
    [
      { day: addDays(day, -400) },
      422,
      new RegExp(`nothing is stored of .*readings begin on ${addDays(day, -2)}`)
    ],
    [{ day: addDays(day, 1) }, 422, new RegExp(`nothing is stored of ${addDays(day, 1)}`)],
    [{ day: '2026-13-01' }, 400, /day/],
    [{ day, speed: -1 }, 400, /speed/],
    [{ day, limits: { heatRaiseShare: 0.5 } }, 422, /heatClearShare/],
    [{ day, limits: { nothing: 1 } }, 400, /limits/]
  ])('%j: %i', async (wanted, status, words) => {
    const answer = await api('POST', '/api/replays', wanted)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toMatch(words)
  })
})

describe('a replay', () => {
  it('changes nothing that is kept, whatever is done with it, and sends nothing', async () => {
    const heard: string[] = []
    const client = await connectAsync(app.brokerAddress)
    await client.subscribeAsync(['gridload/v1/notice/C1/+', 'gridload/v1/notice/C2/+'])
    client.on('message', topic => heard.push(topic))
    const before = everythingKept()
    expect(Object.keys(before).length).toBeGreaterThan(20)
    const live = await api('GET', '/api/findings')

    const one = await start({ day })
    const other = await start({ day, limits: { heatRaiseShare: 0.93, heatClearShare: 0.9 } })
    const [done, otherDone] = [await inState(one.id, 'done'), await inState(other.id, 'done')]
    expect(done.digest).not.toBe(otherDone.digest)
    const { body: view } = await api<ReplayView>('GET', `/api/replays/${one.id}?node=F1`)
    expect(view.findings.map(({ kind, nodeId }) => `${kind} ${nodeId}`)).toEqual([
      'heat-peak F1',
      'overload TX',
      'silent-meter MP2'
    ])
    expect([view.t.length, view.capacityKw, view.forecast]).toEqual([1441, 1000, null])
    expect(view.forecastReason).toMatch(/two weeks/)
    const { body: comparison } = await api<ReplayComparison>(
      'GET',
      `/api/replays/${one.id}/comparison?with=${other.id}`
    )
    expect(comparison.changed.map(({ nodeId }) => nodeId)).toEqual(['F1'])
    expect([comparison.same, comparison.onlyHere, comparison.onlyThere]).toEqual([2, [], []])
    const plan = await api<Plan>('POST', `/api/replays/${one.id}/plan`, {
      ...{ nodeId: 'F1', start: new Date(local.dayStart(day) + 25 * HOUR).toISOString(), durationMinutes: 60 }
    })
    // Nobody was enrolled on that day: those of today stand in, so that a plan can be practised.
    expect([one.enrolmentsOf, plan.status]).toEqual(['today', 200])
    expect(plan.body.candidates.map(({ customerId }) => customerId).sort()).toEqual(['C1', 'C2'])
    for (const { id } of [one, other]) expect((await api('DELETE', `/api/replays/${id}`)).status).toBe(204)

    expect(everythingKept()).toEqual(before)
    expect(await api('GET', '/api/findings')).toEqual(live)
    expect(heard).toEqual([])
    await client.endAsync()
  })

  it('goes at its speed, is paused, sent ahead, and goes on', async () => {
    const { id } = await start({ day, speed: 60 })
    await inState(id, 'running')
    const paused = await api<Replay>('PATCH', `/api/replays/${id}`, { paused: true })
    expect(paused.body.state).toBe('paused')
    const noon = new Date(local.dayStart(day) + 12 * HOUR).toISOString()
    await api('PATCH', `/api/replays/${id}`, { runTo: noon })
    await until(
      async () => {
        const { body } = await api<ReplayView>('GET', `/api/replays/${id}?node=F1`)
        return body.replay.state === 'paused' && body.replay.clock === noon
      },
      { what: 'it stands at noon', timeoutMs: 30_000 }
    )
    const { body } = await api<ReplayView>('GET', `/api/replays/${id}?node=F1`)
    expect(body.t.length).toBe(12 * 60 + 1)
    expect(body.findings.map(({ kind, clearedAt }) => [kind, clearedAt])).toEqual([
      ['heat-peak', null],
      ['overload', null]
    ])
    const back = await api('PATCH', `/api/replays/${id}`, {
      runTo: new Date(local.dayStart(day)).toISOString()
    })
    expect([back.status, back.body.detail]).toEqual([422, expect.stringMatching(/after the replay's clock/)])
    await api('PATCH', `/api/replays/${id}`, { paused: false, speed: 0 })
    await inState(id, 'done')
    await api('DELETE', `/api/replays/${id}`)
    expect((await api('GET', `/api/replays/${id}`)).status).toBe(404)
  })

  it('of four at most: the oldest that does not run makes room, one that runs does not', async () => {
    const ids: string[] = []
    for (let i = 0; i < 4; i++) ids.push((await start({ day, speed: 1 })).id)
    for (const id of ids) await inState(id, 'running')
    expect((await api('POST', '/api/replays', { day })).status).toBe(409)
    await api('PATCH', `/api/replays/${ids[1]}`, { paused: true })
    const fifth = await start({ day, speed: 1 })
    const { body } = await api<{ replays: Replay[] }>('GET', '/api/replays')
    expect(body.replays.map(({ id }) => id).sort()).toEqual([ids[0], ids[2], ids[3], fifth.id].sort())
    for (const { id } of body.replays) await api('DELETE', `/api/replays/${id}`)
  })
})

describe('who may', () => {
  it('a person sees the replays of its company alone, and in them its own nodes', async () => {
    const north = await callers.person(['dispatcher'], { companyId: 'NORTH' })
    const colleague = await callers.person(['engineer'], { companyId: 'NORTH' })
    const south = await callers.person(['dispatcher'], { companyId: 'SOUTH' })
    const { id } = await start({ day }, north.headers)
    await inState(id, 'done')
    const { body: own } = await api<ReplayView>('GET', `/api/replays/${id}`, undefined, north.headers)
    expect(own.nodeId).toBe('NORTH')
    expect(own.nodes.map(one => one.id).sort()).toEqual(['F1', 'MP1', 'MP2', 'NORTH'])
    expect(own.findings.map(({ nodeId }) => nodeId)).toEqual(['F1', 'MP2'])
    expect((await api('GET', `/api/replays/${id}?node=F2`, undefined, north.headers)).status).toBe(404)
    expect((await api('GET', `/api/replays/${id}`, undefined, south.headers)).status).toBe(404)
    expect(
      (await api<{ replays: Replay[] }>('GET', '/api/replays', undefined, south.headers)).body.replays
    ).toEqual([])
    expect((await api('GET', `/api/replays/${id}`, undefined, colleague.headers)).status).toBe(200)
    const change = await api('PATCH', `/api/replays/${id}`, { speed: 1 }, colleague.headers)
    expect([change.status, change.body.detail]).toEqual([
      403,
      expect.stringMatching(/who started it may change it/)
    ])
    expect((await api('DELETE', `/api/replays/${id}`, undefined, north.headers)).status).toBe(204)
  })

  it('auditors and customers may not', async () => {
    const auditor = await callers.person(['auditor'])
    const customer = await callers.person(['customer'], { customerId: 'C1' })
    for (const { headers } of [auditor, customer])
      expect((await api('POST', '/api/replays', { day }, headers)).status).toBe(403)
  })
})

it('a day is another in local time', () => {
  expect(local.dayStart(day) % DAY).not.toBe(0)
})
