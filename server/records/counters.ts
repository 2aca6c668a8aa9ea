import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Takes `count` numbers of a series for good and returns the last of them; the series starts at 1. */
export async function takeNumbers(db: Kysely<Schema>, name: string, count = 1): Promise<number> {
  const { last } = await db
    .insertInto('counter')
    .values({ name, last: count })
    .onConflict(c => c.column('name').doUpdateSet(eb => ({ last: eb('counter.last', '+', count) })))
    .returning('last')
    .executeTakeFirstOrThrow()
  return last
}
