import type { Reading } from '../../contract/telemetry.ts'
import { requireFields, separate, throwIfRefused } from '../storable.ts'
import { type ReadingsStore, StoreError } from '../store.ts'
import type { RunQuery } from './influxQl.ts'
import { loadLine, mergeRepeats, readingLines } from './lines.ts'
import { influxReads } from './reads.ts'
import { type HttpAnswer, readWriteAnswer, type ServerWords } from './writeAnswer.ts'
import { type PostLines, type RefusedLines, writeLines } from './writeLines.ts'

/** How to reach one kind of InfluxDB. Both reject with a StoreError when the server cannot be reached. */
export interface InfluxTransport {
  /** One write request; any status is an answer. */
  post(lines: readonly string[]): Promise<HttpAnswer>
  run: RunQuery
  words: ServerWords
  close(): void
}

/** The port on top of any InfluxDB. */
export function createInfluxStore(
  kind: 'influx1' | 'influx2',
  transport: InfluxTransport,
  now: () => number
): ReadingsStore {
  const reads = influxReads(transport.run)
  const post: PostLines = async lines =>
    readWriteAnswer(await transport.post(lines), {
      lines: lines.length,
      words: transport.words,
      now: now()
    })

  // One write at a time: of two values the later one must arrive later.
  let lastWrite: Promise<unknown> = Promise.resolve()
  function inTurn(lines: readonly string[]): Promise<RefusedLines> {
    const turn = lastWrite.then(() => writeLines(lines, post))
    lastWrite = turn.catch(() => undefined)
    return turn
  }

  return {
    kind,
    advice: null,
    async write(batch) {
      const { good, refused } = separate(batch)
      const merged = mergeRepeats(good.map(({ reading }) => reading))
      if (merged.length > 0) {
        for (const [index, reason] of await inTurn(readingLines(merged))) {
          for (const { row, reading } of good)
            if (isSame(reading, merged[index])) refused.push({ row, reason })
        }
      }
      throwIfRefused(refused)
    },
    async writeLoad(rows, stepS) {
      const refused =
        rows.length > 0 ? await inTurn(rows.map(row => loadLine(row, stepS))) : new Map<number, string>()
      const [first] = refused.values()
      if (first !== undefined) {
        throw new StoreError('refused', `${refused.size} roll-ups refused, the first: ${first}`)
      }
    },
    async query(query) {
      requireFields(query.kind, query.fields)
      return reads.query(query)
    },
    async queryMany(query) {
      requireFields(query.kind, [query.field])
      return reads.queryMany(query)
    },
    latest: reads.latest,
    queryLoad: reads.queryLoad,
    async stop() {
      await lastWrite
      transport.close()
    }
  }
}

function isSame(a: Reading, b: Reading | undefined): boolean {
  return a.kind === b?.kind && a.id === b.id && a.ts === b.ts && a.issued === b.issued
}
