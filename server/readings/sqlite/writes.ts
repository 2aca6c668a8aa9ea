import type { SQLInputValue } from 'node:sqlite'
import { type Reading, readingFields } from '../../contract/telemetry.ts'
import type { LoadRow, LoadStepS } from '../store.ts'
import { type DayFiles, dayOf } from './dayFiles.ts'
import type { IdDictionary } from './idDictionary.ts'
import { upsertLoad, upsertReading } from './schema.ts'

/** One transaction a day file: a batch of history touches many, and each costs one fsync. Order stays within a day. */
export function writeReadings(files: DayFiles, ids: IdDictionary, readings: readonly Reading[]): void {
  ids.assign(readings.map(reading => reading.id))
  for (const [day, ofDay] of Map.groupBy(readings, reading => dayOf(reading.ts))) {
    const file = files.open(day)
    file.transaction(() => {
      for (const reading of ofDay)
        file.run(upsertReading[reading.kind], ...row(reading, ids.find(reading.id)))
    })
  }
}

function row(reading: Reading, n: number | null): SQLInputValue[] {
  const values: SQLInputValue[] = [n, reading.ts]
  if (reading.kind === 'forecast') values.push(reading.issued)
  values.push(reading.intervalS, reading.quality)
  for (const field of readingFields[reading.kind]) values.push(reading.values[field] ?? null)
  return values
}

export function writeLoadRows(
  files: DayFiles,
  ids: IdDictionary,
  rows: readonly LoadRow[],
  stepS: LoadStepS
): void {
  ids.assign(rows.map(row => row.node))
  for (const [day, ofDay] of Map.groupBy(rows, row => dayOf(row.t))) {
    const file = files.open(day)
    file.transaction(() => {
      for (const { node, t, kw, kwMin = null, kwMax = null, known = 0, reported, expected } of ofDay) {
        const powers = stepS === 60 ? [kw] : [kw, kwMin, kwMax, known]
        file.run(upsertLoad[stepS], ids.find(node), t, ...powers, reported, expected)
      }
    })
  }
}
