import { parseArgs } from 'node:util'
import { httpToken } from '../server/contract/httpToken.ts'
import { mqttLogin } from '../server/contract/mqttLogin.ts'
import { joinNegativeValues } from './arguments.ts'
import { type SimulatorOptions, startSimulators } from './start.ts'
import { zoneOffsetMs } from './zone.ts'

const usage = `The demo region's devices and participants: weather, transformers, meters, large consumers.

  node simulators/main.ts --anchor TIME --state DIR [options]

  --anchor TIME      the demo's first start (RFC 3339): that day is hot, and two minutes later it peaks
  --state DIR        where to remember what the server has acknowledged
  --mqtt URL         default mqtt://127.0.0.1:1883
  --http URL         default http://127.0.0.1:8080
  --seed NUMBER      default 1; another seed is another region
  --time-zone ZONE   default +07:00; also a name such as Asia/Ho_Chi_Minh
  --import           give the server the region's registry first, if it does not have it yet, and its contracts
  --history-rate N   default 12000: readings of the past a second, at most

  GRIDLOAD_TOKEN     for --http: an API token with the scopes grid:read, readings:read, devices:write,
                     register:read and register:write; without it ADMIN_TOKEN is used
  GRIDLOAD_MQTT_USER, GRIDLOAD_MQTT_PASSWORD
                     a credential of the kind service, such as service/simulators; without it no user name is given`

if (import.meta.main) await main()

async function main(): Promise<void> {
  let options: SimulatorOptions
  try {
    options = readOptions()
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exitCode = 1
    return
  }
  const fail = (error: unknown): never => {
    console.error(error)
    process.exit(1)
  }
  const starting = startSimulators(options)
  starting.catch(fail)
  let isStopping = false
  const stop = () => {
    if (isStopping) return
    isStopping = true
    starting.then(simulators => simulators.stop()).then(() => process.exit(0), fail)
  }
  // Started by the demo it also ends with it, however and whenever that ends: also while this starts.
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, stop)
  if (process.send !== undefined && !process.connected) stop()
}

function readOptions(): SimulatorOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: joinNegativeValues(process.argv.slice(2)),
    options: {
      anchor: text,
      state: text,
      mqtt: { ...text, default: 'mqtt://127.0.0.1:1883' },
      http: { ...text, default: 'http://127.0.0.1:8080' },
      seed: { ...text, default: '1' },
      'time-zone': { ...text, default: '+07:00' },
      import: { type: 'boolean', default: false },
      'history-rate': { ...text, default: '12000' }
    }
  })
  const anchor = Date.parse(values.anchor ?? '')
  if (Number.isNaN(anchor))
    throw new Error('--anchor: give the time of the first start, e.g. 2026-06-10T06:00:00Z')
  if (values.state === undefined) throw new Error('--state: give a folder')
  zoneOffsetMs(values['time-zone'], anchor)
  return {
    mqttUrl: values.mqtt,
    mqttLogin: mqttLogin(process.env),
    httpUrl: values.http,
    httpToken: httpToken(process.env),
    seed: wholeNumber('--seed', values.seed),
    anchor,
    timeZone: values['time-zone'],
    stateDirectory: values.state,
    importsRegistry: values.import,
    historyReadingsPerS: wholeNumber('--history-rate', values['history-rate'])
  }
}

function wholeNumber(option: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new Error(`${option}: ${value} is not a whole number`)
  return Number(value)
}
