import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRecords } from '../../server/records/openRecords.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { runChild } from './child.ts'

test('kill -9 while writing: everything confirmed is there, and nothing stands half-written', async () => {
  const folder = await tempDir()
  const file = join(folder.path, 'records.sqlite')
  const confirmed: string[] = []
  for (const count of [1, 40, 90]) {
    let mine = 0
    const { signal, lines, errors } = await runChild('insertingChild.ts', [file], (_line, kill) => {
      mine++
      if (mine === count) kill()
    })
    expect(errors).toBe('')
    expect(signal).toBe('SIGKILL')
    confirmed.push(...lines)
  }

  const records = await openRecords({ file })
  const events = await records.events.list()
  const messages = new Set((await records.outbox.due(Number.MAX_SAFE_INTEGER, 100_000)).map(({ key }) => key))
  await records.stop()
  await folder.remove()

  const notified = events.filter(({ version }) => version === 2)
  expect(confirmed.length).toBeGreaterThanOrEqual(131)
  expect(new Set(confirmed).size).toBe(confirmed.length)
  expect(notified.map(({ id }) => id)).toEqual(expect.arrayContaining(confirmed))
  expect(new Set(notified.map(({ id }) => id))).toEqual(messages)
  for (const { version, participants, history } of events) {
    expect(participants).toHaveLength(2)
    expect(history).toHaveLength(version)
  }
})
