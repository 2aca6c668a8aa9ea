import { openRecords } from '../../server/records/openRecords.ts'
import { event, next } from './samples.ts'

// Writes until it is killed, and says each thing once it has been confirmed.
const records = await openRecords({ file: process.argv[2] ?? '' })
for (let i = 1; ; i++) {
  const draft = event(await records.events.nextId('2026-05-20'))
  await records.events.insert(draft)
  const message = { key: draft.id, topic: draft.id, payload: '{}', retain: true, dueAt: i }
  await records.events.advance(next(draft, 'notified'), 1, [message])
  console.log(draft.id)
}
