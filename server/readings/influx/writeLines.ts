import type { WriteFailure } from './writeAnswer.ts'

/** Lines in one request: more brings nothing on 1.x, and 2.x and 3 document this. */
const LINES_AT_ONCE = 5_000

/** Sends lines; null when all are stored. Rejects with a StoreError when the trouble is not in the lines. */
export type PostLines = (lines: readonly string[]) => Promise<WriteFailure | null>

/** The lines (by index) that the server will never take, each with its reason. */
export type RefusedLines = Map<number, string>

/**
 * Writes all lines that the server will take and finds those it will not. Writing a line twice changes nothing, so a
 * part that was answered with "some of them" is halved until the bad lines stand alone:
 *
 *   ........x...  some of them
 *   ......  ..x...
 *           ..x  ...
 *           ..  x ◄── refused
 */
export async function writeLines(lines: readonly string[], post: PostLines): Promise<RefusedLines> {
  const refused: RefusedLines = new Map()
  const parts: number[][] = []
  for (let first = 0; first < lines.length; first += LINES_AT_ONCE) {
    parts.unshift(range(first, Math.min(first + LINES_AT_ONCE, lines.length)))
  }
  // A stack, so that an earlier line is always written before a later one.
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const failure = await post(part.map(index => lines[index] ?? ''))
    if (failure !== null) parts.push(...rest(part, failure, refused))
  }
  return refused
}

/** What is still to be written of a part that failed, the last first; notes what is refused. */
function rest(part: number[], failure: WriteFailure, refused: RefusedLines): number[][] {
  switch (failure.what) {
    case 'these': {
      const left = part.filter((_, place) => !failure.refused.has(place))
      // A list that names none of these lines would go on for ever.
      if (left.length === part.length) return rest(part, { what: 'some', reason: 'not named' }, refused)
      for (const [place, index] of part.entries()) {
        const reason = failure.refused.get(place)
        if (reason !== undefined) refused.set(index, reason)
      }
      return left.length > 0 ? [left] : []
    }
    case 'all':
      for (const index of part) refused.set(index, failure.reason)
      return []
    case 'too-big':
    case 'some': {
      const [only] = part
      if (part.length === 1 && only !== undefined) {
        refused.set(only, failure.what === 'some' ? failure.reason : 'too big')
        return []
      }
      const middle = Math.ceil(part.length / 2)
      return [part.slice(middle), part.slice(0, middle)]
    }
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, offset) => from + offset)
}
