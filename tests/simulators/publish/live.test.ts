import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../../simulators/publish/connection.ts'
import { type LiveFleet, startLive } from '../../../simulators/publish/live.ts'
import { exampleSource } from './exampleSource.ts'

const start = Date.parse('2026-06-10T06:00:00Z')
let published: { topic: string; payload: unknown; at: number }[] = []
let durable: [string, number, number][] = []
let isConnected = true
let pending = 0
let fleet: LiveFleet

const connection: Connection = {
  isConnected: () => isConnected,
  pending: () => pending,
  publish: async (topic, payload) => {
    published.push({ topic, payload: JSON.parse(payload), at: Date.now() - start })
  },
  subscribe: async () => {},
  onConnect: () => {},
  stop: async () => {}
}

beforeEach(() => {
  vi.useFakeTimers({ now: start })
  published = []
  durable = []
  isConnected = true
  pending = 0
  fleet = startLive({
    sources: [
      exampleSource('M-1'),
      exampleSource('DCU-1', { cadenceMs: 60_000, phaseMs: 0, intervalDelayMs: 10_000 })
    ],
    connection,
    now: Date.now,
    onDurable: ({ key }, from, to) => durable.push([key, from - start, to - start])
  })
})
afterEach(() => {
  fleet.stop()
  vi.useRealTimers()
})

test('samples at their moment; means of the interval just ended, a little later', async () => {
  await vi.advanceTimersByTimeAsync(75_000)
  expect(published.map(({ topic, at }) => [topic, at])).toEqual([
    ['topic/M-1', 5_000],
    ['topic/DCU-1', 10_000],
    ...[20_000, 35_000, 50_000, 65_000].map(at => ['topic/M-1', at]),
    ['topic/DCU-1', 70_000]
  ])
  expect(published[0]?.payload).toEqual({ ts: start + 5_000, kw: 1 })
  expect(published[1]?.payload).toEqual({ ts: start - 60_000, interval: 60, kw: 1 })
  expect(durable.slice(0, 2)).toEqual([
    ['M-1', 5_000, 20_000],
    ['DCU-1', -60_000, 0]
  ])
})

test('without a connection, or with too many waiting, reports are left out and not queued', async () => {
  isConnected = false
  await vi.advanceTimersByTimeAsync(30_000)
  isConnected = true
  pending = 1_000
  await vi.advanceTimersByTimeAsync(10_000)
  pending = 0
  await vi.advanceTimersByTimeAsync(15_000)
  expect(published.map(({ at }) => at)).toEqual([50_000])
  expect(durable).toEqual([['M-1', 50_000, 65_000]])
  expect(fleet.counts()).toEqual({ published: 1, leftOut: 4 })
})

test('after a sleep only the newest report is sent', async () => {
  vi.setSystemTime(start + 3_600_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(published.map(({ topic }) => topic)).toEqual(['topic/M-1', 'topic/DCU-1'])
  expect(published[0]?.payload).toEqual({ ts: start + 3_600_000 - 10_000, kw: 1 })
  expect(fleet.counts().leftOut).toBe(239 + 59)
})
