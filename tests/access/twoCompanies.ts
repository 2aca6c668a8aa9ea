import { join } from 'node:path'
import { type App, startApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import type { CurtailmentEvent, EventState } from '../../server/contract/events.ts'
import type { ObjectKind } from '../../server/contract/rights.ts'
import { ADMIN_TOKEN, administrator, type Callers, openCallers } from '../helpers/callers.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { event, finding, keepResult, participant } from '../records/samples.ts'

/** Everything of the southern company says so in its id or name; so does what is of another customer in the north. */
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,evn,,The whole,,w-whole,9000,,,,
company,north,evn,The north,,,5000,,,,
company,south,evn,The south,,w-south,5000,,,,
feeder,f-north,north,Feeder north,,,3000,,,,
feeder,f-south,south,Feeder south,m-f-south,,3000,,,,
transformer,t-north,f-north,Transformer north,,,,400,,,
transformer,t-south,f-south,Transformer south,,,,400,,,
transformer,t-own,f-north,Transformer of the works of the north,,,,400,,c-north,
meteringPoint,house-south,t-south,House south,,,,,1800,,
customer,c-north,,Works of the north,,,,,,,
customer,c-other,,Works of another,,,,,,,
customer,c-south,,Works of the south,,,,,,,
meteringPoint,mp-north,f-north,Works north,m-north,,,,60,c-north,400
meteringPoint,mp-other,f-north,Works other,m-other,,,,60,c-other,400
meteringPoint,mp-south,f-south,Works south,m-south,,,,60,c-south,400
meteringPoint,mp-north-2,f-north,Works north 2,m-north-2,,,,60,c-north,400
meteringPoint,mp-south-2,f-south,Works south 2,m-south-2,,,,60,c-south,400
`

/** A path's parameters: of the northern company, its customer and what is theirs; of others; of nothing. */
export interface Objects {
  own: Record<string, string>
  /** Where a customer's own is another one than its company's. */
  ofCustomer?: Record<string, string>
  foreign: Record<string, string>
  missing: Record<string, string>
}

export interface TwoCompanies {
  app: App
  callers: Callers
  objects: Record<ObjectKind, Objects>
  /** In the future, so that no clock changes the events. */
  start: string
  stop(): Promise<void>
}

export async function openTwoCompanies(): Promise<TwoCompanies> {
  const directory = await tempDir()
  const settings = { DATA_DIR: directory.path, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'silent', ADMIN_TOKEN }
  const read = readConfig(settings)
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  const app = await startApp(read.config, {
    ...{ now: Date.now, random: Math.random, pagesDirectory: directory.path },
    onLost(error) {
      throw error
    }
  })
  const headers = { ...administrator, 'content-type': 'text/csv' }
  const url = '/api/registry/import?apply=true'
  const imported = await app.inject({ method: 'POST', url, headers, payload: registry })
  if (imported.statusCode !== 200) throw new Error(imported.body)
  const callers = await openCallers(join(directory.path, 'records.sqlite'))
  const start = new Date(Date.now() + 7_200_000).toISOString()
  const objects = await fill(callers, start)
  return {
    ...{ app, callers, objects, start },
    async stop() {
      await callers.stop()
      await app.stop()
      await directory.remove()
    }
  }
}

const at = (time: string, hours: number) => new Date(Date.parse(time) + hours * 3_600_000).toISOString()

async function fill({ records, person, token }: Callers, start: string): Promise<TwoCompanies['objects']> {
  const called = (id: string, nodeId: string, who: string[], states: EventState[]): CurtailmentEvent => {
    const participants = who.map(one => participant(`c-${one}`, { meteringPointId: `mp-${one}` }))
    const place = { nodeId, nodeName: nodeId, start, end: at(start, 1) }
    return event(id, states, { ...place, participants })
  }
  const sent: EventState[] = ['draft', 'notified']
  const over: EventState[] = [...sent, 'active', 'ended', 'final']
  const final = called('E-over', 'f-north', ['north', 'other'], over)
  const finalSouth = called('E-over-south', 'f-south', ['south'], over)
  const events = [
    called('E-north', 'f-north', ['north', 'other'], sent),
    called('E-south', 'f-south', ['south'], sent),
    called('E-whole', 'evn', ['north', 'other', 'south'], sent),
    called('E-draft', 'f-north', ['north', 'other'], ['draft']),
    ...[final, finalSouth]
  ]
  for (const one of events) await records.events.insert(one)
  for (const one of [final, finalSouth]) await keepResult(records, one, { 'c-north': 1 })
  for (const one of ['north', 'south']) {
    const flagged = ['north', 'south'].map(name => ({
      ...{ customerId: `c-${name}`, name: `Works ${name}`, meteringPointId: `mp-${name}` },
      ...{ presentKw: null, committedKw: 400 }
    }))
    const place = { nodeId: `f-${one}`, nodeName: `Feeder ${one}`, flagged }
    await records.findings.save(finding(`F-${one}`, Date.now(), place))
  }
  const credential = { kind: 'meter', id: 'm-north', sha256: 'none', mosquittoHash: 'none' } as const
  await records.deviceCredentials.put({ ...credential, createdBy: 'admin-token', createdAt: start })
  await records.holidays.put({ date: '2026-01-05', name: 'Day off' })
  const offers = ['north', 'south'].map(name => ({
    ...{ customerId: `c-${name}`, eventId: name === 'north' ? 'E-over' : 'E-over-south' },
    ...{ season: new Date(start).getUTCFullYear(), kind: 'substation-cleaning' as const }
  }))
  const offered = { at: start, by: 'Lan', byId: 'usr-lan', note: '' }
  const [rewardNorth, rewardSouth] = await records.rewards.insert(offers, offered)
  const enrolments = await records.enrolments.list()
  /** The second of a customer: to be ended, while the first one stays. */
  const enrolmentOf = (customer: string) =>
    enrolments.filter(one => one.customerId === customer).at(-1)?.id ?? ''
  const target = await person(['auditor'])
  const machine = await token(['grid:read'])

  const ids = (own: string, foreign: string, param = 'id'): Objects => ({
    ...{ own: { [param]: own }, foreign: { [param]: foreign }, missing: { [param]: 'nowhere' } }
  })
  const source = (id: string) => ({ kind: 'meter', id })
  const part = (id: string, customer: string) => ({ id, customer })
  return {
    node: { ...ids('f-north', 'f-south', 'node'), ofCustomer: { node: 'mp-north' } },
    source: { own: source('m-north'), foreign: source('m-south'), missing: source('nowhere') },
    station: ids('w-whole', 'w-south', 'station'),
    transformer: { ...ids('t-north', 't-south'), ofCustomer: { id: 't-own' } },
    customer: ids('c-north', 'c-south'),
    event: ids('E-north', 'E-south'),
    order: ids('E-north', 'E-south'),
    participant: {
      own: part('E-north', 'c-north'),
      foreign: part('E-south', 'c-south'),
      missing: part('nowhere', 'c-south')
    },
    finding: ids('F-north', 'F-south'),
    enrolment: ids(enrolmentOf('c-north'), enrolmentOf('c-south')),
    programme: ids('voluntary', 'voluntary'),
    reward: ids(rewardNorth?.id ?? '', rewardSouth?.id ?? ''),
    holiday: {
      own: { date: '2026-01-05' },
      foreign: { date: '2026-01-05' },
      missing: { date: '2026-01-06' }
    },
    user: ids(target.id, target.id),
    token: ids(machine.id, machine.id),
    credential: { own: source('m-north'), foreign: source('m-north'), missing: source('nowhere') }
  }
}
