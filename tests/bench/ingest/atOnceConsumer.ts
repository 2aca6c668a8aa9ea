/**
 * A process of its own: an mqtt.js consumer that acknowledges at once and stores nothing.
 *
 *   node tests/bench/ingest/atOnceConsumer.ts <broker> <messages | 0 to make the session only>
 */
import { connect } from 'mqtt'
import { subscriptionFilters } from '../../../server/contract/topics.ts'
import { usageOf } from './usage.ts'

const [broker = '', wanted = '0'] = process.argv.slice(2)
const messages = Number(wanted)
const startedAt = performance.now()
const before = usageOf('self').cpuS
const client = connect(broker, {
  protocolVersion: 5,
  clientId: 'at-once',
  clean: false,
  properties: { sessionExpiryInterval: 86_400, receiveMaximum: 65_535 }
})
let received = 0
let bytes = 0
const all = Promise.withResolvers<void>()
client.on('message', (_topic, payload) => {
  bytes += payload.length
  if (++received === messages) all.resolve()
})
await new Promise<void>(resolve => client.once('connect', () => resolve()))
if (messages === 0) await client.subscribeAsync([...subscriptionFilters], { qos: 1 })
else await all.promise
const seconds = (performance.now() - startedAt) / 1000
const { cpuS, peakMiB } = usageOf('self')
await client.endAsync()
console.log(JSON.stringify({ seconds, cpuS: cpuS - before, peakMiB, bytes }))
