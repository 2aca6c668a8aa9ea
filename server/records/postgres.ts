import { setTimeout as pause } from 'node:timers/promises'
import { type Dialect, PostgresDialect } from 'kysely'
import { Client, Pool, types } from 'pg'

const CANNOT_CONNECT_NOW = '57P03'
const START_UP_TRIES = 20

/**
 * A pool that has reached the server once. A server that is still starting is waited for (10 s); any other failure
 * rejects at once. `lost` hears of an idle connection that broke: the pool replaces it.
 */
export async function openPool(url: string, lost: (reason: string) => void): Promise<Pool> {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
    keepAlive: true,
    types: { getTypeParser }
  })
  pool.on('error', error => lost(`PostgreSQL: ${error.message}`))
  try {
    await reach(pool)
    return pool
  } catch (error) {
    await pool.end()
    throw error
  }
}

async function reach(pool: Pool): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await pool.query('select 1')
      return
    } catch (error) {
      const starting = error instanceof Error && 'code' in error && error.code === CANNOT_CONNECT_NOW
      if (!starting || tries === START_UP_TRIES) throw error
      await pause(500)
    }
  }
}

export function postgresDialect(pool: Pool): Dialect {
  return new PostgresDialect({ pool })
}

/** Where a URL leads, in words that may be shown: never the password. */
export function placeOf(url: string): string {
  try {
    const { host, port, database } = new Client({ connectionString: url })
    return `PostgreSQL at ${host}:${port}, database ${database ?? '(none)'}`
  } catch {
    return 'PostgreSQL (DATABASE_URL cannot be read as an address)'
  }
}

/** int8 and numeric come as text by default; every number Gridload stores is exact as a JavaScript number. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (oid === types.builtins.INT8 || oid === types.builtins.NUMERIC) return exactNumber
  return types.getTypeParser(oid, format as 'text')
}

function exactNumber(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw new RangeError(`too large: ${text}`)
  return number
}
