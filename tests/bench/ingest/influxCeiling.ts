/**
 * A process of its own: ready-made lines into InfluxDB 1.x, a few requests in flight, nothing else.
 *
 *   node tests/bench/ingest/influxCeiling.ts <InfluxDB> <database> <lines> <meters> <lines a request> <in flight> <together>
 *
 * together: of the lines of so many requests those of one meter follow each other; 1: all stay as they arrived.
 */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { GroupOrder } from '../../../server/readings/groupOrder.ts'
import { meterId, singleReadings } from './load.ts'

const [url = '', database = '', wanted = '0', meters = '0', requestLines = '0', most = '0', together = '1'] =
  process.argv.slice(2)
const lines = Number(wanted)
const LINES = Number(requestLines)
const IN_FLIGHT = Number(most)

const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
async function post(path: string, body: Buffer): Promise<void> {
  const asked = request(new URL(path, url), {
    method: 'POST',
    agent,
    headers: { 'content-length': body.length }
  })
  asked.end(body)
  const [answer] = await once(asked, 'response')
  answer.resume()
  await once(answer, 'end')
  if (answer.statusCode >= 300) throw new Error(`InfluxDB answered ${answer.statusCode}`)
}

const load = singleReadings(lines, Number(meters), Date.now())
const order = new Uint32Array(lines)
const groups = new GroupOrder()
const runLines = LINES * Number(together)
for (let first = 0; first < lines; first += runLines) {
  const run = order.subarray(first, Math.min(lines, first + runLines))
  const keys = run.map((_, index) => (together === '1' ? index : (first + index) % Number(meters)))
  groups.fill(run, keys, run.length)
  run.set(run.map(index => first + index))
}
const bodies: Buffer[] = []
for (let first = 0; first < lines; first += LINES) {
  const readings = Array.from({ length: Math.min(LINES, lines - first) }, (_, index) => {
    const k = order[first + index] ?? 0
    const { ts, ...values } = JSON.parse(load.payload(k)) as { ts: number; kw: number }
    const id = meterId(k % Number(meters))
    return { kind: 'meter' as const, id, ts, issued: null, intervalS: 0, quality: 0, values }
  })
  const { bytes, lineStart, count } = batchOf(readings)
  bodies.push(Buffer.from(bytes.subarray(0, lineStart[count])))
}

await post(`/query?q=${encodeURIComponent(`CREATE DATABASE ${database}`)}`, Buffer.alloc(0))
const startedAt = performance.now()
const write = async (): Promise<void> => {
  for (let body = bodies.pop(); body !== undefined; body = bodies.pop())
    await post(`/write?db=${database}&precision=ms`, body)
}
await Promise.all(Array.from({ length: IN_FLIGHT }, write))
const seconds = (performance.now() - startedAt) / 1000
agent.destroy()
console.log(JSON.stringify({ seconds }))
