import { expect, it } from 'vitest'
import type { Reading } from '../server/contract/telemetry.ts'
import { startLiveFollower } from '../server/liveFollower.ts'
import type { Frame, Position } from '../server/log/ingestLog.ts'
import { encodeReadings } from '../server/log/lines.ts'
import { createLiveRing, createLiveSender, type LiveSlot } from '../server/workers/liveRing.ts'
import { until } from './helpers/until.ts'

const HEADER = 16
const reading = (kw: number): Reading => ({
  ...{ kind: 'meter', id: 'M1', ts: 1_700_000_000_000 + kw, issued: null },
  ...{ intervalS: 0, quality: 0, values: { kw } }
})

/** A log of one frame a group, whose owner sends what it can through the ring; nothing is delivered before `deliver`. */
function world() {
  const ring = createLiveRing()
  const sent: LiveSlot[] = []
  const send = createLiveSender(ring, slot => sent.push(slot))
  const frames: Frame[] = []
  let end: Position = { segment: 1, offset: 0 }
  let reads = 0
  const log = {
    get end() {
      return end
    },
    async read(from: Position): Promise<Frame[]> {
      reads++
      return frames.filter(({ next }) => next.offset > from.offset)
    }
  }
  const applied: number[] = []
  const follower = startLiveFollower(
    {
      ...{ ring, log, applyStatus: () => undefined },
      apply: batch => {
        for (const { values } of batch.readings()) applied.push(values.kw ?? -1)
      },
      warn: text => {
        throw new Error(text)
      }
    },
    end
  )
  return {
    applied,
    follower,
    reads: () => reads,
    append(kw: number): void {
      const body = encodeReadings([reading(kw)])
      const from = end
      const next = { segment: 1, offset: from.offset + HEADER + body.length }
      frames.push({ kind: 'readings', receivedAt: 0, body, next })
      end = next
      send({ from, frames: [{ kind: 'readings', receivedAt: 0, body }] })
    },
    deliver(): void {
      for (const slot of sent.splice(0)) follower.take(slot)
    }
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, kw) => kw)

it('applies what comes through the ring, without reading the log', async () => {
  const { append, deliver, applied, follower, reads } = world()
  for (const kw of upTo(20)) {
    append(kw)
    deliver()
  }
  expect(applied).toEqual(upTo(20))
  expect(reads()).toBe(0)
  await follower.stop()
})

it('reads in the log what the ring had no room for, each reading once and in order', async () => {
  const { append, deliver, applied, follower } = world()
  // More groups than the ring has slots: the last ones find none.
  for (const kw of upTo(20)) append(kw)
  deliver()
  await until(() => applied.length >= 20, { what: 'the rest to be read' })
  append(20)
  deliver()
  await follower.catchUp()
  expect(applied).toEqual(upTo(21))
  await follower.stop()
})
