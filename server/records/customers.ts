import type { Kysely } from 'kysely'
import type { Customer } from '../contract/customers.ts'
import { byId } from './columns.ts'
import type { Schema } from './schema.ts'

export interface Customers {
  /** All, by id. */
  list(): Promise<Customer[]>
  get(id: string): Promise<Customer | null>
  /** false when the id is taken. */
  insert(customer: Customer): Promise<boolean>
  /** null when there is no such customer. */
  rename(id: string, name: string): Promise<Customer | null>
}

export function createCustomers(db: Kysely<Schema>): Customers {
  return {
    async list() {
      return (await db.selectFrom('customer').selectAll().execute()).sort(byId)
    },
    async get(id) {
      return (await db.selectFrom('customer').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
    },
    async insert({ id, name }) {
      const inserted = await db
        .insertInto('customer')
        .values({ id, name })
        .onConflict(c => c.column('id').doNothing())
        .returning('id')
        .execute()
      return inserted.length > 0
    },
    async rename(id, name) {
      const renamed = db.updateTable('customer').set({ name }).where('id', '=', id)
      return (await renamed.returningAll().executeTakeFirst()) ?? null
    }
  }
}
