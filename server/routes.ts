import { administrationRoutes } from './administration.ts'
import { accountRoutes } from './api/account.ts'
import { authRoutes } from './api/auth.ts'
import { authDirectoryRoutes } from './api/authDirectory.ts'
import { type CurtailmentNeeds, curtailmentRoutes } from './api/curtailmentEvents.ts'
import { customersRoutes } from './api/customers.ts'
import { enrolmentsRoutes } from './api/enrolments.ts'
import { findingsRoutes } from './api/findings.ts'
import { type ForecastsNeeds, forecastsRoutes } from './api/forecasts.ts'
import { type GridNeeds, gridRoutes } from './api/grid.ts'
import { healthRoutes } from './api/health.ts'
import { holidaysRoutes } from './api/holidays.ts'
import { liveRoutes } from './api/live.ts'
import { livePerformanceRoutes } from './api/livePerformance.ts'
import type { LiveStream } from './api/liveStream.ts'
import { metricsRoutes } from './api/metrics.ts'
import { programmesRoutes } from './api/programmes.ts'
import { registryRoutes } from './api/registry.ts'
import { replaysRoutes } from './api/replays.ts'
import { reportsRoutes } from './api/reports.ts'
import { resultsRoutes } from './api/results.ts'
import { rewardsRoutes } from './api/rewards.ts'
import { seasonsRoutes } from './api/seasons.ts'
import type { Routes } from './api/server.ts'
import { settlementRoutes } from './api/settlement.ts'
import { sourcesRoutes } from './api/sources.ts'
import { thanksRoutes } from './api/thanks.ts'
import { transformersRoutes } from './api/transformers.ts'
import { weatherRoutes } from './api/weather.ts'
import type { Config } from './config.ts'
import type { LiveSnapshot } from './contract/live.ts'
import type { ImportReport } from './contract/registry.ts'
import type { Readiness } from './contract/sources.ts'
import { customerNeeds } from './customerRoutes.ts'
import type { Cycle } from './cycle.ts'
import type { Doors } from './doors.ts'
import type { Durable } from './durable.ts'
import { enrolmentsNeeds } from './enrolmentRoutes.ts'
import type { Forecasting } from './forecasting.ts'
import { forecastsNeeds } from './forecastRoutes.ts'
import { fromStore } from './fromStore.ts'
import { planImport } from './grid/importRegistry.ts'
import { holidaysNeeds } from './holidayRoutes.ts'
import type { Programme } from './programme.ts'
import { programmesNeeds } from './programmeRoutes.ts'
import { downsampleSeries } from './readings/downsample.ts'
import { readLoadWindows } from './readings/loadWindows.ts'
import { qualityFlags } from './readings/qualityFlags.ts'
import type { Register } from './register.ts'
import type { Replaying } from './replaying.ts'
import type { Telemetry } from './telemetry.ts'
import type { Transforming } from './transforming.ts'
import type { Watch } from './watch.ts'
import type { Weather } from './weather.ts'

/** What the routes are served from. */
export interface Parts {
  config: Config
  durable: Durable
  register: Register
  doors: Doors
  replaying: Replaying
  telemetry: Telemetry
  transforming: Transforming
  programme: Programme
  watch: Watch
  weather: Weather
  forecasting: Forecasting
  cycle: Cycle
  presentKw(nodeId: string): number | null
  now(): number
}

const DAY_MS = 86_400_000

/** Every group of routes with what it needs. */
export function routesOf(parts: Parts & { live: LiveStream }): Routes[] {
  const { config, durable, telemetry, register, programme, doors, presentKw, watch, cycle, now, live } = parts
  const { records } = durable
  const { grid, ingest } = telemetry
  return [
    healthRoutes({ readiness: () => readiness(parts) }),
    metricsRoutes({
      ingest,
      liveClients: () => live.clients,
      drops: () => ({ ...telemetry.drops(), slowPages: live.slowClientsCut })
    }),
    gridRoutes(gridNeeds(parts)),
    transformersRoutes({
      states: parts.transforming.states,
      detail: id => fromStore(parts.transforming.detail(id))
    }),
    sourcesRoutes({
      now,
      sources: grid.sources,
      ingest,
      async deadLetters(limit) {
        const newest = await durable.ingest.newestDeadLetters(limit)
        return { total: ingest().deadLetters, newest }
      }
    }),
    forecastsRoutes(forecastNeeds(parts)),
    weatherRoutes({
      now,
      stations: parts.weather.stations,
      series: (...asked) => fromStore(parts.weather.series(...asked))
    }),
    liveRoutes({ stream: live, followerOf: doors.followerOf }),
    findingsRoutes({
      list: limit => records.findings.list({ limit }),
      async acknowledge(id, command) {
        const finding = await watch.acknowledge(id, command)
        if (finding !== null) cycle.findingChanged(finding)
        return finding
      }
    }),
    customersRoutes(customerNeeds({ records, register, recognition: programme.recognition, presentKw })),
    programmesRoutes(programmesNeeds(records, config.timeZone)),
    enrolmentsRoutes(enrolmentsNeeds({ records, register, assessing: programme.assessing, now })),
    holidaysRoutes(holidaysNeeds(records.holidays, config.timeZone, now)),
    registryRoutes({ importRegistry: (csv, apply) => importRegistry(parts, csv, apply) }),
    curtailmentRoutes(curtailmentNeeds(parts)),
    replaysRoutes(parts.replaying),
    ...resultRoutes(parts),
    ...recognitionRoutes(parts),
    ...accessRoutes(parts),
    ...administrationRoutes(parts)
  ]
}

/** What events delivered, and the files to settle them by. */
function resultRoutes({ durable: { records }, programme: { results, watching }, now }: Parts): Routes[] {
  const event = (id: string) => records.events.get(id)
  const { kept, list } = results
  return [
    resultsRoutes({ ...results, event }),
    livePerformanceRoutes({ get: event, live: watching.of }),
    settlementRoutes({ event, kept, list, deliveries: records.deliveries.of, now })
  ]
}

/** Thanks, services, seasons, and all of it on paper. */
function recognitionRoutes({ programme: { recognition }, now }: Parts): Routes[] {
  const { rewards, reports } = recognition
  return [
    thanksRoutes({
      thankMany: (command, sight) => recognition.thankMany(command, sight.participant, now()),
      forgotten: sight => recognition.forgotten(sight, now())
    }),
    rewardsRoutes({
      list: rewards.list,
      offer: (offer, sight) => rewards.offer(offer, sight, now()),
      change: (id, change) => rewards.change(id, change, now())
    }),
    seasonsRoutes({ season: recognition.season }),
    reportsRoutes(reports)
  ]
}

/** Logging in, and one's own account. */
function accessRoutes({ doors, now }: Parts): Routes[] {
  const { logins, cookie, isHttps } = doors
  return [
    authRoutes({ ...logins, cookie, now }),
    authDirectoryRoutes({ ...logins, cookie, isHttps, now }),
    accountRoutes({ ...logins, cookie, now })
  ]
}

/** What a page begins with. */
export async function liveSnapshot({ config, durable, telemetry, now }: Parts): Promise<LiveSnapshot> {
  const at = now()
  const { findings, events } = durable.records
  const recent = (await events.list({ limit: 100 })).filter(
    ({ end, state }) => state !== 'cancelled' && Date.parse(end) > at - DAY_MS
  )
  return {
    at: new Date(at).toISOString(),
    timeZone: config.timeZone,
    demo: config.demo,
    nodes: telemetry.grid.states(at),
    findings: await findings.open(),
    events: recent,
    ingest: telemetry.ingest()
  }
}

async function readiness({ durable, telemetry, programme, doors }: Parts): Promise<Readiness> {
  const { broker, log, store } = telemetry.ingest()
  const detail = (text: string | null, otherwise: string): string => text ?? otherwise
  const notices = programme.notices.state()
  const { fault: auditFault } = doors.auditWatch.state()
  const rollups = telemetry.rollups() ?? NOT_RUNNING
  const recordsFault = await durable.records.check().then(
    () => null,
    (error: Error) => error.message
  )
  const parts = [
    { name: 'ingest log', ready: log.blocked === null, detail: detail(log.blocked, 'durable') },
    { name: 'broker', ready: broker.state !== 'connecting', detail: detail(broker.detail, broker.state) },
    { name: 'readings store', ready: store.state === 'following', detail: detail(store.detail, store.state) },
    {
      name: 'roll-ups',
      ready: rollups.error === null,
      detail: detail(
        rollups.error,
        rollups.dirtyHours === 0 ? 'up to date' : `${rollups.dirtyHours} hours to compute`
      )
    },
    { name: 'records', ready: recordsFault === null, detail: detail(recordsFault, 'answering') },
    { name: 'notices', ready: notices.detail === null, detail: detail(notices.detail, 'leaving') },
    { name: 'audit', ready: auditFault === null, detail: auditFault?.text ?? 'whole' }
  ]
  return { ready: parts.slice(0, 2).every(part => part.ready), parts }
}

const NOT_RUNNING = { dirtyHours: 0, error: 'the readings thread is starting' }

function gridNeeds({ config, durable, telemetry, now }: Parts): GridNeeds {
  const { store } = durable.readings
  return {
    now,
    timeZone: config.timeZone,
    states: telemetry.grid.states,
    node: telemetry.grid.node,
    load: (node, window) => fromStore(readLoadWindows(store, node, window)),
    async readings(kind, id, fields, window) {
      const series = await fromStore(store.query({ kind, id, fields, ...window }))
      const answer = downsampleSeries(series, window)
      return { kind, id, ...answer, flags: qualityFlags(series, answer) }
    }
  }
}

function forecastNeeds({ config, durable, register, forecasting, now }: Parts): ForecastsNeeds {
  return forecastsNeeds({
    forecasting,
    forecasts: durable.records.forecasts,
    store: durable.readings.store,
    node: id => register.state.nodes.find(node => node.id === id) ?? null,
    timeZone: config.timeZone,
    now
  })
}

async function importRegistry(
  { durable, register, now }: Parts,
  csv: string,
  apply: boolean
): Promise<ImportReport> {
  const { change, report } = planImport(csv, await durable.records.registry.currentState())
  if (!apply || change === null) return report
  await durable.records.registry.apply(change, now())
  await register.refresh()
  return { ...report, applied: true }
}

function curtailmentNeeds({ durable, programme, cycle, now }: Parts): CurtailmentNeeds {
  const { controller, planning, recognition } = programme
  const { events } = durable.records
  return {
    ...controller,
    plan: planning.plan,
    list: filter => events.list(filter),
    get: id => events.get(id),
    answer: (customerId, event, answer, { version, kw = null, reason = null }) =>
      controller.answer(customerId, { event, version, answer, kw, reason }, 'http'),
    async thank(eventId, customerId, thanks) {
      const outcome = await recognition.thank(eventId, customerId, thanks, now())
      if (outcome.ok) cycle.eventChanged(outcome.value)
      return outcome
    },
    pendingThanks: recognition.pending
  }
}
