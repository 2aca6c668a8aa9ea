import { beforeEach, expect, it } from 'vitest'
import { createMessageFlow, type MessageFlow } from '../../server/ingest/messageFlow.ts'
import { type RecordingIntake, recordingIntake } from './recordingIntake.ts'

let recording: RecordingIntake
let flow: MessageFlow
/** What the flow did to the connection, in order. */
let done: string[]

beforeEach(() => {
  recording = recordingIntake()
  recording.hold()
  done = []
  flow = createMessageFlow({
    intake: recording.intake,
    maxPacketBytes: 1000,
    now: () => 0,
    write: packets => void done.push(packets.toString('hex')),
    pause: () => void done.push('pause'),
    resume: () => void done.push('resume'),
    end: reason => void done.push(reason)
  })
})

function come(packetId: number, payload = 'x'): void {
  const bytes = Buffer.from(`t${payload}`)
  flow.onPublish(bytes, 0, 1, 1, bytes.length, packetId)
}
const oversized = { topic: 't', head: Buffer.from('x'), bytes: 2000, packetId: 9 }

it('a message before CONNACK ends the connection and is not taken, however long', () => {
  come(1)
  flow.onOversized(oversized)
  expect(done).toEqual(Array(2).fill('not MQTT: a message before CONNACK'))
  expect([recording.accepted, recording.rejected, flow.received]).toEqual([[], [], 0])
})

it('acknowledges in order what is durable, and no message of QoS 0', () => {
  flow.begin()
  for (const packetId of [2, 0, 1]) come(packetId)
  flow.chunkRead()
  const group = recording.seal()
  expect([flow.received, flow.unacknowledged, flow.newestGroup]).toEqual([3, 2, group])
  flow.durable(group)
  expect(done).toEqual(['4002000240020001'])
  expect([flow.unacknowledged, flow.newestGroup]).toEqual([0, null])
})

it('an oversized message holds back those behind it until its dead letter is durable', async () => {
  flow.begin()
  flow.onOversized(oversized)
  come(3)
  flow.chunkRead()
  flow.durable(recording.seal())
  expect(done).toEqual([])
  recording.release(0)
  await new Promise(resolve => setImmediate(resolve))
  expect(done).toEqual(['4002000940020003'])
})

it('pauses while the intake is full', () => {
  recording.limit(1)
  flow.begin()
  come(1, 'xx')
  flow.chunkRead()
  const group = recording.seal()
  expect(done).toEqual(['pause'])
  recording.commit(group)
  flow.durable(group)
  expect(done).toEqual(['pause', '40020001', 'resume'])
})

it('closes once all is acknowledged, and reads nothing more', async () => {
  flow.begin()
  come(1)
  flow.chunkRead()
  const group = recording.seal()
  const closed = flow.close(20_000)
  flow.durable(group)
  await closed
  expect(done).toEqual(['pause', '40020001'])
})

it.each<[string, number, () => void]>([
  ['the connection is lost', 20_000, () => flow.lost()],
  ['the connection was lost before', 20_000, () => undefined],
  ['the time is over', 1, () => undefined]
])('closes without an acknowledgement when %s', async (what, withinMs, then) => {
  flow.begin()
  come(1)
  flow.chunkRead()
  if (what.includes('before')) flow.lost()
  const closed = flow.close(withinMs)
  then()
  await closed
  expect([done, flow.unacknowledged]).toEqual([['pause'], 1])
})
