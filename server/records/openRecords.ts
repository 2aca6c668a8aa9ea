import { type Dialect, Kysely } from 'kysely'
import { type Answers, createAnswers } from './answers.ts'
import { type ApiTokens, createApiTokens } from './apiTokens.ts'
import { type Assessments, createAssessments } from './assessments.ts'
import { type Audit, createAudit } from './audit.ts'
import { type Calls, createCalls } from './calls.ts'
import { type Customers, createCustomers } from './customers.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import { createDeviceCredentials, type DeviceCredentials } from './deviceCredentials.ts'
import { createEnrolments, type Enrolments } from './enrolments.ts'
import { createEvents, type Events } from './events.ts'
import { createFindings, type Findings } from './findings.ts'
import { createForecasts, type Forecasts } from './forecasts.ts'
import { createHolidays, type Holidays } from './holidays.ts'
import { migrate } from './migrations.ts'
import { createOneTime, type OneTime } from './oneTime.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createProgrammes, type Programmes } from './programmes.ts'
import { createRegistry, type Registry } from './registry.ts'
import { createResults, type Results } from './results.ts'
import { createRewards, type Rewards } from './rewards.ts'
import type { Schema } from './schema.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { openSqliteFile, sqliteDialect } from './sqlite.ts'
import { createThanks, type ManyThanks } from './thanks.ts'
import { createTransformers, type Transformers } from './transformers.ts'
import { createUnthanked, type Unthanked } from './unthanked.ts'
import { createUsers, type Users } from './users.ts'

/**
 * Every domain record: who there is in the grid and in the programmes, what was found, called, answered and thanked;
 * who may do that, by what they are known, and what they did.
 */
export interface Records {
  registry: Registry
  customers: Customers
  programmes: Programmes
  enrolments: Enrolments
  findings: Findings
  holidays: Holidays
  assessments: Assessments
  events: Events
  answers: Answers
  calls: Calls
  results: Results
  deliveries: Deliveries
  rewards: Rewards
  forecasts: Forecasts
  transformers: Transformers
  thanks: ManyThanks
  unthanked: Unthanked
  outbox: Outbox
  users: Users
  passkeys: Passkeys
  sessions: Sessions
  apiTokens: ApiTokens
  deviceCredentials: DeviceCredentials
  oneTime: OneTime
  audit: Audit
  /** Rejects, saying where the database is, when it does not answer. */
  check(): Promise<void>
  /** Lets what is under way finish, then closes. */
  stop(): Promise<void>
}

/** A file for SQLite, or the URL of a PostgreSQL database. */
export type RecordsPlace = { file: string } | { url: string }

/**
 * Opens the records and brings their tables up to date. Rejects with a message that names the file or the server, and
 * never a password. `warn` hears of connections that broke and were replaced.
 */
export async function openRecords(
  place: RecordsPlace,
  warn: (message: string) => void = () => {}
): Promise<Records> {
  const name =
    'file' in place
      ? `records database ${place.file}`
      : `records database: ${(await postgres()).placeOf(place.url)}`
  const db = await naming(name, async () => new Kysely<Schema>({ dialect: await openDialect(place, warn) }))
  try {
    await naming(name, () => migrate(db))
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    registry: createRegistry(db),
    customers: createCustomers(db),
    programmes: createProgrammes(db),
    enrolments: createEnrolments(db),
    findings: createFindings(db),
    holidays: createHolidays(db),
    assessments: createAssessments(db),
    events: createEvents(db),
    answers: createAnswers(db),
    calls: createCalls(db),
    results: createResults(db),
    deliveries: createDeliveries(db),
    rewards: createRewards(db),
    forecasts: createForecasts(db),
    transformers: createTransformers(db),
    thanks: createThanks(db),
    unthanked: createUnthanked(db),
    outbox: createOutbox(db),
    users: createUsers(db),
    passkeys: createPasskeys(db),
    sessions: createSessions(db),
    apiTokens: createApiTokens(db),
    deviceCredentials: createDeviceCredentials(db),
    oneTime: createOneTime(db),
    audit: createAudit(db),
    check: () =>
      naming(name, async () => void (await db.selectFrom('programme').select('id').limit(1).execute())),
    async stop() {
      // SQLite: take a turn behind everything asked before. The pool of PostgreSQL waits by itself.
      if ('file' in place) await db.connection().execute(async () => {})
      await db.destroy()
    }
  }
}

async function openDialect(place: RecordsPlace, warn: (message: string) => void): Promise<Dialect> {
  if ('file' in place) return sqliteDialect(openSqliteFile(place.file))
  const { openPool, postgresDialect } = await postgres()
  return postgresDialect(await openPool(place.url, warn))
}

/** Loaded only where there is one. */
const postgres = () => import('./postgres.ts')

async function naming<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Error(`${name}: ${reasonOf(error)}`, { cause: error })
  }
}

/** A refused connection to a name with several addresses comes as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
