import type { WriteFailure } from './writeAnswer.ts'

/** However long the lines are, a request is no larger than so many of this length. */
const BYTES_A_LINE = 200

/** Lines by number, and how many bytes each has. */
export interface Lines {
  rows: readonly number[]
  bytesOf(row: number): number
}

/** Sends the lines of these rows; null when all are stored. Rejects with a StoreError when the trouble is not in the lines. */
export type PostLines = (rows: readonly number[]) => Promise<WriteFailure | null>

/** The rows whose line the server will never take, each with its reason. */
export type RefusedLines = Map<number, string>

/**
 * Writes all lines that the server will take, so many in a request at most, and finds those it will not. Writing a line twice changes nothing, so a
 * part that was answered with "some of them" is halved until the bad lines stand alone:
 *
 *   ........x...  some of them
 *   ......  ..x...
 *           ..x  ...
 *           ..  x ◄── refused
 */
export async function writeLines(lines: Lines, post: PostLines, mostLines: number): Promise<RefusedLines> {
  const refused: RefusedLines = new Map()
  const parts = requests(lines, mostLines).reverse()
  // A stack, so that an earlier line is always written before a later one.
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const failure = await post(part)
    if (failure !== null) parts.push(...rest(part, failure, refused))
  }
  return refused
}

/** The lines in as few requests as the limits allow. */
function requests({ rows, bytesOf }: Lines, mostLines: number): (readonly number[])[] {
  const parts: (readonly number[])[] = []
  let first = 0
  let bytes = 0
  for (let at = 0; at < rows.length; at++) {
    const more = bytesOf(rows[at] ?? 0)
    if (at > first && (at - first >= mostLines || bytes + more > mostLines * BYTES_A_LINE)) {
      parts.push(rows.slice(first, at))
      first = at
      bytes = 0
    }
    bytes += more
  }
  if (rows.length > 0) parts.push(first === 0 ? rows : rows.slice(first))
  return parts
}

/** What is still to be written of a part that failed, the last first; notes what is refused. */
function rest(part: readonly number[], failure: WriteFailure, refused: RefusedLines): (readonly number[])[] {
  switch (failure.what) {
    case 'these': {
      const left = part.filter((_, place) => !failure.refused.has(place))
      // A list that names none of these lines would go on for ever.
      if (left.length === part.length) return rest(part, { what: 'some', reason: 'not named' }, refused)
      for (const [place, row] of part.entries()) {
        const reason = failure.refused.get(place)
        if (reason !== undefined) refused.set(row, reason)
      }
      return left.length > 0 ? [left] : []
    }
    case 'all':
      for (const row of part) refused.set(row, failure.reason)
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
