import { readingFields, readingKinds } from '../contract/telemetry.ts'
import { VALUE_COUNT, valueColumn, valueNames } from '../log/valueColumns.ts'
import { standsAt } from './byteRuns.ts'
import { required } from './readingItem.ts'

/**
 * What an item may have beside its measured members. Every member has a number: a measured one that of its column, and
 * these. A set of members is a word with one bit each.
 */
export const TS = VALUE_COUNT
export const INTERVAL = VALUE_COUNT + 1
export const ISSUED = VALUE_COUNT + 2
/** These two name the device in a concentrator's item. */
export const METER = VALUE_COUNT + 3
export const TRANSFORMER = VALUE_COUNT + 4

const names = [...valueNames, 'ts', 'interval', 'issued', 'meter', 'transformer'].map(name =>
  Buffer.from(name)
)

/** By length and first byte, which leaves few to compare: the first that looks so, and for each the next that does. */
const firstByLook = new Int8Array(4096).fill(-1)
const nextAlike = new Int8Array(names.length).fill(-1)
for (const [index, name] of names.entries()) {
  const look = lookOf(name.length, name[0] ?? 0)
  nextAlike[index] = firstByLook[look] ?? -1
  firstByLook[look] = index
}

function lookOf(length: number, first: number): number {
  return ((length & 15) << 8) | first
}

/** The number of the member whose name is bytes[from … end); -1 where the contract has none such. */
export function memberAt(bytes: Buffer, from: number, end: number): number {
  let found = firstByLook[lookOf(end - from, bytes[from] ?? 0)] ?? -1
  while (found >= 0) {
    const name = names[found]
    if (name !== undefined && name.length === end - from && standsAt(bytes, from, name)) return found
    found = nextAlike[found] ?? -1
  }
  return -1
}

function setOf(members: readonly number[]): number {
  return members.reduce((set, member) => set | (1 << member), 0)
}

/** The members of an item of one kind. */
export interface ItemMembers {
  /** Of the measured ones, in the order of their lines. */
  columns: Int32Array
  measured: number
  /** Measured ones of which at least one must be known. */
  required: number
  /** All that the contract knows. */
  known: number
  /** The member by which a concentrator's item names the device; 0: it never does. */
  naming: number
}

/** By place in `readingKinds`. */
export const itemMembers: readonly ItemMembers[] = readingKinds.map(kind => {
  const columns = readingFields[kind].map(name => valueColumn[name])
  const frame = kind === 'forecast' ? [TS, INTERVAL, ISSUED] : [TS, INTERVAL]
  return {
    columns: Int32Array.from(columns),
    measured: setOf(columns),
    required: setOf(required[kind].map(name => valueColumn[name])),
    known: setOf([...columns, ...frame]),
    naming: kind === 'meter' ? setOf([METER]) : kind === 'transformer' ? setOf([TRANSFORMER]) : 0
  }
})

/** Before it is known whom an item of a concentrator is about, any measured member may be meant. */
export const concentratorMembers = setOf([
  ...valueNames.map(name => valueColumn[name]),
  ...[TS, INTERVAL, METER, TRANSFORMER]
])
