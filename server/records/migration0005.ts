import type { ColumnDefinitionBuilder, Kysely } from 'kysely'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

// biome-ignore lint/suspicious/noExplicitAny: the tables as they were at the time of this migration
type Tables = Kysely<any>

/**
 * Load forecasts as they were issued, what transformers lived through day by day, what their oil sensors taught; how a
 * transformer is cooled; which finding a service reward answers.
 */
export async function createForesight({ schema }: Tables): Promise<void> {
  await schema.alterTable('node').addColumn('cooling', 'text').execute()
  await schema.alterTable('reward').addColumn('finding_id', 'text').execute()
  await schema
    .createTable('forecast')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('node_id', 'text', c => c.notNull().references('node.id'))
    .addColumn('kind', 'text', required)
    .addColumn('issued_at', 'bigint', required)
    .addColumn('from_at', 'bigint', required)
    .addColumn('until_at', 'bigint', required)
    .addColumn('body', 'text', required)
    .addUniqueConstraint('forecast_issue', ['node_id', 'kind', 'issued_at'])
    .execute()
  await schema
    .createTable('transformer_day')
    .addColumn('node_id', 'text', c => c.notNull().references('node.id'))
    .addColumn('day', 'text', required)
    .addColumn('life_used_days', 'double precision', required)
    .addColumn('known_hours', 'double precision', required)
    .addColumn('max_hot_spot_c', 'double precision')
    .addColumn('max_top_oil_c', 'double precision')
    .addPrimaryKeyConstraint('transformer_day_key', ['node_id', 'day'])
    .execute()
  await schema
    .createTable('transformer_oil')
    .addColumn('node_id', 'text', c => c.primaryKey().notNull().references('node.id'))
    .addColumn('state', 'text', required)
    .addColumn('at', 'bigint', required)
    .execute()
}
