/** Reads what a clock showed, as milliseconds since 1970 of that clock; null where the text is another or no such time exists. */
export type ReadClock = (text: string) => number | null

type Token = { literal: string } | { part: Part; least: number; most: number }
type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction'

const tokens: Record<string, Exclude<Token, { literal: string }>> = {
  yyyy: { part: 'year', least: 4, most: 4 },
  MM: { part: 'month', least: 2, most: 2 },
  M: { part: 'month', least: 1, most: 2 },
  dd: { part: 'day', least: 2, most: 2 },
  d: { part: 'day', least: 1, most: 2 },
  HH: { part: 'hour', least: 2, most: 2 },
  H: { part: 'hour', least: 1, most: 2 },
  mm: { part: 'minute', least: 2, most: 2 },
  ss: { part: 'second', least: 2, most: 2 },
  SSS: { part: 'fraction', least: 3, most: 3 }
}
const needed: readonly Part[] = ['year', 'month', 'day', 'hour', 'minute']

/** How to read `dd/MM/yyyy HH:mm:ss` and the like, or in words what is wrong with the pattern. */
export function compileClockPattern(pattern: string): ReadClock | string {
  const parts = tokensOf(pattern)
  if (typeof parts === 'string') return parts
  return text => {
    const found = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, fraction: 0 }
    let at = 0
    for (const token of parts) {
      if ('literal' in token) {
        if (text[at++] !== token.literal) return null
        continue
      }
      const start = at
      let value = 0
      while (at - start < token.most) {
        const digit = text.charCodeAt(at) - 48
        if (!(digit >= 0 && digit <= 9)) break
        value = value * 10 + digit
        at++
      }
      if (at - start < token.least) return null
      found[token.part] = value
    }
    return at === text.length ? clockMs(found) : null
  }
}

function tokensOf(pattern: string): Token[] | string {
  const parts: Token[] = []
  for (const [piece] of pattern.matchAll(/([A-Za-z])\1*|[^A-Za-z]/g)) {
    const token = tokens[piece]
    if (token !== undefined) parts.push(token)
    else if (piece === 'T' || /[^A-Za-z0-9]/.test(piece)) parts.push({ literal: piece })
    else return `has ${piece}, which is none of ${Object.keys(tokens).join(', ')}`
  }
  const names = parts.flatMap(token => ('part' in token ? [token.part] : []))
  const missing = needed.find(part => !names.includes(part))
  if (missing !== undefined) return `does not say the ${missing}`
  const twice = names.find((part, place) => names.indexOf(part) !== place)
  return twice === undefined ? parts : `says the ${twice} twice`
}

function clockMs(found: Record<Part, number>): number | null {
  const { year, month, day, hour, minute, second, fraction } = found
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 || year < 1970) return null
  const midnight = Date.UTC(year, month - 1, day)
  if (day < 1 || new Date(midnight).getUTCDate() !== day) return null
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + fraction
}
