import { compilePointer, type Follow, type Scopes, stepsOf } from './pointer.ts'

/**
 * Takes the arrays of a message apart, each inside the items of the one before:
 *
 *   items ["/meters", "/rows"]     { "meters": [ { "rows": [ ①, ② ] }, { "rows": [ ③ ] } ] }
 */
export interface FanOut {
  /** How many arrays lie around an item. */
  readonly levels: number
  /** Visits every item; what is no array is told as a problem, and the rest goes on. false: stopped by `visit`. */
  each(root: unknown, visit: Visit, problem: (indices: readonly number[], reason: string) => void): boolean
  /** `/meters/1/rows/0`; empty for the message itself. */
  place(indices: readonly number[]): string
  /** The message with no other item than this one: what can be sent again once the cause is gone. */
  alone(root: unknown, indices: readonly number[]): unknown
}

/** The scopes and indices are reused: valid during the call. Returns false to stop. */
type Visit = (scopes: Scopes, indices: readonly number[]) => boolean

export function compileFanOut(pointers: readonly string[]): FanOut | string {
  const arrays: { follow: Follow; pointer: string; steps: readonly string[] }[] = []
  for (const [level, pointer] of pointers.entries()) {
    const steps = stepsOf(pointer)
    if (typeof steps === 'string') return `items[${level}]: ${pointer} ${steps}`
    const follow = compilePointer(pointer, level)
    if (typeof follow === 'string') return `items[${level}]: ${pointer} ${follow}`
    arrays.push({ follow, pointer, steps })
  }

  function each(
    root: unknown,
    visit: Visit,
    problem: (indices: readonly number[], reason: string) => void
  ): boolean {
    const scopes: unknown[] = [root]
    const indices: number[] = []
    const descend = (level: number): boolean => {
      const array = arrays[level]
      if (array === undefined) return visit(scopes, indices)
      const items = array.follow(scopes)
      if (!Array.isArray(items)) {
        problem(indices, `${array.pointer === '' ? 'it' : array.pointer} is not an array`)
        return true
      }
      for (const [index, item] of items.entries()) {
        scopes[level + 1] = item
        indices[level] = index
        const goesOn = descend(level + 1)
        if (!goesOn) return false
      }
      scopes.length = level + 1
      indices.length = level
      return true
    }
    return descend(0)
  }

  const alone = (value: unknown, indices: readonly number[], level = 0): unknown => {
    const array = arrays[level]
    const index = indices[level]
    if (array === undefined || index === undefined) return value
    return replaceAt(value, array.steps, items => [alone((items as unknown[])[index], indices, level + 1)])
  }

  return {
    levels: arrays.length,
    each,
    alone,
    place: indices => indices.map((index, level) => `${arrays[level]?.pointer ?? ''}/${index}`).join('')
  }
}

/** A copy in which only what the steps lead to is another. */
function replaceAt(value: unknown, steps: readonly string[], change: (old: unknown) => unknown): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return change(value)
  if (Array.isArray(value)) {
    const index = Number(step)
    return value.map((item, place) => (place === index ? replaceAt(item, rest, change) : item))
  }
  const object = value as Record<string, unknown>
  return { ...object, [step]: replaceAt(object[step], rest, change) }
}
