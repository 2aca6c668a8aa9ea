import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'

/** The programme that every new installation has. */
export const DEFAULT_PROGRAMME_ID = 'voluntary'

const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull()
const required = (column: ColumnDefinitionBuilder) => column.notNull()

// biome-ignore lint/suspicious/noExplicitAny: the tables as they were at the time of this migration
export async function createRecords(db: Kysely<any>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('counter')
    .addColumn('name', 'text', key)
    .addColumn('last', 'bigint', required)
    .execute()
  await schema
    .createTable('customer')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', required)
    .execute()
  await schema
    .createTable('node')
    .addColumn('id', 'text', key)
    .addColumn('kind', 'text', required)
    .addColumn('parent', 'text')
    .addColumn('name', 'text', required)
    .addColumn('meter', 'text')
    .addColumn('weather', 'text')
    .addColumn('capacity_kw', 'double precision')
    .addColumn('rating_kva', 'double precision')
    .addColumn('report_interval_s', 'double precision')
    .addColumn('customer_id', 'text', c => c.references('customer.id'))
    // Deferred: a file may name a parent that comes later in it.
    .addForeignKeyConstraint('node_parent', ['parent'], 'node', ['id'], c =>
      c.deferrable().initiallyDeferred()
    )
    .execute()
  await schema
    .createTable('programme')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', required)
    .addColumn('settlement_interval_minutes', 'integer', required)
    .addColumn('settle_delay_minutes', 'integer', required)
    .execute()
  await schema
    .createTable('enrolment')
    .addColumn('id', 'text', key)
    .addColumn('programme_id', 'text', c => c.notNull().references('programme.id'))
    .addColumn('customer_id', 'text', c => c.notNull().references('customer.id'))
    .addColumn('metering_point_id', 'text', c => c.notNull().references('node.id'))
    .addColumn('committed_kw', 'double precision', required)
    .addColumn('since', 'bigint', required)
    .addColumn('until', 'bigint')
    .execute()
  await schema
    .createIndex('enrolment_active')
    .on('enrolment')
    .columns(['programme_id', 'metering_point_id'])
    .unique()
    .where(sql.ref('until'), 'is', null)
    .execute()
  await schema.createIndex('enrolment_customer').on('enrolment').column('customer_id').execute()
  await createFindingsAndEvents(db)
  await db
    .insertInto('programme')
    .values({
      id: DEFAULT_PROGRAMME_ID,
      name: 'Điều chỉnh phụ tải tự nguyện',
      settlement_interval_minutes: 30,
      settle_delay_minutes: 20
    })
    .execute()
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function createFindingsAndEvents(db: Kysely<any>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('finding')
    .addColumn('id', 'text', key)
    .addColumn('kind', 'text', required)
    .addColumn('node_id', 'text', required)
    .addColumn('node_name', 'text', required)
    .addColumn('priority', 'integer', required)
    .addColumn('raised_at', 'bigint', required)
    .addColumn('cleared_at', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('acknowledged_note', 'text')
    .addColumn('summary', 'text', required)
    .addColumn('facts', 'text', required)
    .addColumn('flagged', 'text', required)
    .execute()
  await schema.createIndex('finding_raised').on('finding').column('raised_at').execute()
  await schema
    .createTable('event')
    .addColumn('id', 'text', key)
    .addColumn('state', 'text', required)
    .addColumn('version', 'integer', required)
    .addColumn('node_id', 'text', required)
    .addColumn('node_name', 'text', required)
    .addColumn('programme_id', 'text', c => c.notNull().references('programme.id'))
    .addColumn('finding_id', 'text')
    .addColumn('start_at', 'bigint', required)
    .addColumn('end_at', 'bigint', required)
    .addColumn('reason', 'text', required)
    .execute()
  await schema.createIndex('event_start').on('event').column('start_at').execute()
  await schema.createIndex('event_state').on('event').column('state').execute()
  await schema
    .createTable('event_history')
    .addColumn('event_id', 'text', c => c.notNull().references('event.id'))
    .addColumn('version', 'integer', required)
    .addColumn('state', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('by', 'text', required)
    .addColumn('note', 'text')
    .addPrimaryKeyConstraint('event_history_key', ['event_id', 'version'])
    .execute()
  await schema
    .createTable('participant')
    .addColumn('event_id', 'text', c => c.notNull().references('event.id'))
    .addColumn('customer_id', 'text', required)
    .addColumn('position', 'integer', required)
    .addColumn('customer_name', 'text', required)
    .addColumn('metering_point_id', 'text', required)
    .addColumn('meter_id', 'text', required)
    .addColumn('requested_kw', 'double precision', required)
    .addColumn('committed_kw', 'double precision', required)
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('answer', 'text')
    .addColumn('thanked_by', 'text')
    .addColumn('thanked_at', 'bigint')
    .addColumn('thanks_note', 'text')
    .addPrimaryKeyConstraint('participant_key', ['event_id', 'customer_id'])
    .execute()
  await schema.createIndex('participant_customer').on('participant').column('customer_id').execute()
  await schema
    .createTable('result')
    .addColumn('event_id', 'text', c => c.primaryKey().notNull().references('event.id'))
    .addColumn('performance', 'text', required)
    .addColumn('sha256', 'text', required)
    .execute()
  await schema
    .createTable('outbox')
    .addColumn('key', 'text', key)
    .addColumn('seq', 'bigint', required)
    .addColumn('topic', 'text', required)
    .addColumn('payload', 'text', required)
    .addColumn('retain', 'integer', required)
    .addColumn('due_at', 'bigint', required)
    .addColumn('sent_at', 'bigint')
    .execute()
  await schema.createIndex('outbox_seq').on('outbox').column('seq').execute()
  await schema.createIndex('outbox_topic').on('outbox').columns(['topic', 'seq']).execute()
  await schema
    .createIndex('outbox_due')
    .on('outbox')
    .column('due_at')
    .where(sql.ref('sent_at'), 'is', null)
    .execute()
}
