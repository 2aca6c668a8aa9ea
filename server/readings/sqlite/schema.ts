import { type ReadingKind, readingFields, readingKinds } from '../../contract/telemetry.ts'

/** Counts up when a table changes; a day file carries it as its user_version. */
export const SCHEMA_VERSION = 1

function keyOf(kind: ReadingKind): readonly string[] {
  return kind === 'forecast' ? ['id', 'ts', 'issued'] : ['id', 'ts']
}

function readingTable(kind: ReadingKind): string {
  const key = keyOf(kind)
  return `CREATE TABLE ${kind} (
    ${key.map(column => `${column} INTEGER NOT NULL`).join(', ')},
    interval_s REAL NOT NULL, quality INTEGER NOT NULL,
    ${readingFields[kind].map(field => `${field} REAL`).join(', ')},
    PRIMARY KEY (${key.join(', ')})
  ) WITHOUT ROWID;`
}

/** A new day file: one table a class. `id` is a number from the dictionary, times are epoch ms. */
export const createTables = `
  ${readingKinds.map(readingTable).join('\n')}
  CREATE TABLE load (
    id INTEGER NOT NULL, ts INTEGER NOT NULL, kw REAL, reported INTEGER NOT NULL, expected INTEGER NOT NULL,
    PRIMARY KEY (id, ts)
  ) WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};`

function upsert(kind: ReadingKind): string {
  const key = keyOf(kind)
  const fields: readonly string[] = readingFields[kind]
  const columns = [...key, 'interval_s', 'quality', ...fields]
  return `INSERT INTO ${kind} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET interval_s = excluded.interval_s, quality = excluded.quality,
    ${fields.map(field => `${field} = COALESCE(excluded.${field}, ${field})`).join(', ')}`
}

/** Merges member by member: an absent (null) member keeps what was there. */
export const upsertReading: Readonly<Record<ReadingKind, string>> = {
  meter: upsert('meter'),
  transformer: upsert('transformer'),
  weather: upsert('weather'),
  forecast: upsert('forecast')
}

export const upsertLoad = `INSERT INTO load (id, ts, kw, reported, expected) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id, ts) DO UPDATE SET
  kw = COALESCE(excluded.kw, kw), reported = excluded.reported, expected = excluded.expected`

/** Rows [ts, interval_s, …fields] of one id in [from, to). With max(), SQLite takes the other columns from its row. */
export function selectSeries(kind: ReadingKind, fields: readonly string[]): string {
  const columns = ['ts', 'interval_s', ...fields].join(', ')
  if (kind !== 'forecast') {
    return `SELECT ${columns} FROM ${kind} WHERE id = ? AND ts >= ? AND ts < ? ORDER BY ts`
  }
  return `SELECT ${columns}, max(issued) FROM forecast WHERE id = ? AND ts >= ? AND ts < ? GROUP BY ts ORDER BY ts`
}

/** The row [ts, issued, interval_s, quality, …all fields] with the newest ts of one id, not before a moment. */
export function selectLatest(kind: ReadingKind): string {
  const issued = kind === 'forecast' ? 'issued' : 'NULL'
  const newest = kind === 'forecast' ? 'ts DESC, issued DESC' : 'ts DESC'
  return `SELECT ts, ${issued}, interval_s, quality, ${readingFields[kind].join(', ')} FROM ${kind}
    WHERE id = ? AND ts >= ? ORDER BY ${newest} LIMIT 1`
}

export const selectLoad =
  'SELECT ts, kw, reported, expected FROM load WHERE id = ? AND ts >= ? AND ts < ? ORDER BY ts'
