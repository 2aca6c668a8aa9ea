import type { Reading } from '../../contract/telemetry.ts'
import type {
  LatestQuery,
  LoadQuery,
  LoadRow,
  LoadStepS,
  LoadSteps,
  ManySeriesQuery,
  Series,
  SeriesQuery
} from '../store.ts'
import { openDayFiles } from './dayFiles.ts'
import { openIdDictionary } from './idDictionary.ts'
import { readLatest, readLoad, readSeries } from './reads.ts'
import { writeLoadRows, writeReadings } from './writes.ts'

/** The store without promises: everything throws StoreErrors. */
export interface DayStore {
  write(readings: readonly Reading[]): void
  query(query: SeriesQuery): Series
  queryMany(query: ManySeriesQuery): Map<string, Series>
  latest(query: LatestQuery): Map<string, Reading>
  writeLoad(rows: readonly LoadRow[], stepS: LoadStepS): void
  queryLoad(query: LoadQuery): LoadSteps
  close(): void
}

/** Enough for 45 days of history and the forecasts ahead without opening a file twice. */
const MAX_OPEN_FILES = 64

/** Opens the day files of a directory; created when missing. */
export function openDayStore(directory: string, { maxOpenFiles = MAX_OPEN_FILES } = {}): DayStore {
  const files = openDayFiles(directory, maxOpenFiles)
  const ids = openIdDictionary(directory)

  return {
    write: readings => writeReadings(files, ids, readings),
    writeLoad: (rows, stepS) => writeLoadRows(files, ids, rows, stepS),
    query: query => readSeries(files, { ...query, n: ids.find(query.id) }),
    queryMany({ ids: wanted, field, ...range }) {
      const found = new Map<string, Series>()
      for (const id of wanted) {
        const series = readSeries(files, { ...range, fields: [field], n: ids.find(id) })
        if (series.t.length > 0) found.set(id, series)
      }
      return found
    },
    latest: query => readLatest(files, ids, query),
    queryLoad: ({ node, ...rest }) => readLoad(files, { n: ids.find(node), ...rest }),
    close() {
      files.close()
      ids.close()
    }
  }
}
