import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, createApi } from '../../server/api/server.ts'
import { until } from '../helpers/until.ts'

let api: Api
let port: number
const sockets: Socket[] = []
const dripping: NodeJS.Timeout[] = []

beforeAll(async () => {
  api = createApi({ logLevel: 'silent' })
  api.post('/order', async () => ({ done: true }))
  port = Number(new URL(await api.listen({ port: 0, host: '127.0.0.1' })).port)
})

afterAll(async () => {
  for (const timer of dripping) clearInterval(timer)
  for (const socket of sockets) socket.destroy()
  await api.close()
})

/** Sends `start` and then a byte now and then, without an end. */
function drip(start: string, byte: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(start))
  socket.on('error', () => {})
  sockets.push(socket)
  if (byte !== '') dripping.push(setInterval(() => socket.writable && socket.write(byte), 200))
  return socket
}

describe('who sends slowly loses its connection, whatever it sends', () => {
  const head = 'POST /order HTTP/1.1\r\nhost: gridload\r\n'
  it.concurrent.each([
    ['nothing at all', '', ''],
    ['headers without an end', head, 'x'],
    ['one header after another', head, 'a: b\r\n'],
    ['a body without an end', `${head}content-type: application/json\r\ncontent-length: 999999\r\n\r\n{`, ' ']
  ])('%s', async (_what, start, byte) => {
    const slow = Array.from({ length: 50 }, () => drip(start, byte))
    const answer = await fetch(`http://127.0.0.1:${port}/order`, { method: 'POST' })
    expect(answer.status).toBe(200)
    await until(() => slow.every(socket => socket.closed), { what: 'all gone', timeoutMs: 15_000 })
  })
})
