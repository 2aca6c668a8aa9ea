import { measurementOf } from '../../log/lines.ts'
import type { LoadMinutes, LoadQuery, ManySeriesQuery, ReadingsStore, Series, SeriesQuery } from '../store.ts'
import { numberAt } from './answer.ts'
import { during, IDS_AT_ONCE, oneOf, quotedName, type RunQuery } from './influxQl.ts'
import { latestReadings } from './latest.ts'
import { groupsOverTime } from './overTime.ts'
import { appendSeries, emptySeries, seriesById } from './seriesOf.ts'

/** The questions of the port in InfluxQL, with only what 1.x, 2.x and 3 have in common: one statement a request. */
export function influxReads(
  run: RunQuery
): Pick<ReadingsStore, 'query' | 'queryMany' | 'latest' | 'queryLoad'> {
  return {
    query: async ({ id, ...rest }) =>
      (await manySeries(run, { ...rest, ids: [id] })).get(id) ?? emptySeries(rest.fields),
    queryMany: ({ field, ...rest }: ManySeriesQuery) => manySeries(run, { ...rest, fields: [field] }),
    latest: query => latestReadings(run, query),
    queryLoad: query => loadMinutes(run, query)
  }
}

async function manySeries(
  run: RunQuery,
  { kind, ids, from, to, fields }: Omit<SeriesQuery, 'id'> & { ids: readonly string[] }
): Promise<Map<string, Series>> {
  // interval_s stands in every reading, so that one with none of the asked members is found too.
  const columns = ['interval_s', ...fields].map(quotedName).join(', ')
  const groupBy = kind === 'forecast' ? '"id", "issued"' : '"id"'
  const found = new Map<string, Series>()
  for (let first = 0; first < ids.length; first += IDS_AT_ONCE) {
    const source = `SELECT ${columns} FROM "${measurementOf[kind]}"`
    const isOne = oneOf('id', ids.slice(first, first + IDS_AT_ONCE))
    const answers = await groupsOverTime(
      run,
      span => `${source} WHERE ${isOne} AND ${during(span)} GROUP BY ${groupBy}`,
      { from, to }
    )
    for (const groups of answers) {
      for (const [id, part] of seriesById(groups, fields)) {
        const series = found.get(id)
        if (series === undefined) found.set(id, part)
        else appendSeries(series, part)
      }
    }
  }
  return found
}

async function loadMinutes(run: RunQuery, { node, from, to }: LoadQuery): Promise<LoadMinutes> {
  const source = `SELECT "kw", "reported", "expected" FROM "load" WHERE ${oneOf('node', [node])}`
  const answers = await groupsOverTime(run, span => `${source} AND ${during(span)}`, { from, to })
  const minutes: LoadMinutes = { t: [], kw: [], reported: [], expected: [] }
  for (const { rows, place } of answers.flat()) {
    for (const row of rows) {
      const reported = numberAt(row, place('reported')) ?? 0
      minutes.t.push(numberAt(row, place('time')) ?? 0)
      minutes.kw.push(reported === 0 ? null : numberAt(row, place('kw')))
      minutes.reported.push(reported)
      minutes.expected.push(numberAt(row, place('expected')) ?? 0)
    }
  }
  return minutes
}
