import { appendFileSync } from 'node:fs'
import { createNotices } from '../../server/notices/notices.ts'
import { openRecords } from '../../server/records/openRecords.ts'
import { until } from '../helpers/until.ts'

// Publishes by writing lines to a file; asked to die, it does so right after its fourth publish, before that is recorded.
const [file = '', broker = '', order] = process.argv.slice(2)
const records = await openRecords({ file })
let published = 0
const notices = createNotices({
  outbox: records.outbox,
  publish: async (topic, payload) => {
    appendFileSync(broker, `${topic} ${payload}\n`, { flush: true })
    published++
    if (order === 'die after 4' && published === 4) process.kill(process.pid, 'SIGKILL')
  },
  now: Date.now,
  random: Math.random,
  warn: console.error
})
await notices.start()
const isDone = async () => (await records.outbox.due(Number.MAX_SAFE_INTEGER, 1)).length === 0
await until(isDone, { what: 'everything has left' })
await notices.stop()
await records.stop()
