import type { RunQuery } from '../influx/influxQl.ts'

/**
 * What to say of the index of an InfluxDB 1.x: `inmem`, its default, refuses whole batches beyond a number of ids. From
 * 1.7 on the server says which one it uses; before, only how many series it has can tell that the limit is near.
 * `limit`: max-values-per-tag, 0 for none.
 */
export function indexAdvice({
  index,
  limit,
  series
}: {
  index: string | null
  limit: number
  series: number
}): string | null {
  const isNear = series > limit / 2 && series <= limit
  const isInmem = index === 'inmem' || (index === null && isNear)
  if (limit === 0 || !isInmem) return null
  return `InfluxDB refuses readings of more than ${limit} ids with the index inmem: set index-version = "tsi1" under [data] and rebuild its index in time`
}

interface Answer {
  results?: {
    series?: { name: string; tags?: Record<string, string>; columns: string[]; values: unknown[][] }[]
  }[]
}

/** Asks the server; rejects when it does not let us. */
export async function askIndex(run: RunQuery, database: string): Promise<Parameters<typeof indexAdvice>[0]> {
  const tables = async (statement: string) => ((await run(statement)) as Answer).results?.[0]?.series ?? []
  const settings = (await tables('SHOW DIAGNOSTICS')).find(({ name }) => name === 'config-data')
  const place = settings?.columns.indexOf('max-values-per-tag') ?? -1
  const shards = (await tables("SHOW STATS FOR 'shard'")).filter(({ tags }) => tags?.database === database)
  const newest = shards.toSorted((a, b) => Number(a.tags?.id) - Number(b.tags?.id)).at(-1)
  const [count] = await tables('SHOW SERIES CARDINALITY')
  return {
    index: newest?.tags?.indexType ?? null,
    limit: Number(settings?.values[0]?.[place] ?? 0),
    series: Number(count?.values[0]?.[0] ?? 0)
  }
}
