import { readingFields } from '../../contract/telemetry.ts'
import { compileScale, type DecimalMark, readNumber } from './numbers.ts'
import { type ObisCode, parseObis } from './obisCode.ts'
import { type ObisSource, obisDefaults } from './obisDefaults.ts'
import { compileObis, type ObisValues, type ReadObis } from './obisValues.ts'
import { compilePointer, type Scopes } from './pointer.ts'
import type { FieldSettings, MappingSettings } from './schema.ts'

/** Puts the members of an item into `values`; returns how many codes were not known, or in words what is wrong. */
export type ReadFields = (
  scopes: Scopes,
  intervalS: number,
  values: Record<string, number>
) => number | string

interface Field {
  member: string
  /** The number as sent; null where it is unknown. */
  read(scopes: Scopes, obis: ObisValues | null): number | null
  scale(value: number): number
  isEnergy: boolean
  /** As people find it in the mapping. */
  source: string
}

/** How to read the members of a mapping's items, or all that is wrong with them in words. */
export function compileFields(
  mapping: MappingSettings,
  levels: number
): { readFields: ReadFields; members: string[] } | { mistakes: string[] } {
  const { kind, fields: named = {}, obis: obisSettings, decimal = '.' } = mapping
  const mistakes: string[] = []
  const fields: Field[] = []
  const wanted = new Set<ObisCode>()
  for (const [member, settings] of Object.entries(named)) {
    const field = compileField(member, settings, mapping, levels, wanted)
    if (typeof field === 'string') mistakes.push(`fields.${member}: ${field}`)
    else fields.push(field)
  }
  if (obisSettings !== undefined && obisSettings.defaults !== false)
    for (const [member, sources] of Object.entries(obisDefaults[kind]))
      if (!Object.hasOwn(named, member)) fields.push(fieldOfCodes(member, sources, wanted))
  let readObis: ReadObis | null = null
  if (obisSettings !== undefined) {
    const compiled = compileObis(obisSettings, wanted, levels, decimal)
    if (typeof compiled === 'string') mistakes.push(`obis: ${compiled}`)
    else readObis = compiled
  }
  if (mistakes.length > 0) return { mistakes }
  return { readFields: readAll(fields, readObis), members: fields.map(({ member }) => member) }
}

function readAll(fields: readonly Field[], readObis: ReadObis | null): ReadFields {
  return (scopes, intervalS, values) => {
    const obis = readObis === null ? null : readObis(scopes)
    if (typeof obis === 'string') return obis
    for (const { member, read, scale, isEnergy, source } of fields) {
      const sent = read(scopes, obis)
      if (sent === null) continue
      if (Number.isNaN(sent)) return `${member} (${source}) is not a number`
      const value = scale(sent)
      if (isEnergy && !(intervalS > 0))
        return `${member} (${source}) is the energy of an interval, which has no length`
      values[member] = isEnergy ? (value * 3600) / intervalS : value
    }
    return obis === null ? 0 : obis.unknown
  }
}

function compileField(
  member: string,
  settings: FieldSettings,
  mapping: MappingSettings,
  levels: number,
  wanted: Set<ObisCode>
): Field | string {
  const { pointer, obis, scale = 1, add = 0, energyKwhPerInterval: isEnergy = false } = settings
  const known: readonly string[] = readingFields[mapping.kind]
  if (!known.includes(member)) return `a ${mapping.kind} has no such member; it has ${known.join(', ')}`
  if (scale === 0) return 'scale is 0'
  if (isEnergy && member !== 'kw' && member !== 'kvar') return 'only kw and kvar are means of an energy'
  if (isEnergy && mapping.intervalS === undefined && mapping.interval === undefined)
    return 'energyKwhPerInterval needs intervalS or interval'
  if ((pointer === undefined) === (obis === undefined)) return 'needs either pointer or obis'
  const rest = { scale: compileScale(scale, add), isEnergy }
  if (pointer !== undefined) return fieldOfPointer(member, pointer, levels, mapping.decimal ?? '.', rest)
  if (mapping.obis === undefined) return 'obis needs the section obis, which says where the codes stand'
  const code = parseObis(obis ?? '')
  if (code === null) return `${obis} is not an OBIS code`
  return { ...fieldOfCodes(member, [{ plus: code, minus: null }], wanted), ...rest, source: obis ?? '' }
}

function fieldOfPointer(
  member: string,
  pointer: string,
  levels: number,
  mark: DecimalMark,
  rest: Pick<Field, 'scale' | 'isEnergy'>
): Field | string {
  const follow = compilePointer(pointer, levels)
  if (typeof follow === 'string') return `pointer ${pointer} ${follow}`
  const source = pointer === '' ? 'the item itself' : pointer
  return { member, ...rest, source, read: scopes => readNumber(follow(scopes), mark) }
}

function fieldOfCodes(member: string, sources: readonly ObisSource[], wanted: Set<ObisCode>): Field {
  for (const { plus, minus } of sources) {
    wanted.add(plus)
    if (minus !== null) wanted.add(minus)
  }
  const read = (_scopes: Scopes, obis: ObisValues | null): number | null => {
    for (const { plus, minus } of sources) {
      const value = obis?.values.get(plus)
      if (value !== undefined) return value - ((minus === null ? undefined : obis?.values.get(minus)) ?? 0)
    }
    return null
  }
  return { member, read, scale: value => value, isEnergy: false, source: 'OBIS' }
}
