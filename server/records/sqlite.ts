import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement
} from 'kysely'
import { breath } from '../contract/breath.ts'

/**
 * Opens (creates) a database file for records: every commit is on the disk before it is confirmed. SQLite's own
 * defaults differ, and most of these settings last only as long as the connection, so they are made on every open.
 */
export function openSqliteFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true })
  keepFromOthers(file)
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 5000')
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode
    if (mode !== 'wal') throw new Error(`this file system does not allow a write-ahead log (got ${mode})`)
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA foreign_keys = ON')
    // A database that can be read but not written shows it here, not at the first command of a dispatcher.
    database.exec('BEGIN IMMEDIATE; PRAGMA user_version = 1; COMMIT')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * There are secrets in it: a new file is for its owner alone, of an old one only the rights of everybody are taken
 * away. SQLite gives the files beside it the same rights.
 */
function keepFromOthers(file: string): void {
  const descriptor = openSync(file, 'a', 0o600)
  closeSync(descriptor)
  const { mode, uid } = statSync(file)
  const isOurs = process.getuid?.() === uid || process.getuid?.() === 0
  if ((mode & 0o007) !== 0 && isOurs) chmodSync(file, mode & 0o770)
}

/** Kysely on node:sqlite. One connection: Kysely itself lets only one query or transaction at a time have it. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createDriver: () => new ImmediateDriver(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new TransactionalAdapter(),
    createIntrospector: db => new SqliteIntrospector(db)
  }
}

/** SQLite can roll back CREATE TABLE as well; Kysely only does not make use of it by itself. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Statements that are kept for the next time; of those that write many rows it is the greater part of the work. */
const MAX_PREPARED = 60

class ImmediateDriver extends SqliteDriver {
  private readonly database: DatabaseSync
  private connection: DatabaseConnection | null = null

  constructor(database: DatabaseSync) {
    super({ database: adapt(database) })
    this.database = database
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.connection ??= breathing(await super.acquireConnection())
    return this.connection
  }

  // A plain BEGIN takes the write lock only at the first write, and can then fail instead of waiting for it.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  // A full disk makes SQLite roll back by itself; a second rollback would only hide that error.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.database.isTransaction) await super.rollbackTransaction(connection)
  }
}

/**
 * node:sqlite answers at once, so that one query after another would never leave the thread to anybody else. Who waits
 * inside a transaction keeps the connection: nothing comes in between that would not have to wait anyway.
 */
function breathing(connection: DatabaseConnection): DatabaseConnection {
  return {
    async executeQuery(query) {
      const result = await connection.executeQuery(query)
      await breath()
      return result as never
    },
    streamQuery: (query, size) => connection.streamQuery(query, size)
  }
}

/** node:sqlite in the shape Kysely expects: it asks every statement whether it returns rows, and takes no for none. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = prepared.get(sql) ?? adaptStatement(database.prepare(sql), sql)
      prepared.delete(sql)
      prepared.set(sql, statement)
      for (const oldest of prepared.keys()) if (prepared.size > MAX_PREPARED) prepared.delete(oldest)
      return statement
    }
  }
}

function adaptStatement(statement: StatementSync, sql: string): SqliteStatement {
  const bind = (parameters: readonly unknown[]) => parameters.map(value => bindable(value, sql))
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...bind(parameters)),
    run: parameters => statement.run(...bind(parameters)),
    iterate: parameters => statement.iterate(...bind(parameters))
  }
}

/** node:sqlite stores NULL for a Date in first place and for NaN without a word; here both are mistakes. */
function bindable(value: unknown, sql: string): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`cannot bind ${String(value)} (${typeof value}) to: ${sql}`)
}
