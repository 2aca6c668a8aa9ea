import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ESTIMATED } from '../../server/contract/quality.ts'

/** A measured row of measurement or table `meter`, as the store holds it; estimates are nobody's reading. */
export interface StoredRow {
  meter: string
  ts: number
  kw: number
}

/** A day file may add the hour to the number of an id, above this bit. */
const ID_BASE = 2 ** 32
const MEASURED = `SELECT id, ts, kw FROM meter WHERE kw IS NOT NULL AND quality & ${ESTIMATED} = 0`

/** Every meter reading in the day files of the embedded store; the product must have ended. */
export function* storedInSqlite(dataDirectory: string): Generator<StoredRow> {
  const folder = join(dataDirectory, 'readings')
  if (!existsSync(join(folder, 'ids.sqlite'))) return
  const meters = new Map<number, string>()
  for (const [n, id] of rowsOf(join(folder, 'ids.sqlite'), 'SELECT n, id FROM ids')) {
    meters.set(Number(n), String(id))
  }
  for (const name of readdirSync(folder).filter(name => /^readings-.*\.sqlite$/.test(name))) {
    for (const [n, ts, kw] of rowsOf(join(folder, name), MEASURED)) {
      yield { meter: meters.get(Number(n) % ID_BASE) ?? `L of number ${n}`, ts: Number(ts), kw: Number(kw) }
    }
  }
}

function* rowsOf(file: string, sql: string): Generator<unknown[]> {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    yield* statement.iterate() as unknown as Iterable<unknown[]>
  } finally {
    database.close()
  }
}

interface Chunk {
  error?: string
  results?: {
    error?: string
    series?: { tags: { id: string }; values: [ts: number, kw: number | null, quality: number | null][] }[]
  }[]
}

/** Every meter reading in an InfluxDB 1.x, by its own `/query` in chunks. */
export async function* storedInInflux(url: string, database: string): AsyncGenerator<StoredRow> {
  const body = new URLSearchParams({
    q: 'SELECT kw, quality FROM meter GROUP BY id',
    db: database,
    epoch: 'ms',
    chunked: 'true',
    chunk_size: '20000'
  })
  const response = await fetch(`${url}/query`, { method: 'POST', body })
  for await (const line of linesOf(response)) {
    const chunk = JSON.parse(line) as Chunk
    const [result] = chunk.results ?? []
    const error = chunk.error ?? result?.error
    if (error !== undefined) throw new Error(`InfluxDB: ${error}`)
    for (const { tags, values } of result?.series ?? []) {
      for (const [ts, kw, quality] of values) {
        if (kw !== null && ((quality ?? 0) & ESTIMATED) === 0) yield { meter: tags.id, ts, kw }
      }
    }
  }
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of response.body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter(line => line !== '')
  }
  if (rest.trim() !== '') yield rest
}
