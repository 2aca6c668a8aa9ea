import type { Kysely } from 'kysely'
import type { NewHoliday } from '../contract/enrolments.ts'
import type { Schema } from './schema.ts'

/** Days off that were put in by hand, beside those that the calendar of the law gives. Local dates. */
export interface Holidays {
  /** By date, both ends included. */
  list(from: string, to: string): Promise<NewHoliday[]>
  /** A day has one name: the later one stands. */
  put(holiday: NewHoliday): Promise<void>
  /** null when there was none on that day; else what was taken away. */
  remove(date: string): Promise<NewHoliday | null>
}

export function createHolidays(db: Kysely<Schema>): Holidays {
  return {
    async list(from, to) {
      const rows = await db.selectFrom('holiday').selectAll().where('date', '>=', from).execute()
      return rows.filter(({ date }) => date <= to).sort((a, b) => (a.date < b.date ? -1 : 1))
    },
    async put({ date, name }) {
      await db
        .insertInto('holiday')
        .values({ date, name })
        .onConflict(c => c.column('date').doUpdateSet({ name }))
        .execute()
    },
    async remove(date) {
      const removed = db.deleteFrom('holiday').where('date', '=', date).returningAll()
      return (await removed.executeTakeFirst()) ?? null
    }
  }
}
