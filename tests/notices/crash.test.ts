import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { noticesFor } from '../../server/notices/messages.ts'
import { openRecords } from '../../server/records/openRecords.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { runChild } from '../records/child.ts'
import { event, next, noon, participant } from '../records/samples.ts'

test('kill -9 between publishing and recording: nothing is lost, one message may come twice, with the same bytes', async () => {
  const folder = await tempDir()
  const file = join(folder.path, 'records.sqlite')
  const broker = join(folder.path, 'published.txt')
  const records = await openRecords({ file })
  const customers = Array.from({ length: 9 }, (_, i) => `C${i}`)
  const draft = event('CE-1', ['draft'], { participants: customers.map(id => participant(id)) })
  await records.events.insert(draft)
  const sent = next(draft, 'notified')
  const messages = noticesFor(sent, noon)
  await records.events.advance(sent, 1, messages)

  const first = await runChild('../notices/crashingPump.ts', [file, broker, 'die after 4'])
  expect(first.signal).toBe('SIGKILL')
  expect(await unsent()).toBeGreaterThan(0)
  const second = await runChild('../notices/crashingPump.ts', [file, broker, 'finish'])
  expect(second).toMatchObject({ code: 0, errors: '' })
  expect(await unsent()).toBe(0)
  await records.stop()

  const published = (await readFile(broker, 'utf8')).trimEnd().split('\n')
  await folder.remove()
  // The second run first publishes again what the first one had recorded: that is a retained notice, not a new one.
  const expected = messages.map(({ topic, payload }) => `${topic} ${payload}`)
  expect(new Set(published)).toEqual(new Set(expected))
  for (const line of expected) expect(published.filter(one => one === line).length).toBeLessThanOrEqual(2)

  async function unsent(): Promise<number> {
    return (await records.outbox.due(Number.MAX_SAFE_INTEGER, 1000)).length
  }
})
