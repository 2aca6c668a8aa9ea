import { isAbsolute, resolve } from 'node:path'
import { type AccessSettings, readAccess } from './accessSettings.ts'
import { EnvironmentReader } from './environment.ts'
import { type MqttSettings, readMqtt } from './mqttSettings.ts'
import { readWeather, type WeatherSettings } from './weatherSettings.ts'

export type { BrokerSettings } from './mqttSettings.ts'

export type Environment = Record<string, string | undefined>

/** Where readings are kept: the embedded store, or an InfluxDB. */
export type ReadingsSettings =
  | { kind: 'sqlite'; directory: string }
  | { kind: 'influx1'; url: string; database: string }
  | { kind: 'influx2'; url: string; token: string; org: string; bucket: string }

/** Everything that can be set, checked, with its defaults. Units stand in the names. */
export interface Config {
  host: string
  port: number
  timeZone: string
  dataDirectory: string
  mqtt: MqttSettings
  readings: ReadingsSettings
  records: { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string }
  logLevel: string
  /** Marks every screen; set by `npm run demo`. */
  demo: boolean
  access: AccessSettings
  rules: RuleSettings
  logQuotaBytes: number
  /** Below this share of free space on the log's disk nothing is acknowledged. */
  logMinFreeShare: number
  /** Files that are read at the start; null: not set. */
  mappingFile: string | null
  validationFile: string | null
  /** null: no weather is fetched. */
  weather: WeatherSettings | null
}

/** Limits of the rules that a utility will want to set; the others keep the defaults of `server/rules/`. */
export interface RuleSettings {
  heatThresholdsC: readonly [watch: number, hot: number, extreme: number]
  heatRaiseShare: number
  heatClearShare: number
  heatHoldS: number
  heatClearHoldS: number
  overloadHoldS: number
  /** Probabilities that a peak ahead passes the capacity. */
  aheadRaise: number
  aheadClear: number
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/**
 * The only reader of the environment. Returns the configuration, or every mistake at once: one line each, beginning
 * with the name of the setting.
 */
export function readConfig(environment: Environment): { config: Config } | { mistakes: string[] } {
  const read = new EnvironmentReader(environment)
  const dataDirectory = resolve(read.text('DATA_DIR', './data'))
  const config: Config = {
    host: read.text('HOST', '127.0.0.1'),
    port: read.integer('PORT', 8080, 0, 65535),
    timeZone: read.timeZone('TIME_ZONE', 'Asia/Ho_Chi_Minh'),
    dataDirectory,
    mqtt: readMqtt(read),
    readings: readReadings(read, dataDirectory),
    records: readRecords(read, dataDirectory),
    logLevel: read.oneOf('LOG_LEVEL', 'warn', logLevels),
    demo: read.oneOf('DEMO', 'false', ['true', 'false']) === 'true',
    access: readAccess(read),
    rules: readRules(read),
    // At least two segments of the log.
    logQuotaBytes: read.number('LOG_QUOTA_GIB', 8, 0.125, 100_000) * 2 ** 30,
    logMinFreeShare: read.number('LOG_MIN_FREE_SHARE', 0.02, 0, 0.9),
    mappingFile: read.optional('MQTT_MAPPING'),
    validationFile: read.optional('VALIDATION_FILE'),
    weather: readWeather(read)
  }
  return read.mistakes.length > 0 ? { mistakes: read.mistakes } : { config }
}

function readReadings(read: EnvironmentReader, dataDirectory: string): ReadingsSettings {
  const url = read.url('INFLUX_URL', ['http:', 'https:'])
  const database = read.optional('INFLUX_DATABASE')
  const token = read.optional('INFLUX_TOKEN')
  const org = read.optional('INFLUX_ORG')
  const bucket = read.optional('INFLUX_BUCKET')
  if (url === null) {
    if (database ?? token ?? org ?? bucket) {
      read.mistakes.push(
        'INFLUX_URL is missing, but another INFLUX_ setting is there: set it, or none of them'
      )
    }
    return { kind: 'sqlite', directory: `${dataDirectory}/readings` }
  }
  if (database !== null && (token ?? bucket ?? org) !== null) {
    read.mistakes.push(
      'INFLUX_DATABASE (InfluxDB 1.x) excludes INFLUX_TOKEN, INFLUX_ORG and INFLUX_BUCKET (2.x, 3)'
    )
  }
  if (database !== null) return { kind: 'influx1', url, database }
  if (token === null || bucket === null) {
    read.mistakes.push(
      'INFLUX_URL needs INFLUX_DATABASE (1.x), or INFLUX_TOKEN, INFLUX_ORG and INFLUX_BUCKET (2.x, 3)'
    )
  }
  return { kind: 'influx2', url, token: token ?? '', org: org ?? '', bucket: bucket ?? '' }
}

function readRecords(read: EnvironmentReader, dataDirectory: string): Config['records'] {
  const url = read.url('DATABASE_URL', ['postgres:', 'postgresql:'])
  return url === null
    ? { kind: 'sqlite', file: `${dataDirectory}/records.sqlite` }
    : { kind: 'postgres', url }
}

function readRules(read: EnvironmentReader): RuleSettings {
  const watch = read.number('HEAT_WATCH_C', 35, -50, 70)
  const hot = read.number('HEAT_HOT_C', 37, -50, 70)
  const extreme = read.number('HEAT_EXTREME_C', 39, -50, 70)
  if (!(watch <= hot && hot <= extreme)) {
    read.mistakes.push('HEAT_WATCH_C, HEAT_HOT_C and HEAT_EXTREME_C must not fall from one to the next')
  }
  const heatRaiseShare = read.number('HEAT_LOAD_SHARE', 0.9, 0.01, 2)
  const heatClearShare = read.number('HEAT_CLEAR_SHARE', 0.85, 0.01, 2)
  if (heatClearShare >= heatRaiseShare) read.mistakes.push('HEAT_CLEAR_SHARE must be below HEAT_LOAD_SHARE')
  const aheadRaise = read.number('HEAT_AHEAD_RAISE', 0.3, 0.01, 1)
  const aheadClear = read.number('HEAT_AHEAD_CLEAR', 0.15, 0, 1)
  if (aheadClear >= aheadRaise) read.mistakes.push('HEAT_AHEAD_CLEAR must be below HEAT_AHEAD_RAISE')
  return {
    heatThresholdsC: [watch, hot, extreme],
    heatRaiseShare,
    heatClearShare,
    heatHoldS: read.number('HEAT_HOLD_S', 300, 0, 86_400),
    heatClearHoldS: read.number('HEAT_CLEAR_HOLD_S', 600, 0, 86_400),
    overloadHoldS: read.number('OVERLOAD_HOLD_S', 300, 0, 86_400),
    aheadRaise,
    aheadClear
  }
}

/** A path as a person would type it: relative to where the command was started, when it lies below. */
export function shownPath(path: string): string {
  const here = process.cwd()
  return isAbsolute(path) && path.startsWith(`${here}/`) ? `.${path.slice(here.length)}` : path
}
