import { measurementOf } from '../../log/lines.ts'
import { appendLoad, emptyLoad } from '../loadSteps.ts'
import type { LoadQuery, LoadSteps, ManySeriesQuery, ReadingsStore, Series, SeriesQuery } from '../store.ts'
import { numberAt } from './answer.ts'
import { during, IDS_AT_ONCE, oneOf, quotedName, type RunQuery } from './influxQl.ts'
import { latestReadings } from './latest.ts'
import { loadMeasurement } from './lines.ts'
import { groupsOverTime } from './overTime.ts'
import { appendSeries, emptySeries, issuedOf, seriesById } from './seriesOf.ts'

/** The questions of the port in InfluxQL, with only what 1.x, 2.x and 3 have in common: one statement a request. */
export function influxReads(
  run: RunQuery
): Pick<ReadingsStore, 'query' | 'queryMany' | 'latest' | 'queryLoad'> {
  return {
    query: async ({ id, ...rest }) =>
      (await manySeries(run, { ...rest, ids: [id] })).get(id) ?? emptySeries(rest.fields, rest.kind),
    queryMany: ({ field, ...rest }: ManySeriesQuery) => manySeries(run, { ...rest, fields: [field] }),
    latest: query => latestReadings(run, query),
    queryLoad: query => loadSteps(run, query)
  }
}

async function manySeries(
  run: RunQuery,
  {
    kind,
    ids,
    from,
    to,
    fields,
    issuedBy = Number.POSITIVE_INFINITY
  }: Omit<SeriesQuery, 'id'> & { ids: readonly string[] }
): Promise<Map<string, Series>> {
  // interval_s stands in every reading, so that one with none of the asked members is found too.
  const columns = ['interval_s', 'quality', ...fields].map(quotedName).join(', ')
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
      const admitted = kind === 'forecast' ? groups.filter(({ tags }) => issuedOf(tags) <= issuedBy) : groups
      for (const [id, part] of seriesById(admitted, fields, kind)) {
        const series = found.get(id)
        if (series === undefined) found.set(id, part)
        else appendSeries(series, part)
      }
    }
  }
  return found
}

async function loadSteps(run: RunQuery, { node, from, to, stepS }: LoadQuery): Promise<LoadSteps> {
  const columns = stepS === 60 ? ['kw'] : ['kw', 'kw_min', 'kw_max', 'known']
  const selected = [...columns, 'reported', 'expected'].map(quotedName).join(', ')
  const source = `SELECT ${selected} FROM "${loadMeasurement[stepS]}" WHERE ${oneOf('node', [node])}`
  const answers = await groupsOverTime(run, span => `${source} AND ${during(span)}`, { from, to })
  const steps = emptyLoad()
  for (const { rows, place } of answers.flat()) {
    for (const row of rows) {
      const number = (column: string) => numberAt(row, place(column))
      const stored = {
        t: number('time') ?? 0,
        kw: number('kw'),
        kwMin: number('kw_min'),
        kwMax: number('kw_max'),
        known: number('known'),
        reported: number('reported') ?? 0,
        expected: number('expected') ?? 0
      }
      appendLoad(steps, stored, stepS)
    }
  }
  return steps
}
