import { isObject } from '../json.ts'
import { type DecimalMark, readNumber, timesPowerOfTen } from './numbers.ts'
import { isPowerOrEnergy, type ObisCode, parseObis } from './obisCode.ts'
import { compilePointer, type Follow, type Scopes } from './pointer.ts'
import type { ObisSettings } from './schema.ts'

/** What an item says under OBIS codes, in our units (kW, kvar, kVA, kWh, V, A). */
export interface ObisValues {
  values: ReadonlyMap<ObisCode, number>
  /** Codes that no member is read from. */
  unknown: number
}
export type ReadObis = (scopes: Scopes) => ObisValues | string

/** Senders may put anything in the place of a code: so many are remembered. */
const MOST_SPELLINGS = 10_000

/**
 * How to read the codes that are `wanted`:
 *
 *   { "1-0:1.8.0": "0123.4", "1.7.0": { "value": 5, "scaler": 2 } }    or    [ { "obis": "1.8.0", "value": 5, "scaler": 2 }, … ]
 *
 * A value with a scaler is value × 10^scaler in W, Wh, V, … as DLMS has it. What is not there has no place in the map.
 */
export function compileObis(
  settings: ObisSettings,
  wanted: ReadonlySet<ObisCode>,
  levels: number,
  mark: DecimalMark
): ReadObis | string {
  const follow = compilePointer(settings.pointer ?? '', levels)
  if (typeof follow === 'string') return `pointer ${follow}`
  const inEntry: Follow[] = []
  for (const [name, usual] of [
    ['code', '/obis'],
    ['value', '/value'],
    ['scaler', '/scaler']
  ] as const) {
    const one = compilePointer(settings[name] ?? usual, 0)
    if (typeof one === 'string') return `${name} ${one}`
    inEntry.push(one)
  }
  const [codeIn, valueIn, scalerIn] = inEntry as [Follow, Follow, Follow]
  const divisor = settings.units === 'W' ? 1000 : 1
  const spellings = rememberSpellings()

  function readEntry(
    values: Map<ObisCode, number>,
    name: string,
    code: ObisCode,
    entry: unknown
  ): string | null {
    const isEntry = typeof entry === 'object' && entry !== null
    const scope = [entry]
    const value = readNumber(isEntry ? valueIn(scope) : entry, mark)
    if (value === null) return null
    const scaler = isEntry ? readNumber(scalerIn(scope), '.') : null
    if (Number.isNaN(value)) return `the value of ${name} is not a number`
    if (scaler !== null && !(Number.isInteger(scaler) && Math.abs(scaler) <= 20))
      return `the scaler of ${name} is not an integer from -20 to 20`
    const base = scaler === null ? value : timesPowerOfTen(value, scaler)
    values.set(code, isPowerOrEnergy(code) ? base / (scaler === null ? divisor : 1000) : base)
    return null
  }

  return scopes => {
    const found = follow(scopes)
    const values = new Map<ObisCode, number>()
    let unknown = 0
    const take = (name: string, entry: unknown): string | null => {
      const code = spellings(name)
      if (code !== null && wanted.has(code)) return readEntry(values, name, code, entry)
      if (code !== null) unknown++
      return null
    }
    if (Array.isArray(found)) {
      for (const entry of found) {
        const problem = take(String(codeIn([entry])), entry)
        if (problem !== null) return problem
      }
    } else if (isObject(found)) {
      for (const name in found) {
        const problem = take(name, found[name])
        if (problem !== null) return problem
      }
    } else return 'there are no OBIS codes: neither an object nor a list'
    return { values, unknown }
  }
}

function rememberSpellings(): (text: string) => ObisCode | null {
  const known = new Map<string, ObisCode | null>()
  return text => {
    const before = known.get(text)
    if (before !== undefined) return before
    const code = parseObis(text)
    if (known.size < MOST_SPELLINGS) known.set(text, code)
    return code
  }
}
