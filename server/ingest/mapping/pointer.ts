import { isObject } from '../json.ts'

/** What a pointer can reach: the whole message first, then the item of each array that was taken apart, innermost last. */
export type Scopes = readonly unknown[]
export type Follow = (scopes: Scopes) => unknown

/**
 * A JSON pointer (RFC 6901) into the innermost item; each `^` in front goes one item out.
 *
 *   { "dcu": …, "meters": [ { "no": …, "rows": [ { "P": … } ] } ] }
 *       ^^/dcu                 ^/no                 /P
 *
 * Returns how to follow it, which gives undefined for what is absent, or in words why it is none. `levels`: how many
 * arrays are taken apart around it.
 */
export function compilePointer(text: string, levels: number): Follow | string {
  const out = text.length - text.replace(/^\^+/, '').length
  if (out > levels) return `goes ${out} items out of ${levels}`
  const steps = stepsOf(text.slice(out))
  if (typeof steps === 'string') return steps
  const scope = levels - out
  const [step] = steps
  if (step === undefined) return scopes => scopes[scope]
  if (steps.length === 1) return scopes => member(scopes[scope], step)
  return scopes => {
    let value = scopes[scope]
    for (const one of steps) value = member(value, one)
    return value
  }
}

/** The steps of a pointer, or in words why it is none. */
export function stepsOf(pointer: string): string[] | string {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) return 'does not begin with /'
  if (/~(?![01])/.test(pointer)) return 'has a ~ that is neither ~0 nor ~1'
  return pointer
    .slice(1)
    .split('/')
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Only what the value has itself: a message cannot reach what every object inherits. */
function member(value: unknown, step: string): unknown {
  if (Array.isArray(value))
    return Object.hasOwn(value, step) && step !== 'length' ? value[Number(step)] : undefined
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}
