/**
 * The demo: the server with the built-in broker and the embedded stores, and a simulated region beside it as a
 * process of its own that speaks only MQTT and HTTP. The first start lays the clock: a fixed-offset zone where it is
 * about 13:00, kept in the data directory, so that load and weather of every later start agree with it.
 */
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { App } from '../app.ts'
import type { MadeCredential } from '../contract/administration.ts'
import { bearing } from '../contract/httpToken.ts'
import { localTime } from '../contract/localTime.ts'
import type { SecuritySettings } from '../contract/securitySettings.ts'
import { runServer, stopOnSignal } from '../main.ts'
import { demoProgrammes } from './demoProgrammes.ts'

/** How long the simulated region may take to end. */
const LONGEST_GOODBYE_MS = 5_000

interface DemoClock {
  /** When the demo was first started: the hot afternoon's load climbs from here. */
  anchor: string
  timeZone: string
}

/** The fixed offset in whole hours, −11…+13, at which `now` is nearest to 13:00. */
export function afternoonZone(now: Date): string {
  const offset = Math.round(13 - now.getUTCHours() - now.getUTCMinutes() / 60)
  return `${offset < 0 ? '-' : '+'}${String(Math.abs(offset)).padStart(2, '0')}:00`
}

/** Reads the demo's clock from its data directory, or lays it now. */
function demoClock(directory: string, now: Date): DemoClock {
  const file = resolve(directory, 'demo.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoClock
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const clock = { anchor: now.toISOString(), timeZone: afternoonZone(now) }
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // Whole or not at all: half a file would keep every later start from succeeding.
  writeFileSync(`${file}.new`, `${JSON.stringify(clock)}\n`)
  renameSync(`${file}.new`, file)
  return clock
}

/** `adminToken`: as whom the demo itself, and the region beside it, ask the server. */
function demoEnvironment(directory: string, clock: DemoClock, adminToken: string): NodeJS.ProcessEnv {
  return {
    // Short holds, so that a newcomer sees the first finding within minutes.
    HEAT_HOLD_S: '20',
    HEAT_CLEAR_HOLD_S: '60',
    OVERLOAD_HOLD_S: '60',
    ...process.env,
    ADMIN_TOKEN: adminToken,
    DATA_DIR: directory,
    TIME_ZONE: clock.timeZone,
    DEMO: 'true'
  }
}

/** What the simulated region proves itself by: the demo's token, and a credential where the broker asks for one. */
async function regionEnvironment(address: string, adminToken: string): Promise<NodeJS.ProcessEnv> {
  const environment = { ...process.env, GRIDLOAD_TOKEN: adminToken }
  const headers = { ...bearing(adminToken), 'content-type': 'application/json' }
  const settings = await fetch(`${address}/api/security/settings`, { headers })
  const { mqtt } = (await settings.json()) as SecuritySettings
  if (mqtt.listeners.every(({ anonymous }) => anonymous) || process.env.GRIDLOAD_MQTT_USER) return environment
  const body = JSON.stringify({ kind: 'service', id: 'simulators' })
  const made = await fetch(`${address}/api/device-credentials`, { method: 'POST', headers, body })
  const { secret } = (await made.json()) as MadeCredential
  return { ...environment, GRIDLOAD_MQTT_USER: 'service/simulators', GRIDLOAD_MQTT_PASSWORD: secret }
}

/**
 * Short settlement slots and no wait for late data in the voluntary programme, so that a whole event can be lived through
 * in ten minutes; beside it the programmes of other kinds, unless they are there already.
 */
async function layProgrammes(address: string, clock: DemoClock, adminToken: string): Promise<void> {
  const send = (method: string, path: string, body: object) =>
    fetch(address + path, {
      method,
      headers: { ...bearing(adminToken), 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
  const short = { settlementIntervalMinutes: 1, settleDelayMinutes: 0 }
  const month = Number(localTime(clock.timeZone).date(Date.parse(clock.anchor)).slice(5, 7))
  for (const response of [
    await send('PATCH', '/api/programmes/voluntary', short),
    ...(await Promise.all(demoProgrammes(month).map(one => send('POST', '/api/programmes', one))))
  ]) {
    const isThere = response.status === 409
    if (!response.ok && !isThere) console.error(`The demo's programmes are refused: ${await response.text()}`)
  }
}

/** Starts the simulated region as a process of its own. */
async function startRegion(
  { address, brokerAddress }: App,
  directory: string,
  clock: DemoClock,
  adminToken: string
): Promise<{ stop(): Promise<void> }> {
  await layProgrammes(address, clock, adminToken)
  const simulators = fork(
    resolve(import.meta.dirname, '../../simulators/main.ts'),
    [
      ['--mqtt', brokerAddress],
      ['--http', address],
      ['--seed', '1'],
      ['--anchor', clock.anchor],
      ['--time-zone', clock.timeZone],
      ['--state', resolve(directory, 'simulators')],
      ['--import']
    ].flat(),
    {
      // Arguments would be read by everyone in the list of processes.
      env: await regionEnvironment(address, adminToken),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc']
    }
  )
  const ended = new Promise<void>(done => simulators.once('exit', () => done()))
  let isStopping = false
  simulators.once('exit', code => {
    if (!isStopping)
      console.error(`The simulated region has ended (exit code ${code}); start the demo again.`)
  })
  console.log('A simulated region publishes beside it. Ctrl-C stops everything.')
  return {
    async stop() {
      isStopping = true
      if (simulators.connected) simulators.disconnect()
      const patience = setTimeout(() => simulators.kill('SIGKILL'), LONGEST_GOODBYE_MS)
      await ended
      clearTimeout(patience)
    }
  }
}

async function main(): Promise<void> {
  const directory = process.env.DATA_DIR ?? './data/demo'
  let clock: DemoClock
  try {
    clock = demoClock(directory, new Date())
  } catch (error) {
    console.error(`DATA_DIR ${directory} cannot be used: ${(error as Error).message}`)
    process.exitCode = 1
    return
  }
  const adminToken = process.env.ADMIN_TOKEN || randomBytes(32).toString('base64url')
  const app = await runServer(demoEnvironment(directory, clock, adminToken))
  if (app === null) return
  const starting = startRegion(app, directory, clock, adminToken)
  // At once: a signal may come before the region runs.
  stopOnSignal(async () => {
    await starting.then(
      region => region.stop(),
      () => undefined
    )
    await app.stop()
  })
  await starting
}

if (import.meta.main) await main()
