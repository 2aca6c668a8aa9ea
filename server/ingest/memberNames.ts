import { readingFields, readingKinds } from '../contract/telemetry.ts'
import { VALUE_COUNT, valueColumn, valueNames } from '../log/valueColumns.ts'
import { required } from './readingItem.ts'

/**
 * Every member that an item may have has a number: a measured one that of its column, the others these. A set of
 * members is a word with one bit each.
 */
export const INTERVAL = VALUE_COUNT
export const TS = VALUE_COUNT + 1
export const ISSUED = VALUE_COUNT + 2
/** These two name the device in a concentrator's item. */
export const METER = VALUE_COUNT + 3
export const TRANSFORMER = VALUE_COUNT + 4
export const MEMBER_COUNT = VALUE_COUNT + 5

const names = [...valueNames, 'interval', 'ts', 'issued', 'meter', 'transformer']
/** Each as `"name":`, so far apart. */
const STRIDE = 16
const tokens = Buffer.alloc(MEMBER_COUNT * STRIDE)
const tokenBytes = new Uint8Array(MEMBER_COUNT)

/** By the first two bytes, which leaves two to compare at most: the first that begins so, and for each the next one. */
const firstByLook = new Int8Array(1024).fill(-1)
const nextAlike = new Int8Array(MEMBER_COUNT).fill(-1)
for (const [member, name] of names.entries()) {
  const at = member * STRIDE
  tokenBytes[member] = tokens.write(`"${name}":`, at, 'latin1')
  const look = lookOf(tokens[at + 1] ?? 0, tokens[at + 2] ?? 0)
  nextAlike[member] = firstByLook[look] ?? -1
  firstByLook[look] = member
}

function lookOf(first: number, second: number): number {
  return (first ^ (second << 3)) & 1023
}

/** The number of the member whose name begins with the quote at `at`; -1 where the contract has none such. */
export function memberAt(bytes: Buffer, at: number): number {
  let member = firstByLook[lookOf(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)] ?? -1
  while (member >= 0 && !standsAt(bytes, at, member, 1)) member = nextAlike[member] ?? -1
  return member
}

/** Where the value begins if exactly `"name":` of this member stands at `at`; else -1. */
export function endOfToken(bytes: Buffer, at: number, member: number): number {
  return standsAt(bytes, at, member, 0) ? at + (tokenBytes[member] ?? 0) : -1
}

/** Where the closing quote of this member's name stands, whose opening quote is at `at`. */
export function endOfName(at: number, member: number): number {
  return at + (tokenBytes[member] ?? 0) - 2
}

function standsAt(bytes: Buffer, at: number, member: number, without: number): boolean {
  const length = (tokenBytes[member] ?? 0) - without
  const token = member * STRIDE
  let index = 0
  while (index < length && bytes[at + index] === tokens[token + index]) index++
  return index === length
}

function setOf(members: readonly number[]): number {
  return members.reduce((set, member) => set | (1 << member), 0)
}

/** The members of an item of one kind. */
export interface ItemMembers {
  /** Those that are numbers, in the order of their lines. */
  numbers: Int32Array
  /** Measured ones of which at least one must be known. */
  required: number
  /** All that the contract knows. */
  known: number
  /** The member by which a concentrator's item names the device; 0: it never does. */
  naming: number
}

/** By place in `readingKinds`. */
export const itemMembers: readonly ItemMembers[] = readingKinds.map(kind => {
  const numbers = [...readingFields[kind].map(name => valueColumn[name]), INTERVAL]
  const moments = kind === 'forecast' ? [TS, ISSUED] : [TS]
  return {
    numbers: Int32Array.from(numbers),
    required: setOf(required[kind].map(name => valueColumn[name])),
    known: setOf([...numbers, ...moments]),
    naming: kind === 'meter' ? setOf([METER]) : kind === 'transformer' ? setOf([TRANSFORMER]) : 0
  }
})

/** Before it is known whom an item of a concentrator is about, any measured member may be meant. */
export const concentratorMembers = setOf([
  ...valueNames.map(name => valueColumn[name]),
  ...[INTERVAL, TS, METER, TRANSFORMER]
])
