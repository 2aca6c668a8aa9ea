import { encodeReadings } from '../../log/lines.ts'
import type { ReadingBatch } from '../../log/readingBatch.ts'
import type { Identities } from './identities.ts'
import { digitsOf, numberIn, putNumber, qualityBefore, spaceOf } from './lineQuality.ts'
import type { RequestMemory } from './requestMemory.ts'

/** The lines of a batch as InfluxDB gets them: as they came, but for the few that must be written anew. */
export interface BatchLines {
  /** The rows that have a line, ascending. */
  rows: number[]
  /** The bytes of some of these lines, one after another, until the next call. They lie in the batch where that is possible. */
  body(rows: readonly number[]): Buffer
  bytesOf(row: number): number
  /** All rows that a line stands for: of several rows of one identity only the last has a line, which holds them all. */
  behind(row: number): readonly number[]
}

/**
 * The lines of a batch without the refused rows; fills `identities` with what they are. InfluxDB merges the same
 * identity itself, but InfluxDB 3 does not promise which of two values in one request it keeps: so they are merged here.
 */
export function batchLines(
  batch: ReadingBatch,
  refused: ReadonlySet<number>,
  identities: Identities,
  memory: RequestMemory
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
  /** 1 where other digits of the quality must be written into the line. */
  const judged = new Uint8Array(batch.count)
  /** How many bytes the line grows by that. */
  const growth = new Int8Array(batch.count)
  const { bytes, lineStart, quality } = batch
  const rows: number[] = []
  for (let row = 0; row < batch.count; row++) {
    if (refused.has(row) || merged.has(row)) continue
    rows.push(row)
    const same = repeats.get(row)
    const space = spaceOf(batch, row)
    const digits = qualityBefore(bytes, space)
    if (same !== undefined) anew.set(row, mergedLine(batch, same))
    else if (digits === -1) anew.set(row, lineAnew(batch, row))
    else if (numberIn(bytes, digits, space) !== quality[row]) {
      judged[row] = 1
      growth[row] = digitsOf(quality[row] ?? 0) - (space - digits)
    }
  }
  const start = (row: number) => lineStart[row] ?? 0
  const isUnchanged = anew.size === 0 && !judged.includes(1)

  const bytesOf = (row: number) => anew.get(row)?.length ?? start(row + 1) - start(row) + (growth[row] ?? 0)

  /** What stays as it is, over as many lines as it may be, is copied at once. */
  function body(asked: readonly number[]): Buffer {
    const [first = 0] = asked
    const last = asked.at(-1) ?? 0
    const isWhole = last - first + 1 === asked.length
    if (isWhole && isUnchanged) return bytes.subarray(start(first), start(last + 1))
    const sent = memory.take(asked.reduce((sum, row) => sum + bytesOf(row), 0))
    let end = 0
    let from = start(first)
    let to = from
    const copyRun = () => {
      if (from < to) end += bytes.copy(sent, end, from, to)
    }
    for (const row of asked) {
      const line = anew.get(row)
      if (line !== undefined || start(row) !== to) {
        copyRun()
        from = start(row)
      }
      to = start(row + 1)
      if (line !== undefined) {
        end += line.copy(sent, end)
        from = to
      } else if (judged[row] === 1) {
        const space = spaceOf(batch, row)
        to = qualityBefore(bytes, space)
        copyRun()
        end = putNumber(sent, end, quality[row] ?? 0)
        from = space
        to = start(row + 1)
      }
    }
    copyRun()
    return sent
  }

  return { rows, body, bytesOf, behind: row => repeats.get(row) ?? [row] }
}

/** The line of a row that says its quality elsewhere than at the end, or not at all. What the sender wrote stays as it is. */
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
