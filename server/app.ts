/**
 * Joins the stages in the order in which readings flow through them:
 *
 *   telemetry: MQTT ─► log ─► store, live grid ─► rules ─► findings ─► programme: events ─► notices ─► MQTT
 *                                   └──────────────── api: pages, HTTP, live stream ◄────────┘
 */
import { randomUUID } from 'node:crypto'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { guard } from './api/guard.ts'
import { createLiveStream } from './api/liveStream.ts'
import { createApi, documentRoutes, servePages } from './api/server.ts'
import type { Config } from './config.ts'
import { createCycle } from './cycle.ts'
import { openDoors } from './doors.ts'
import { openDurable } from './durable.ts'
import { startForecasting } from './forecasting.ts'
import { freePort } from './freePort.ts'
import { MUCH_BEHIND_BYTES, startProgramme } from './programme.ts'
import { openRegister } from './register.ts'
import { createReplaying } from './replaying.ts'
import { liveSnapshot, routesOf } from './routes.ts'
import { listenFailure } from './startFailure.ts'
import { startTelemetry, type Telemetry } from './telemetry.ts'
import { startTransforming } from './transforming.ts'
import { openWatch } from './watch.ts'
import { startWeather } from './weather.ts'

/** The edges of the process: clock, chance, and where the built pages are. */
export interface Edges {
  now(): number
  random(): number
  pagesDirectory: string
  /** Nothing can be made durable any more: the process has to end. */
  onLost(error: Error): void
}

export interface App {
  /** `http://127.0.0.1:8080` */
  address: string
  /** Where people open it: `http://localhost:8080`, or the setting PUBLIC_URL. */
  publicUrl: string
  /** A link that opens once, to make the first administrator; null once there is one, and in the demo. */
  setupUrl: string | null
  /** It is no demo, but on the data of one: whom visitors made a user there can log in. */
  wasDemo: boolean
  /** `mqtt://127.0.0.1:1883` */
  brokerAddress: string
  /** A request as it would come over HTTP, without the network. */
  inject(request: InjectOptions | string): Promise<LightMyRequestResponse>
  /** Ends everything in the reverse order of the flow; what is durable stays whole. */
  stop(): Promise<void>
}

/** Rejects with a StartFailure that names the setting in the way; nothing is left running then. */
export async function startApp(config: Config, edges: Edges): Promise<App> {
  const { now, random, pagesDirectory, onLost } = edges
  await using starting = new AsyncDisposableStack()
  const port = config.port === 0 ? await freePort(config.host) : config.port
  const api = createApi({
    logLevel: config.logLevel,
    trustedProxies: config.access.trustedProxies,
    isHttps: config.access.publicUrl?.startsWith('https:') ?? false
  })
  const warn = (text: string): void => api.log.warn(text)
  const onFault = (what: string, error: unknown): void => api.log.error({ err: error }, what)

  const durable = await openDurable(config, { warn, onLost })
  starting.defer(durable.stop)
  const register = await openRegister(durable.records)
  const doors = await openDoors({ config, port, records: durable.records, register, now, onFault })
  starting.defer(doors.stop)
  const telemetry = await startTelemetry(config, durable, register.state.nodes, { now, warn })
  starting.defer(telemetry.stop)
  register.onChange(({ nodes }) => telemetry.setRegistry(nodes))
  const { grid, ingest, brokerAddress } = telemetry
  const presentKw = (nodeId: string): number | null => grid.loadKw(nodeId, now())

  const cycle = createCycle({ now, states: grid.states, ingest, onFault })
  const programme = await startProgramme({
    durable,
    register,
    publish: durable.ingest.publish,
    present: nodeId => grid.present(nodeId, now()),
    storeState: () => ingest().store,
    onChange: cycle.eventChanged,
    timeZone: config.timeZone,
    approvalAboveKw: config.access.approvalAboveKw,
    ...{ onFault, warn, now, random }
  })
  starting.defer(programme.stop)
  const weather = await startWeather({ config, durable, register, grid, warn, now, random })
  starting.defer(weather.stop)
  const forecasting = startForecasting({
    records: durable.records,
    register,
    openReader: durable.readings.openReader,
    storeState: () => storeStateOf(telemetry),
    directory: `${config.dataDirectory}/forecast`,
    timeZone: config.timeZone,
    ...{ warn, now }
  })
  starting.defer(forecasting.stop)
  const transforming = startTransforming({
    nodes: () => register.state.nodes,
    customers: () => register.state.customers,
    store: durable.readings.store,
    transformers: durable.records.transformers,
    forecastOf: forecasting.newest,
    issuedAt: forecasting.issuedAt,
    isBehind: () => ingest().store.behindBytes > MUCH_BEHIND_BYTES,
    timeZone: config.timeZone,
    ...{ onFault, now }
  })
  starting.defer(transforming.stop)
  register.onChange(transforming.setRegistry)
  telemetry.onReadings(transforming.note)
  const { findings } = durable.records
  const watch = await openWatch({
    grid,
    register,
    findings,
    rules: config.rules,
    timeZone: config.timeZone,
    forecasts: forecasting.ahead,
    transformers: transforming.states,
    now
  })

  const replaying = createReplaying({ config, durable, register, onFault, now })
  starting.defer(replaying.stop)

  const shared = { config, durable, register, doors, replaying, now }
  const parts = {
    ...shared,
    telemetry,
    weather,
    forecasting,
    transforming,
    programme,
    watch,
    cycle,
    presentKw
  }
  const live = createLiveStream({ snapshot: () => liveSnapshot(parts), run: randomUUID().slice(0, 8) })
  starting.defer(live.stop)
  await guard(api, { ...doors.guard, onAccessChange: live.recheck })
  await documentRoutes(api)
  api.register(async scope => {
    for (const routes of routesOf({ ...parts, live })) routes(scope as typeof api)
  })
  await servePages(api, pagesDirectory)
  starting.defer(() => api.close())
  const address = await api
    .listen({ host: config.host, port })
    .catch(listenFailure({ port: 'PORT', host: 'HOST' }, port, config.host))
  const setupUrl = await doors.setupUrl()
  const wasDemo = await doors.wasDemo()

  cycle.start({ tickEvents: programme.controller.tick, evaluateRules: watch.evaluate, publish: live.publish })
  starting.defer(cycle.stop)
  const started = starting.move()
  return {
    ...{ address, publicUrl: doors.publicUrl, setupUrl, wasDemo, brokerAddress },
    inject: request => api.inject(request),
    stop: () => started.disposeAsync()
  }
}

/** Whether what has arrived is stored and rolled up; a little behind the store is at any moment. */
function storeStateOf({ ingest, rollups }: Telemetry): { isUpToDate: boolean; isBehind: boolean } {
  const { behindBytes } = ingest().store
  const isBehind = behindBytes > MUCH_BEHIND_BYTES
  return { isUpToDate: !isBehind && rollups()?.dirtyHours === 0, isBehind }
}
