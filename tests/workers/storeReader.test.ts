import { MessageChannel } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { answerCalls } from '../../server/workers/calls.ts'
import { storeReader } from '../../server/workers/storeReader.ts'

const query = { kind: 'meter', id: 'M1', from: 0, to: 1, fields: ['kw'] } as const

it('asks through its own line', async () => {
  const { port1, port2 } = new MessageChannel()
  answerCalls(port1, { query: ({ id }: { id: string }) => ({ t: [1], id }) })
  const reader = storeReader(port2)
  expect(await reader.query(query)).toEqual({ t: [1], id: 'M1' })
  reader.close()
})

it('rejects what waits, and all later questions, once the other thread is gone', async () => {
  const { port1, port2 } = new MessageChannel()
  answerCalls(port1, { query: () => new Promise(() => {}) })
  const reader = storeReader(port2)
  const waiting = reader.query(query)
  port1.close()
  await expect(waiting).rejects.toMatchObject({ what: 'unavailable', message: 'the readings thread is gone' })
  await expect(reader.query(query)).rejects.toMatchObject({ what: 'unavailable' })
})
