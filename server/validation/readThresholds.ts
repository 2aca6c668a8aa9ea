import { type TSchema, Type } from 'typebox'
import { Errors } from 'typebox/value'
import { isId } from '../contract/id.ts'
import { type Limits, type MeterClass, meterClasses, usualLimits } from './limits.ts'
import type { Thresholds } from './thresholds.ts'

const share = Type.Number({ minimum: 0, maximum: 100 })
const positive = Type.Number({ exclusiveMinimum: 0 })
const seconds = Type.Number({ minimum: 0, maximum: 366 * 86_400 })
const count = Type.Integer({ minimum: 2, maximum: 65_000 })
const temperature = Type.Number({ minimum: -273, maximum: 1000 })

const members = {
  isImportOnly: Type.Boolean(),
  highestKw: positive,
  capacityFactor: positive,
  nominalV: Type.Union([positive, Type.Null()]),
  lowestVoltageShare: share,
  highestVoltageShare: share,
  lowestOilC: temperature,
  highestOilC: temperature,
  lowestWindingC: temperature,
  highestWindingC: temperature,
  lowestAmbientC: temperature,
  highestAmbientC: temperature,
  lowestAirC: temperature,
  highestAirC: temperature,
  missingIntervals: Type.Integer({ minimum: 1, maximum: 1000 }),
  missingSamples: Type.Integer({ minimum: 1, maximum: 1000 }),
  zeroBelowKw: Type.Number({ minimum: 0 }),
  zeroRunS: seconds,
  frozenReadings: count,
  frozenS: seconds,
  frozenTemperatureReadings: count,
  frozenTemperatureS: seconds,
  registerDigits: Type.Union([Type.Integer({ minimum: 1, maximum: 15 }), Type.Null()]),
  registerToleranceShare: share,
  registerDayToleranceShare: share,
  clockAheadS: seconds,
  clockBehindS: seconds,
  spikeShare: share,
  spikeFloorKw: Type.Number({ minimum: 0 }),
  highUseShare: share,
  lowUseShare: share,
  useFloorKwh: Type.Number({ minimum: 0 }),
  lowestLossShare: Type.Number({ minimum: -1, maximum: 1 }),
  highestLossShare: Type.Number({ minimum: -1, maximum: 1 }),
  sumCheckHours: Type.Enum([1, 2, 3, 4, 6, 8, 12, 24]),
  estimates: Type.Boolean(),
  linearGapS: seconds,
  longestGapS: Type.Number({ minimum: 0, maximum: 30 * 86_400 })
} as const satisfies Record<keyof Limits, unknown>

const schemaOf = new Map<string, TSchema>(Object.entries(members))

/** What a settings file says, once checked. */
interface SettingsFile {
  all?: Partial<Limits>
  classes?: Partial<Record<MeterClass, Partial<Limits>>>
  idPrefixes?: Record<string, Partial<Limits>>
}

/**
 * The text of a settings file in JSON; every level may be left out, and so may every limit:
 *
 *   { "all": { "zeroRunS": 172800 }, "classes": { "consumer": { "nominalV": 22000 } }, "idPrefixes": { "PB05": { … } } }
 *
 * Returns every mistake at once, each with its place.
 */
export function readThresholds(text: string): { thresholds: Thresholds } | { mistakes: string[] } {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (failure) {
    return { mistakes: [`not JSON: ${failure instanceof Error ? failure.message : String(failure)}`] }
  }
  const mistakes = schemaMistakes(file)
  if (mistakes.length > 0) return { mistakes }
  const thresholds = merged(file as SettingsFile)
  const contradictions = orderMistakes(thresholds)
  return contradictions.length > 0 ? { mistakes: contradictions } : { thresholds }
}

/** A place in the file and what is wrong there. Each value is checked by itself, so that none hides another. */
function schemaMistakes(file: unknown): string[] {
  if (!isObject(file)) return ['the file must be an object']
  return Object.entries(file).flatMap(([name, part]) => {
    if (name === 'all') return changeMistakes(name, part)
    if (name !== 'classes' && name !== 'idPrefixes')
      return [`${name}: unknown name; there are all, classes, idPrefixes`]
    if (!isObject(part)) return [`${name} must be an object`]
    return Object.entries(part).flatMap(([inner, changes]) => {
      const place = `${name}.${inner}`
      if (name === 'classes' && !meterClasses.some(known => known === inner))
        return [`${place}: unknown name; there are ${meterClasses.join(', ')}`]
      if (name === 'idPrefixes' && !isId(inner)) return [`${place}: no id begins so`]
      return changeMistakes(place, changes)
    })
  })
}

function changeMistakes(place: string, changes: unknown): string[] {
  if (!isObject(changes)) return [`${place} must be an object`]
  return Object.entries(changes).flatMap(([name, value]) => {
    const schema = schemaOf.get(name)
    if (schema === undefined) return [`${place}.${name}: unknown name`]
    const reasons = Errors(schema, value).flatMap(({ keyword, message }) =>
      keyword === 'anyOf' ? [] : [message]
    )
    return reasons.length === 0 ? [] : [`${place}.${name}: ${reasons.join(' or ')}`]
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function merged({ all = {}, classes = {}, idPrefixes = {} }: SettingsFile): Thresholds {
  const ofClass = (name: MeterClass): Limits => ({ ...usualLimits[name], ...all, ...classes[name] })
  return {
    classes: Object.fromEntries(meterClasses.map(name => [name, ofClass(name)])) as Record<
      MeterClass,
      Limits
    >,
    idPrefixes: Object.entries(idPrefixes).map(([prefix, limits]) => ({ prefix, limits }))
  }
}

const orders = [
  ['lowestVoltageShare', 'highestVoltageShare'],
  ['lowestOilC', 'highestOilC'],
  ['lowestWindingC', 'highestWindingC'],
  ['lowestAmbientC', 'highestAmbientC'],
  ['lowestAirC', 'highestAirC'],
  ['lowUseShare', 'highUseShare'],
  ['lowestLossShare', 'highestLossShare'],
  ['linearGapS', 'longestGapS']
] as const satisfies readonly (readonly [keyof Limits, keyof Limits])[]

/** Pairs that contradict each other once everything is merged. */
function orderMistakes({ classes, idPrefixes }: Thresholds): string[] {
  const mistakes = meterClasses.flatMap(name => contradictions(`classes.${name}`, classes[name]))
  for (const { prefix, limits } of idPrefixes) {
    // An id of any class may begin so.
    const all = meterClasses.flatMap(name =>
      contradictions(`idPrefixes.${prefix}`, { ...classes[name], ...limits })
    )
    mistakes.push(...new Set(all))
  }
  return mistakes
}

function contradictions(place: string, limits: Limits): string[] {
  return orders.flatMap(([low, high]) =>
    limits[low] < limits[high] ? [] : [`${place}: ${low} must be below ${high}`]
  )
}
