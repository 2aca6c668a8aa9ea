import type { Reading } from '../../contract/telemetry.ts'
import { type Decoded, MAX_ITEMS, nothing } from '../decode.ts'
import { readItem, required } from '../readingItem.ts'
import { ahead } from '../timestamps.ts'
import { compileFanOut, type FanOut } from './fanOut.ts'
import { compileFields, type ReadFields } from './fields.ts'
import { compileId, type ReadId } from './idTemplate.ts'
import { compileInterval, type ReadInterval } from './interval.ts'
import { payloadForm } from './payloads.ts'
import type { Scopes } from './pointer.ts'
import { type BadItem, rejectsOf } from './rejects.ts'
import type { MappingSettings } from './schema.ts'
import { compileTime, type ReadMoment } from './times.ts'
import { parseTemplate, type TopicTemplate } from './topicTemplate.ts'

/** One mapping, ready to read: never throws, keeps the good items and says of each bad one where it stands. */
export interface Mapping {
  template: TopicTemplate
  decode(variables: readonly string[], payload: Buffer, now: number): Decoded
}

/** What reads one item. */
interface ItemReaders {
  readId: ReadId
  readTime: ReadMoment
  readIssued: ReadMoment | null
  readInterval: ReadInterval
  readFields: ReadFields
}

/** Turns a mapping into functions once, so that a message costs no thinking about settings. All mistakes at once. */
export function compileMapping(settings: MappingSettings): { mapping: Mapping } | { mistakes: string[] } {
  const mistakes: string[] = []
  const good = <T>(place: string, compiled: T | string): T | null => {
    if (typeof compiled !== 'string') return compiled
    mistakes.push(place === '' ? compiled : `${place}: ${compiled}`)
    return null
  }
  const { csv, items, kind, id, idReplacement = null, time, issued, stamps = 'start' } = settings
  if (csv !== undefined && items !== undefined) mistakes.push('items: the rows of csv are its items')
  const template = good('topic', parseTemplate(settings.topic))
  const fanOut = good('', compileFanOut(csv === undefined ? (items ?? []) : ['']))
  if (fanOut === null) return { mistakes }
  const { levels } = fanOut
  const limit = kind === 'forecast' ? ahead.forecast : ahead.hour
  const readTime = good('time', compileTime(time, levels, limit))
  if ((issued !== undefined) !== (kind === 'forecast'))
    mistakes.push(
      kind === 'forecast' ? 'issued is missing: a forecast has it' : 'issued: only a forecast has it'
    )
  const readIssued = issued === undefined ? null : good('issued', compileTime(issued, levels, ahead.hour))
  const readInterval = good('', compileInterval(settings, levels))
  if (stamps === 'end' && settings.intervalS === undefined && settings.interval === undefined)
    mistakes.push('stamps: the end of what interval is not said: intervalS or interval is missing')
  const fields = compileFields(settings, levels)
  if ('mistakes' in fields) mistakes.push(...fields.mistakes)
  else if (!required[kind].some(member => fields.members.includes(member)))
    mistakes.push(`fields: a ${kind} needs ${required[kind].join(' or ')}`)
  const names = template?.levels.flatMap(level => ('variable' in level ? [level.variable] : [])) ?? []
  const readId = template === null ? null : good('id', compileId(id, names, levels, idReplacement))
  if (mistakes.length > 0 || 'mistakes' in fields || template === null) return { mistakes }
  if (readId === null || readTime === null || readInterval === null) return { mistakes }
  const readers = { readId, readTime, readIssued, readInterval, readFields: fields.readFields }
  return { mapping: { template, decode: decoder(settings, fanOut, readers) } }
}

function decoder(settings: MappingSettings, fanOut: FanOut, readers: ItemReaders): Mapping['decode'] {
  const { kind, stamps = 'start', csv } = settings
  const form = payloadForm(csv)
  const refused = (reason: string, payload: Buffer): Decoded => ({
    ...nothing(),
    rejects: [{ reason, payload }]
  })

  function read(variables: readonly string[], scopes: Scopes, now: number) {
    const id = readers.readId(variables, scopes)
    if (typeof id === 'string') return id
    const stamp = readers.readTime(scopes, now)
    if (typeof stamp === 'string') return stamp
    const issued = readers.readIssued === null ? null : readers.readIssued(scopes, now)
    if (typeof issued === 'string') return issued
    const interval = readers.readInterval(scopes)
    if (typeof interval === 'string') return interval
    if (stamps === 'end' && interval === 0) return 'the interval that ends at the time has no length'
    const item: Record<string, number> = { ts: stamps === 'end' ? stamp - interval * 1000 : stamp, interval }
    if (issued !== null) item.issued = issued
    const unknown = readers.readFields(scopes, interval, item)
    if (typeof unknown === 'string') return unknown
    // The rules of the contract hold for what comes out.
    const result = readItem(kind, id.id, item, now)
    return typeof result === 'string' ? result : { reading: result.reading, unknown }
  }

  return (variables, payload, now) => {
    const parsed = form.parse(payload)
    if ('reason' in parsed) return refused(parsed.reason, payload)
    const readings: Reading[] = []
    const bad: BadItem[] = []
    let unknownMembers = 0
    let count = 0
    const refuse = (indices: readonly number[], reason: string): void => {
      const at = [...indices]
      const write = () => form.write(fanOut.alone(parsed.value, at))
      bad.push({ place: fanOut.place(at), reason, write })
    }
    const complete = fanOut.each(
      parsed.value,
      (scopes, indices) => {
        if (++count > MAX_ITEMS) return false
        const result = read(variables, scopes, now)
        if (typeof result === 'string') refuse(indices, result)
        else {
          readings.push(result.reading)
          unknownMembers += result.unknown
        }
        return true
      },
      refuse
    )
    if (!complete) return refused(`message has more than ${MAX_ITEMS} items`, payload)
    return { ...nothing(), readings, unknownMembers, rejects: rejectsOf(bad, payload) }
  }
}
