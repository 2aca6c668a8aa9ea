import { createHash } from 'node:crypto'

/** JSON beyond this many characters is kept as its digest. */
const MOST_KEPT = 16 * 1024
const MOST_DEPTH = 40
/** Persons of a customer: wherever they stand, they can be taken out of the register, never out of the chain. */
const PERSONS = ['by', 'givenBy', 'contacts']

/** What of a body or an object goes into the audit chain for ever: without names of persons, and of bounded size. */
export function forTheChain(value: unknown, isPersonal = false): unknown {
  return bounded(withoutNames(value, isPersonal ? [...PERSONS, 'name', 'userName'] : PERSONS, 0))
}

/** The same beside the chain, where it can be erased: with the names. */
export function bounded(value: unknown): unknown {
  if (value === null || value === undefined) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.length <= MOST_KEPT) return value
  return { sha256: createHash('sha256').update(text).digest('hex'), characters: text.length }
}

/** Who signed is told by the entry's `actorId`; the name itself must stay erasable. */
function withoutNames(value: unknown, names: readonly string[], depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return value
  if (Array.isArray(value)) return value.map(item => withoutNames(item, names, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      names.includes(name) && isNamed(member) ? NAME : withoutNames(member, names, depth + 1)
    ])
  )
}

const NAME = '(a name)'

const isNamed = (member: unknown): boolean =>
  typeof member === 'string' || (Array.isArray(member) && member.length > 0)
