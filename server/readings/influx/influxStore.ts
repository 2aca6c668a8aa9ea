import { requireFields, throwIfRefused, unstorableRows } from '../storable.ts'
import { type ReadingsStore, type RefusedRow, StoreError } from '../store.ts'
import { batchLines } from './batchLines.ts'
import { Identities } from './identities.ts'
import type { RunQuery } from './influxQl.ts'
import { InOrder } from './inOrder.ts'
import { loadLine } from './lines.ts'
import { influxReads } from './reads.ts'
import { RequestMemory } from './requestMemory.ts'
import { type HttpAnswer, readWriteAnswer, type ServerWords } from './writeAnswer.ts'
import { writeLines } from './writeLines.ts'

/** How to reach one kind of InfluxDB. Both reject with a StoreError when the server cannot be reached. */
export interface InfluxTransport {
  /** One write request; any status is an answer. */
  post(lines: Buffer): Promise<HttpAnswer>
  run: RunQuery
  words: ServerWords
  /** What the operator should change; null while there is nothing. */
  readonly advice: string | null
  /** Ends what is under way. */
  close(): void
}

/** The port on top of any InfluxDB, which may be given so many rows in a write, also in one request, and so many writes at a time. */
export function createInfluxStore(
  kind: 'influx1' | 'influx2',
  transport: InfluxTransport,
  now: () => number,
  limits: ReadingsStore['limits']
): ReadingsStore {
  const { words } = transport
  const reads = influxReads(transport.run)
  const order = new InOrder()
  /** Used again, as many as writes are under way. */
  const spare: { identities: Identities; memory: RequestMemory }[] = []
  const post = async (body: Buffer, lines: number) =>
    readWriteAnswer(await transport.post(body), { lines, words, now: now() })

  // Roll-ups are few, and a row may be written again at once: one after another.
  let lastLoad: Promise<unknown> = Promise.resolve()

  return {
    kind,
    limits,
    get advice() {
      return transport.advice
    },
    async write(batch) {
      const refused: RefusedRow[] = unstorableRows(batch)
      const used = spare.pop() ?? { identities: new Identities(), memory: new RequestMemory() }
      const { identities, memory } = used
      const lines = batchLines(batch, new Set(refused.map(({ row }) => row)), identities, memory)
      try {
        if (lines.rows.length > 0) {
          const bad = await order.run(identities, () =>
            writeLines(lines, rows => post(lines.body(rows), rows.length), limits.rows)
          )
          for (const [last, reason] of bad)
            for (const row of lines.behind(last)) refused.push({ row, reason })
        }
      } finally {
        spare.push(used)
      }
      throwIfRefused(refused)
    },
    async writeLoad(rows, stepS) {
      const lines = rows.map(row => loadLine(row, stepS))
      const all = { rows: [...lines.keys()], bytesOf: (row: number) => lines[row]?.length ?? 0 }
      const turn = lastLoad.then(() =>
        writeLines(
          all,
          asked => post(Buffer.concat(asked.flatMap(row => lines[row] ?? [])), asked.length),
          limits.rows
        )
      )
      lastLoad = turn.catch(() => undefined)
      const refused = await turn
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
      transport.close()
      await lastLoad
    }
  }
}
