import { type ReadingKind, readingFields, readingKinds } from '../../contract/telemetry.ts'
import type { LoadStepS } from '../store.ts'

/** The layout of new day files, which carry it as their user_version. */
export const SCHEMA_VERSION = 3
/** Files of these versions are used as they are: since 3 the rows of an hour stand together, see `dayParts`. */
export const EARLIER_VERSIONS = [2]

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

const halfHours = `CREATE TABLE load_30m (
    id INTEGER NOT NULL, ts INTEGER NOT NULL, kw REAL, kw_min REAL, kw_max REAL,
    known INTEGER NOT NULL, reported INTEGER NOT NULL, expected INTEGER NOT NULL,
    PRIMARY KEY (id, ts)
  ) WITHOUT ROWID;`

/** What files of a version lack: 1 knew no half-hours. */
export const migrations: Readonly<Record<number, string>> = {
  1: `${halfHours} PRAGMA user_version = 2;`
}

/** A new day file: one table a class. `id` stands for an id and an hour (`dayParts`), times are epoch ms. */
export const createTables = `
  ${readingKinds.map(readingTable).join('\n')}
  CREATE TABLE load (
    id INTEGER NOT NULL, ts INTEGER NOT NULL, kw REAL, reported INTEGER NOT NULL, expected INTEGER NOT NULL,
    PRIMARY KEY (id, ts)
  ) WITHOUT ROWID;
  ${halfHours}
  PRAGMA user_version = ${SCHEMA_VERSION};`

/** Rows in one statement: 30 % less time than one by one, and more bring nothing. */
export const ROWS_AT_ONCE = 20

function upsert(kind: ReadingKind, rows: number): string {
  const key = keyOf(kind)
  const fields: readonly string[] = readingFields[kind]
  const columns = [...key, 'interval_s', 'quality', ...fields]
  const row = `(${columns.map(() => '?').join(', ')})`
  return `INSERT INTO ${kind} (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET interval_s = excluded.interval_s, quality = excluded.quality,
    ${fields.map(field => `${field} = COALESCE(excluded.${field}, ${field})`).join(', ')}`
}

/** Merges member by member: an absent (null) member keeps what was there. */
export const upsertReading = readingKinds.map(kind => upsert(kind, 1))
/** The same for ROWS_AT_ONCE rows. */
export const upsertReadings = readingKinds.map(kind => upsert(kind, ROWS_AT_ONCE))

/** A step's row takes the place of the one before; what nobody reported keeps the old kw beside reported = 0. */
export const upsertLoad: Readonly<Record<LoadStepS, string>> = {
  60: upsertSteps('load', ['kw'], ['reported', 'expected']),
  1800: upsertSteps('load_30m', ['kw', 'kw_min', 'kw_max'], ['known', 'reported', 'expected'])
}

function upsertSteps(table: string, powers: readonly string[], counts: readonly string[]): string {
  const columns = ['id', 'ts', ...powers, ...counts]
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (id, ts) DO UPDATE SET ${powers.map(kw => `${kw} = COALESCE(excluded.${kw}, ${kw})`).join(', ')},
    ${counts.map(count => `${count} = excluded.${count}`).join(', ')}`
}

/**
 * Rows [ts, interval_s, quality, …fields] of one id in [from, to); of forecasts, issued by a moment, also their issue at
 * the end. With max(), SQLite takes the other columns from its row.
 */
export function selectSeries(kind: ReadingKind, fields: readonly string[]): string {
  const columns = ['ts', 'interval_s', 'quality', ...fields].join(', ')
  if (kind !== 'forecast') {
    return `SELECT ${columns} FROM ${kind} WHERE id = ? AND ts >= ? AND ts < ? ORDER BY ts`
  }
  return `SELECT ${columns}, max(issued) FROM forecast
    WHERE id = ? AND ts >= ? AND ts < ? AND issued <= ? GROUP BY ts ORDER BY ts`
}

/** How many `selectIds` finds. */
export const IDS_AT_ONCE = 1000

/** The first IDS_AT_ONCE different `id` in [from, to), found by leaps, not by reading every row. */
export function selectIds(kind: ReadingKind): string {
  return `WITH RECURSIVE present (id) AS (
      SELECT min(id) FROM ${kind} WHERE id >= ?1 AND id < ?2
      UNION ALL
      SELECT (SELECT min(id) FROM ${kind} WHERE id > present.id AND id < ?2) FROM present WHERE id IS NOT NULL
    ) SELECT id FROM present WHERE id IS NOT NULL LIMIT ${IDS_AT_ONCE}`
}

/** The row [ts, issued, interval_s, quality, …all fields] with the newest ts of one id, not before a moment. */
export function selectLatest(kind: ReadingKind): string {
  const issued = kind === 'forecast' ? 'issued' : 'NULL'
  const newest = kind === 'forecast' ? 'ts DESC, issued DESC' : 'ts DESC'
  return `SELECT ts, ${issued}, interval_s, quality, ${readingFields[kind].join(', ')} FROM ${kind}
    WHERE id = ? AND ts >= ? ORDER BY ${newest} LIMIT 1`
}

/** Rows [ts, kw, kw_min, kw_max, known, reported, expected] of one id in [from, to). */
export const selectLoad: Readonly<Record<LoadStepS, string>> = {
  60: selectSteps('kw, NULL, NULL, NULL', 'load'),
  1800: selectSteps('kw, kw_min, kw_max, known', 'load_30m')
}

function selectSteps(powers: string, table: string): string {
  return `SELECT ts, ${powers}, reported, expected FROM ${table} WHERE id = ? AND ts >= ? AND ts < ? ORDER BY ts`
}
