import { parseArgs } from 'node:util'
import { isId } from '../../server/contract/id.ts'
import { joinNegativeValues } from '../arguments.ts'
import { zoneOffsetMs } from '../zone.ts'
import {
  type Mapping,
  mapsTo,
  parseMapping,
  type ReplayKind,
  replayKinds,
  requiredMembers
} from './mapping.ts'
import { type StampReader, stampReader } from './stamp.ts'

export interface Target {
  kind: ReplayKind
  id: string
}

export interface ReplayOptions {
  file: string
  targets: readonly Target[]
  mappings: readonly Mapping[]
  /** null: the first column. */
  timeColumn: string | null
  readStamp: StampReader
  intervalS: number | null
  stampAtEnd: boolean
  /** Readings in [from, to), epoch ms; null: no limit. */
  from: number | null
  to: number | null
  shiftToNow: boolean
  /** Data seconds a second; 0: as fast as possible. */
  speed: number
  delimiter: string
  mqttUrl: string
}

const text = { type: 'string' } as const

/** Throws an Error whose message names the option. */
export function parseReplayOptions(args: readonly string[]): ReplayOptions {
  const { values, positionals } = parseArgs({
    args: joinNegativeValues(args),
    allowPositionals: true,
    options: {
      as: { ...text, multiple: true },
      map: { ...text, multiple: true },
      time: text,
      'time-format': { ...text, default: 'iso' },
      zone: text,
      interval: text,
      stamp: { ...text, default: 'start' },
      from: text,
      to: text,
      'shift-to': text,
      speed: { ...text, default: '0' },
      delimiter: { ...text, default: ',' },
      mqtt: { ...text, default: 'mqtt://127.0.0.1:1883' }
    }
  })
  const [file, ...others] = positionals
  if (file === undefined) throw new Error('FILE is missing')
  if (others.length > 0) throw new Error(`${others.join(' ')}: only one FILE at a time`)
  const zone = values.zone ?? null
  if (zone !== null) named('--zone', () => zoneOffsetMs(zone, 0))
  const intervalS = values.interval === undefined ? null : positive('--interval', values.interval)
  if (values.stamp !== 'start' && values.stamp !== 'end') throw new Error('--stamp: start or end')
  if (values.stamp === 'end' && intervalS === null) throw new Error('--stamp end needs --interval')
  if (values['shift-to'] !== undefined && values['shift-to'] !== 'now')
    throw new Error('--shift-to: only now')
  const targets = (values.as ?? []).map(parseTarget)
  if (targets.length === 0) throw new Error('--as is missing, e.g. --as meter:M-1')
  const mappings = (values.map ?? []).map(spec => parseMapping(spec, intervalS))
  checkMapped(targets, mappings)
  const limit = (option: string, given: string | undefined) =>
    given === undefined ? null : readLimit(option, given, zone)
  return {
    file,
    targets,
    mappings,
    timeColumn: values.time ?? null,
    readStamp: stampReader(values['time-format'], zone),
    intervalS,
    stampAtEnd: values.stamp === 'end',
    from: limit('--from', values.from),
    to: limit('--to', values.to),
    shiftToNow: values['shift-to'] === 'now',
    speed: values.speed === '0' ? 0 : positive('--speed', values.speed),
    delimiter: values.delimiter,
    mqttUrl: values.mqtt
  }
}

function parseTarget(spec: string): Target {
  const [kindText, id = ''] = spec.split(':')
  const kind = replayKinds.find(known => known === kindText)
  if (kind === undefined)
    throw new Error(`--as ${spec}: write ${replayKinds.map(known => `${known}:ID`).join(', ')}`)
  if (!isId(id)) throw new Error(`--as ${spec}: an id is 1 to 64 of A-Z a-z 0-9 _ -`)
  return { kind, id }
}

function checkMapped(targets: readonly Target[], mappings: readonly Mapping[]): void {
  for (const { kind, id } of targets) {
    const mapped = mappings.filter(mapping => mapsTo(mapping, kind)).map(({ member }) => member)
    const required = requiredMembers[kind]
    if (!required.some(member => mapped.includes(member))) {
      throw new Error(`--as ${kind}:${id} needs --map ${required.map(member => `${member}=…`).join(' or ')}`)
    }
    const twice = mapped.find((member, index) => mapped.indexOf(member) !== index)
    if (twice !== undefined) throw new Error(`--map ${twice}=… is given twice for ${kind}`)
  }
  for (const mapping of mappings) {
    if (!targets.some(({ kind }) => mapsTo(mapping, kind))) {
      throw new Error(`--map ${mapping.text}: no --as has a member ${mapping.member}`)
    }
  }
}

function readLimit(option: string, given: string, zone: string | null): number {
  const moment = stampReader('iso', zone)(given)
  if (typeof moment !== 'number') throw new Error(`${option}: ${moment.reason}`)
  return moment
}

function positive(option: string, given: string): number {
  const value = Number(given)
  if (given.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new Error(`${option}: ${given} is not a number above 0`)
  }
  return value
}

function named<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Error(`${option}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
