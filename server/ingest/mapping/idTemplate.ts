import { ID_PATTERN, isId } from '../../contract/id.ts'
import { compilePointer, type Follow, type Scopes } from './pointer.ts'

/** The id of an item as `{ id }`, or in words why it has none. */
export type ReadId = (variables: readonly string[], scopes: Scopes) => { id: string } | string

type Part = { text: string } | { place: number } | { follow: Follow; pointer: string }

/**
 * `{meter}` is a variable of the topic (`names`, in order), `{/MA_DDO}` a pointer into the item, all else is text.
 * `replacement` stands for each character that an id may not have; null: such an id is refused. Returns what is wrong in
 * words.
 */
export function compileId(
  template: string,
  names: readonly string[],
  levels: number,
  replacement: string | null
): ReadId | string {
  const parts = partsOf(template, names, levels)
  if (typeof parts === 'string') return parts
  return (variables, scopes) => {
    let text = ''
    for (const part of parts) {
      if ('text' in part) text += part.text
      else if ('place' in part) text += variables[part.place]
      else {
        const value = part.follow(scopes)
        if (typeof value !== 'string' && typeof value !== 'number')
          return `the id is missing: ${part.pointer} is neither a text nor a number`
        text += value
      }
    }
    const id = replacement === null ? text : replaceForeign(text, replacement)
    return isId(id) ? { id } : `"${text.slice(0, 80)}" is not an id (${ID_PATTERN})`
  }
}

function partsOf(template: string, names: readonly string[], levels: number): Part[] | string {
  const parts: Part[] = []
  for (const [index, piece] of template.split(/[{}]/).entries()) {
    if (index % 2 === 0) {
      if (piece !== '') parts.push({ text: piece })
    } else if (/^[\^/]/.test(piece)) {
      const follow = compilePointer(piece, levels)
      if (typeof follow === 'string') return `{${piece}} ${follow}`
      parts.push({ follow, pointer: piece })
    } else {
      const place = names.indexOf(piece)
      if (place === -1) return `{${piece}} is no variable of the topic`
      parts.push({ place })
    }
  }
  const braces = template.replace(/[^{}]/g, '')
  if (braces !== '{}'.repeat(braces.length / 2)) return 'has a brace without its other'
  if (braces === '') return 'names no variable and no pointer: every device would have the same id'
  return parts
}

/** Every character that an id may not have, replaced. */
export function replaceForeign(text: string, replacement: string): string {
  let id = ''
  for (const character of text) id += isIdCharacter(character) ? character : replacement
  return id
}

function isIdCharacter(character: string): boolean {
  return character.length === 1 && isId(character)
}
