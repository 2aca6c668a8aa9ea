import type { ColumnDefinitionBuilder, Kysely } from 'kysely'
import { AUDIT_GENESIS } from '../contract/audit.ts'

const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull()
const required = (column: ColumnDefinitionBuilder) => column.notNull()
const ofUser = (column: ColumnDefinitionBuilder) => column.notNull().references('user_account.id')

// biome-ignore lint/suspicious/noExplicitAny: the tables as they were at the time of this migration
type Tables = Kysely<any>

/** Who may log in, by what, and the record of what was done. */
export async function createAccess(db: Tables): Promise<void> {
  await createUsers(db)
  await createMachines(db)
  await createAudit(db)
  // Who did it, beside the name that was shown: by it the name can be found and erased.
  await db.schema.alterTable('event_history').addColumn('by_id', 'text').execute()
  await db.schema.alterTable('finding').addColumn('acknowledged_by_id', 'text').execute()
  await db.schema.alterTable('participant').addColumn('thanked_by_id', 'text').execute()
}

async function createUsers({ schema }: Tables): Promise<void> {
  await schema
    .createTable('user_account')
    .addColumn('id', 'text', key)
    .addColumn('user_name', 'text', c => c.notNull().unique())
    .addColumn('name', 'text', required)
    .addColumn('roles', 'text', required)
    .addColumn('company_id', 'text')
    .addColumn('customer_id', 'text')
    .addColumn('issuer', 'text')
    .addColumn('subject', 'text')
    .addColumn('is_demo', 'integer', required)
    .addColumn('password_hash', 'text')
    .addColumn('totp_sealed', 'text')
    .addColumn('totp_last_step', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addColumn('disabled_at', 'bigint')
    .addColumn('erased_at', 'bigint')
    .addUniqueConstraint('user_account_subject', ['issuer', 'subject'])
    .execute()
  await schema
    .createTable('passkey')
    .addColumn('credential_id', 'text', key)
    .addColumn('user_id', 'text', ofUser)
    .addColumn('public_key', 'text', required)
    .addColumn('counter', 'bigint', required)
    .addColumn('transports', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('is_backed_up', 'integer', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_used_at', 'bigint')
    .execute()
  await schema.createIndex('passkey_user').on('passkey').column('user_id').execute()
  await schema
    .createTable('login_session')
    .addColumn('id', 'text', key)
    .addColumn('token_hash', 'text', c => c.notNull().unique())
    .addColumn('user_id', 'text', ofUser)
    .addColumn('state', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_seen_at', 'bigint', required)
    .addColumn('idle_until', 'bigint', required)
    .addColumn('absolute_until', 'bigint', required)
    .addColumn('stepped_up_until', 'bigint')
    .addColumn('address', 'text', required)
    .addColumn('user_agent', 'text', required)
    .execute()
  await schema.createIndex('login_session_user').on('login_session').column('user_id').execute()
}

async function createMachines({ schema }: Tables): Promise<void> {
  await schema
    .createTable('api_token')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', required)
    .addColumn('sha256', 'text', required)
    .addColumn('scopes', 'text', required)
    .addColumn('company_id', 'text')
    .addColumn('customer_id', 'text')
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .execute()
  await schema
    .createTable('device_credential')
    .addColumn('kind', 'text', required)
    .addColumn('id', 'text', required)
    .addColumn('sha256', 'text', required)
    .addColumn('mosquitto_hash', 'text', required)
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('revoked_at', 'bigint')
    .addPrimaryKeyConstraint('device_credential_key', ['kind', 'id'])
    .execute()
  await schema
    .createTable('one_time')
    .addColumn('kind', 'text', required)
    .addColumn('sha256', 'text', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('data', 'text', required)
    .addPrimaryKeyConstraint('one_time_key', ['kind', 'sha256'])
    .execute()
  await schema.createIndex('one_time_expires').on('one_time').column('expires_at').execute()
}

async function createAudit(db: Tables): Promise<void> {
  const { schema } = db
  await schema
    .createTable('audit_entry')
    .addColumn('height', 'bigint', key)
    .addColumn('at', 'bigint', required)
    .addColumn('actor_id', 'text', required)
    .addColumn('action', 'text', required)
    .addColumn('object', 'text')
    .addColumn('outcome', 'text', required)
    .addColumn('status', 'integer')
    .addColumn('attempt', 'bigint')
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('personal', 'text')
    .addColumn('personal_salt', 'text')
    .addColumn('personal_hash', 'text')
    .addColumn('previous_hash', 'text', required)
    .addColumn('hash', 'text', required)
    .execute()
  await schema.createIndex('audit_entry_actor').on('audit_entry').columns(['actor_id', 'height']).execute()
  await schema.createIndex('audit_entry_object').on('audit_entry').columns(['object', 'height']).execute()
  await schema
    .createTable('audit_head')
    .addColumn('name', 'text', key)
    .addColumn('height', 'bigint', required)
    .addColumn('hash', 'text', required)
    .execute()
  await schema
    .createTable('audit_person')
    .addColumn('user_id', 'text', required)
    .addColumn('height', 'bigint', required)
    .addPrimaryKeyConstraint('audit_person_key', ['user_id', 'height'])
    .execute()
  await db
    .insertInto('audit_head')
    .values({ name: 'chain', ...AUDIT_GENESIS })
    .execute()
}
