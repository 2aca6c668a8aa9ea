import { encodeReadings } from '../../log/lines.ts'
import type { ReadingBatch } from '../../log/readingBatch.ts'
import type { Identities } from './identities.ts'

/** The lines of a batch as InfluxDB gets them: as they came, but for the few that must be written anew. */
export interface BatchLines {
  /** The rows that have a line, ascending. */
  rows: number[]
  /** The bytes of some of these lines, one after another. They lie in the batch where that is possible. */
  body(rows: readonly number[]): Buffer
  bytesOf(row: number): number
  /** All rows that a line stands for: of several rows of one identity only the last has a line, which holds them all. */
  behind(row: number): readonly number[]
}

const ZERO = 0x30
const NINE = 0x39
const SPACE = 0x20
const QUALITY = Buffer.from(',quality=', 'latin1')

/**
 * The lines of a batch without the refused rows; fills `identities` with what they are. InfluxDB merges the same
 * identity itself, but InfluxDB 3 does not promise which of two values in one request it keeps: so they are merged here.
 */
export function batchLines(
  batch: ReadingBatch,
  refused: ReadonlySet<number>,
  identities: Identities
): BatchLines {
  const repeats = new Map<number, number[]>()
  identities.fill(
    batch,
    row => !refused.has(row),
    (row, earlier) => {
      repeats.set(row, [...(repeats.get(earlier) ?? [earlier]), row])
      repeats.delete(earlier)
    }
  )
  const merged = new Set([...repeats.values()].flatMap(rows => rows.slice(0, -1)))
  const anew = new Map<number, Buffer>()
  const rows: number[] = []
  for (let row = 0; row < batch.count; row++) {
    if (refused.has(row) || merged.has(row)) continue
    rows.push(row)
    const same = repeats.get(row)
    if (same !== undefined) anew.set(row, mergedLine(batch, same))
    else if (!saysQuality(batch, row)) anew.set(row, lineAnew(batch, row))
  }
  const start = (row: number) => batch.lineStart[row] ?? 0
  const bytesOf = (row: number) => anew.get(row)?.length ?? start(row + 1) - start(row)

  /** Unchanged neighbours are copied at once. */
  function body(asked: readonly number[]): Buffer {
    const [first = 0] = asked
    const last = asked.at(-1) ?? 0
    const isWhole = last - first + 1 === asked.length
    if (isWhole && anew.size === 0) return batch.bytes.subarray(start(first), start(last + 1))
    const bytes = Buffer.allocUnsafe(asked.reduce((sum, row) => sum + bytesOf(row), 0))
    let end = 0
    for (let at = 0; at < asked.length; ) {
      const from = asked[at] ?? 0
      const line = anew.get(from)
      if (line !== undefined) {
        end += line.copy(bytes, end)
        at++
        continue
      }
      let to = from
      while (asked[at] === to && !anew.has(to)) {
        at++
        to++
      }
      end += batch.bytes.copy(bytes, end, start(from), start(to))
    }
    return bytes
  }

  return { rows, body, bytesOf, behind: row => repeats.get(row) ?? [row] }
}

/** Whether the line of a row ends with the quality that the batch says: `…,quality=<bits> <ts>\n`. */
function saysQuality({ bytes, lineStart, quality }: ReadingBatch, row: number): boolean {
  let at = (lineStart[row + 1] ?? 0) - 2
  while (bytes[at] !== SPACE) at--
  let bits = 0
  let worth = 1
  for (let byte = bytes[--at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[--at] ?? 0) {
    bits += (byte - ZERO) * worth
    worth *= 10
  }
  if (worth === 1 || bits !== quality[row]) return false
  const name = at - QUALITY.length + 1
  for (let index = 0; index < QUALITY.length; index++)
    if (bytes[name + index] !== QUALITY[index]) return false
  return true
}

/** The line of a row with the quality of the batch. What the sender wrote stays as it is. */
function lineAnew(batch: ReadingBatch, row: number): Buffer {
  const line = batch.line(row).replace(/([ ,]quality=)[^ ,]*/, `$1${batch.quality[row]}`)
  return Buffer.from(`${line}\n`, 'latin1')
}

/** One line for rows of the same identity: of each member the last that is known. */
function mergedLine(batch: ReadingBatch, rows: readonly number[]): Buffer {
  const last = rows.at(-1) ?? 0
  const reading = batch.reading(last)
  const values = Object.assign({}, ...rows.map(row => batch.reading(row).values))
  return encodeReadings([{ ...reading, values }])
}
