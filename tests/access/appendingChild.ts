import { randomBytes } from 'node:crypto'
import { createAudit } from '../../server/access/audit.ts'
import { openRecords } from '../../server/records/openRecords.ts'
import { record } from './chain.ts'

// One of several processes that write to one chain: appends so many entries, a few at a time, and says each height.
const [, , file = '', count = '0'] = process.argv
const records = await openRecords({ file })
const audit = createAudit(records.audit, { salt: () => randomBytes(16).toString('hex') })
for (let n = 0; n < Number(count); n += 5) {
  const some = Array.from({ length: 5 }, (_, i) =>
    audit.append(record(n + i, { actorId: `usr-${process.pid}` }))
  )
  for (const height of await Promise.all(some)) console.log(height)
}
await records.stop()
