import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CurtailmentEvent } from '../server/contract/events.ts'
import type { LiveChange } from '../server/contract/live.ts'
import type { IngestState } from '../server/contract/sources.ts'
import { type Cycle, createCycle } from '../server/cycle.ts'
import { event, next, noon, participant } from './records/samples.ts'

let now: number
let published: LiveChange[]
let cycle: Cycle

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  now = noon
  published = []
  cycle = createCycle({
    now: () => now,
    states: () => [],
    ingest: () => ({}) as IngestState,
    onFault: (step, error) => {
      throw new Error(step, { cause: error })
    }
  })
  cycle.start({
    tickEvents: async () => {},
    evaluateRules: async () => [],
    publish: change => void published.push(change)
  })
})
afterEach(async () => {
  await cycle.stop()
  vi.useRealTimers()
})

/** What the pages hear of events in the next seconds, one list a second. */
async function hear(seconds: number): Promise<(CurtailmentEvent[] | undefined)[]> {
  const heard: (CurtailmentEvent[] | undefined)[] = []
  for (let second = 0; second < seconds; second++) {
    now += 1000
    published = []
    await vi.advanceTimersByTimeAsync(1000)
    heard.push(published.at(-1)?.events)
  }
  return heard
}

const of = (count: number) =>
  event('CE-1', ['draft', 'notified'], {
    participants: Array.from({ length: count }, (_, i) => participant(`C${i}`))
  })

test('every change of an event goes to the pages with the next cycle', async () => {
  const small = of(40)
  for (let i = 0; i < 3; i++) {
    cycle.eventChanged(small)
    expect(await hear(1)).toEqual([[small]])
  }
  expect(await hear(1)).toEqual([undefined])
})

test('of the answers to a large event they hear together after a while, of a new version at once', async () => {
  const large = of(3500)
  cycle.eventChanged(large)
  expect(await hear(1)).toEqual([[large]])
  const answered = { ...large, reason: 'the newest' }
  cycle.eventChanged({ ...large })
  expect(await hear(2)).toEqual([undefined, undefined])
  cycle.eventChanged(answered)
  expect(await hear(3)).toEqual([undefined, [answered], undefined])
  cycle.eventChanged(answered)
  expect(await hear(1)).toEqual([undefined])
  const standby = next(large, 'standby')
  cycle.eventChanged(standby)
  expect(await hear(1)).toEqual([[standby]])
})
