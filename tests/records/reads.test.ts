import { join } from 'node:path'
import { type CompiledQuery, Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRecognition } from '../../server/recognition/recognition.ts'
import { createDeliveries } from '../../server/records/deliveries.ts'
import { createEvents } from '../../server/records/events.ts'
import { migrate } from '../../server/records/migrations.ts'
import { createResults } from '../../server/records/results.ts'
import type { Schema } from '../../server/records/schema.ts'
import { openSqliteFile, sqliteDialect } from '../../server/records/sqlite.ts'
import { createUnthanked } from '../../server/records/unthanked.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { at, event, keepResult, minutes, noon, participant } from './samples.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let db: Kysely<Schema>
/** What was asked of the database since it was last emptied. */
let asked: CompiledQuery[]

beforeEach(async () => {
  folder = await tempDir()
  asked = []
  db = new Kysely<Schema>({
    dialect: sqliteDialect(openSqliteFile(join(folder.path, 'records.sqlite'))),
    log: ({ query }) => void asked.push(query)
  })
  await migrate(db)
  asked = []
})
afterEach(async () => {
  await db.destroy()
  await folder.remove()
})

/** How SQLite finds the rows of what was asked. */
async function plans(): Promise<string[]> {
  const found: string[] = []
  for (const { sql: text, parameters } of asked.splice(0)) {
    const explain = { sql: `explain query plan ${text}`, parameters } as CompiledQuery<{ detail: string }>
    const { rows } = await db.executeQuery<{ detail: string }>({ ...sql`x`.compile(db), ...explain })
    found.push(...rows.map(({ detail }) => detail))
  }
  asked = []
  return found
}

test('deliveries of a customer, of a time and of events are found by an index', async () => {
  const deliveries = createDeliveries(db)
  await deliveries.of({ customerId: 'C1' })
  await deliveries.of({ customerId: 'C1', from: noon, isDrill: false })
  expect(await plans()).toEqual([
    'SEARCH delivery USING INDEX delivery_customer (customer_id=?)',
    'SEARCH delivery USING INDEX delivery_customer (customer_id=? AND start_at>?)'
  ])
  await deliveries.of({ from: noon, to: noon + 1 })
  expect(await plans()).toEqual(['SEARCH delivery USING INDEX delivery_start (start_at>? AND start_at<?)'])
  await deliveries.of({ eventIds: ['CE-1', 'CE-2'] })
  await deliveries.of({ eventIds: ['CE-1'], resultVersion: 1 })
  for (const plan of await plans()) expect(plan).toMatch(/SEARCH delivery USING INDEX .*\(event_id=\?/)
})

test('who is to be thanked is known without reading a result, and who was thanked is not looked at', async () => {
  const events = createEvents(db)
  const results = createResults(db)
  const thanks = { by: 'Lan', at: at(noon), note: '' }
  const ratios = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`C${i}`, 0.9]))
  for (let i = 0; i < 200; i++) {
    const start = at(noon + minutes(i * 60))
    const end = at(noon + minutes(i * 60 + 60))
    const isThanked = i % 2 === 1
    const participants = Object.keys(ratios).map(id =>
      participant(id, { start, end, ...(isThanked && { thanks }) })
    )
    const final = event(`CE-${i}`, ['draft', 'notified', 'active', 'ended', 'final'], {
      start,
      end,
      participants
    })
    await events.insert(final)
    await keepResult({ results }, final, ratios)
  }
  asked = []
  const recognition = createRecognition({
    ...{ unthanked: createUnthanked(db), timeZone: '+07:00' },
    ...({} as Omit<Parameters<typeof createRecognition>[0], 'unthanked' | 'timeZone'>)
  })
  const { pending } = await recognition.pending()
  expect(asked.length).toBeLessThan(20)
  expect(pending).toHaveLength(100 * 40)
  expect(pending[0]).toMatchObject({ eventId: 'CE-0', averageKw: 450, ratio: 0.9 })
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.filter(({ sql: text }) => text.includes('from "result_version"'))).toEqual([])
  expect((await plans()).join()).toContain('participant_unthanked')
  expect(await recognition.pending()).toEqual({ pending })
  // What was read before is not read again.
  expect(asked).toHaveLength(1)
}, 60_000)
