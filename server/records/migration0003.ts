import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'
import { moveAnswers, moveResults } from './migration0003Data.ts'

const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull()
const required = (column: ColumnDefinitionBuilder) => column.notNull()
/** What the rows that are there already get; new rows always bring their own. */
const before = (value: string | number) => (column: ColumnDefinitionBuilder) =>
  column.notNull().defaultTo(value)

// biome-ignore lint/suspicious/noExplicitAny: the tables as they were at the time of this migration
type Tables = Kysely<any>

/** The contract of a customer that only ever committed kW, as it was at the time of this migration. */
const PLAIN_CONTRACT =
  '{"availability":[],"blackouts":[],"committedShare":null,"consent":null,"contacts":[],"firmServiceLevelKw":null,"furtherMeteringPointIds":[],"maxEventsPerSeason":null,"minimumLoadKw":0,"neverCurtail":[],"restDays":0,"workDays":[1,2,3,4,5]}'

/** The terms of a voluntary programme, as they were at the time of this migration. */
const VOLUNTARY_TERMS =
  '[{"baseline":{"adjustment":{"anchor":"notice","basis":"picked","cap":0.2,"fromHours":4,"kind":"multiplicative","toHours":1},"fallback":["high4of5","mid6of10","firm-service-level"],"method":"10of10"},"creditLimitShare":1,"eligibility":{"maxBiasShare":0.04,"maxReportIntervalMinutes":30,"maxRrmseShare":0.2,"minYearlyEnergyKwh":1000000},"from":"2000-01-01","incentive":{"vndPerKw":null,"vndPerKwh":null},"maxDurationMinutes":null,"maxEventsPerDay":null,"maxEventsPerSeason":null,"maxHoursPerSeason":null,"minCreditShare":0,"minDurationMinutes":null,"noticeMinutes":0,"responseMinutes":30,"season":{"from":"01-01","to":"12-31"}}]'

/** Programmes with dated terms, contracts, answers one by one, results in versions, service rewards, days off. */
export async function createProgramme(db: Tables): Promise<void> {
  await extendRegister(db)
  await extendEvents(db)
  await createResults(db)
  await createRewards(db)
  await moveAnswers(db)
  await moveResults(db)
  await db.schema.dropTable('result').execute()
}

async function extendRegister(db: Tables): Promise<void> {
  const { schema } = db
  await schema.alterTable('programme').addColumn('kind', 'text', before('voluntary')).execute()
  await schema.alterTable('programme').addColumn('priority', 'integer', before(1)).execute()
  await schema.alterTable('programme').addColumn('terms', 'text', before(VOLUNTARY_TERMS)).execute()
  await schema.alterTable('enrolment').addColumn('contract', 'text', before(PLAIN_CONTRACT)).execute()
  // Every metering point of an enrolment in force, the further ones too: in a programme each stands once.
  await schema
    .createTable('enrolled_point')
    .addColumn('programme_id', 'text', required)
    .addColumn('metering_point_id', 'text', required)
    .addColumn('enrolment_id', 'text', c => c.notNull().references('enrolment.id'))
    .addPrimaryKeyConstraint('enrolled_point_key', ['programme_id', 'metering_point_id'])
    .execute()
  await schema.createIndex('enrolled_point_enrolment').on('enrolled_point').column('enrolment_id').execute()
  await sql`insert into enrolled_point (programme_id, metering_point_id, enrolment_id)
    select programme_id, metering_point_id, id from enrolment where until is null`.execute(db)
  await schema
    .createTable('assessment')
    .addColumn('scope', 'text', key)
    .addColumn('at', 'bigint', required)
    .addColumn('value', 'text', required)
    .addColumn('predictability', 'text')
    .execute()
  await schema
    .createTable('holiday')
    .addColumn('date', 'text', key)
    .addColumn('name', 'text', required)
    .execute()
}

async function extendEvents(db: Tables): Promise<void> {
  const { schema } = db
  await schema.alterTable('event').addColumn('is_drill', 'integer', before(0)).execute()
  await schema.alterTable('event').addColumn('priority', 'integer', before(1)).execute()
  await schema.alterTable('event').addColumn('target_kw', 'double precision').execute()
  await schema.alterTable('event').addColumn('release_step_minutes', 'integer', before(0)).execute()
  await schema.alterTable('event_history').addColumn('command_key', 'text').execute()
  await schema.alterTable('event_history').addColumn('command_sha256', 'text').execute()
  await schema
    .createIndex('event_history_command')
    .on('event_history')
    .columns(['by_id', 'command_key'])
    .unique()
    .where(sql.ref('command_key'), 'is not', null)
    .execute()
  await schema.alterTable('participant').addColumn('further_meters', 'text', before('[]')).execute()
  await schema.alterTable('participant').addColumn('start_at', 'bigint', before(0)).execute()
  await schema.alterTable('participant').addColumn('end_at', 'bigint', before(0)).execute()
  await schema.alterTable('participant').addColumn('release_group', 'integer', before(1)).execute()
  await schema.alterTable('participant').addColumn('released_at', 'bigint').execute()
  await schema.alterTable('participant').addColumn('superseded_by', 'text').execute()
  await sql`update participant set
    start_at = (select start_at from event where event.id = participant.event_id),
    end_at = (select end_at from event where event.id = participant.event_id)`.execute(db)
  await schema
    .createIndex('participant_unthanked')
    .on('participant')
    .column('event_id')
    .where(sql.ref('thanked_at'), 'is', null)
    .execute()
  await schema
    .createTable('participant_answer')
    .addColumn('event_id', 'text', c => c.notNull().references('event.id'))
    .addColumn('customer_id', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('answer', 'text', required)
    .addColumn('version', 'integer', required)
    .addColumn('via', 'text', required)
    .addColumn('kw', 'double precision')
    .addColumn('reason_code', 'text')
    .addColumn('reason', 'text')
    .addPrimaryKeyConstraint('participant_answer_key', ['event_id', 'customer_id', 'at', 'answer'])
    .execute()
}

async function createResults({ schema }: Tables): Promise<void> {
  await schema
    .createTable('result_version')
    .addColumn('event_id', 'text', c => c.notNull().references('event.id'))
    .addColumn('version', 'integer', required)
    .addColumn('kind', 'text', required)
    .addColumn('computed_at', 'bigint', required)
    .addColumn('why', 'text', required)
    .addColumn('delivered_kwh', 'double precision')
    .addColumn('performance', 'text', required)
    .addColumn('sha256', 'text', required)
    .addPrimaryKeyConstraint('result_version_key', ['event_id', 'version'])
    .execute()
  await schema
    .createTable('delivery')
    .addColumn('event_id', 'text', required)
    .addColumn('result_version', 'integer', required)
    .addColumn('customer_id', 'text', required)
    .addColumn('customer_name', 'text', required)
    .addColumn('metering_point_id', 'text', required)
    .addColumn('programme_id', 'text', required)
    .addColumn('is_drill', 'integer', required)
    .addColumn('is_final', 'integer', required)
    .addColumn('is_newest', 'integer', required)
    .addColumn('start_at', 'bigint', required)
    .addColumn('end_at', 'bigint', required)
    .addColumn('requested_kw', 'double precision', required)
    .addColumn('committed_kw', 'double precision', required)
    .addColumn('accepted_kw', 'double precision')
    .addColumn('average_kw', 'double precision')
    .addColumn('sustained_kw', 'double precision')
    .addColumn('delivered_kwh', 'double precision')
    .addColumn('ratio', 'double precision')
    .addColumn('uncertainty_kw', 'double precision')
    .addColumn('credit_kwh', 'double precision')
    .addColumn('credit_vnd', 'double precision')
    .addColumn('signs', 'integer', required)
    .addPrimaryKeyConstraint('delivery_key', ['event_id', 'result_version', 'customer_id'])
    .addForeignKeyConstraint('delivery_result', ['event_id', 'result_version'], 'result_version', [
      'event_id',
      'version'
    ])
    .execute()
  const newest = (name: string, columns: string[]) =>
    schema
      .createIndex(name)
      .on('delivery')
      .columns(columns)
      .where(sql.ref('is_newest'), '=', sql.lit(1))
      .execute()
  await newest('delivery_customer', ['customer_id', 'start_at'])
  await newest('delivery_start', ['start_at'])
}

async function createRewards({ schema }: Tables): Promise<void> {
  await schema
    .createTable('reward')
    .addColumn('id', 'text', key)
    .addColumn('customer_id', 'text', c => c.notNull().references('customer.id'))
    .addColumn('event_id', 'text')
    .addColumn('season', 'integer', required)
    .addColumn('kind', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('planned_for', 'text')
    .execute()
  await schema.createIndex('reward_customer').on('reward').column('customer_id').execute()
  await schema.createIndex('reward_state').on('reward').column('state').execute()
  await schema
    .createTable('reward_history')
    .addColumn('reward_id', 'text', c => c.notNull().references('reward.id'))
    .addColumn('position', 'integer', required)
    .addColumn('state', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('by', 'text', required)
    .addColumn('by_id', 'text')
    .addColumn('note', 'text', required)
    .addColumn('planned_for', 'text')
    .addPrimaryKeyConstraint('reward_history_key', ['reward_id', 'position'])
    .execute()
}
