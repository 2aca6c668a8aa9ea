import { expect, it } from 'vitest'
import { createInflightMeter } from '../../server/ingest/inflight.ts'

/** Rounds of filling up to so many, waiting, and acknowledging; returns the state at the end. */
function rounds(
  times: number,
  fill: (round: number) => number,
  { waitMs, idleMs }: { waitMs: number; idleMs: number },
  limit = 10_000
) {
  const meter = createInflightMeter(limit)
  let now = 0
  for (let round = 0; round < times; round++) {
    meter.changed(fill(round), now)
    now += waitMs
    meter.changed(0, now)
    now += idleMs
  }
  return { ...meter.state(now), later: meter.state(now + 60_000).throttling }
}

it('notices a broker that waits at always the same number', () => {
  expect(rounds(2000, () => 20, { waitMs: 4, idleMs: 1 })).toEqual({
    ...{ seen: 20, throttling: true, later: false }
  })
})

it('is not misled by a steady small load', () => {
  expect(rounds(2000, () => 1, { waitMs: 2, idleMs: 98 }).throttling).toBe(false)
})

it('is not misled by groups of many sizes', () => {
  const sizes = (round: number) => 1 + ((round * 7919) % 500)
  expect(rounds(2000, sizes, { waitMs: 4, idleMs: 1 })).toMatchObject({ seen: 500, throttling: false })
})

it('does not blame the broker for our own limit', () => {
  expect(rounds(2000, () => 1000, { waitMs: 4, idleMs: 1 }, 1000).throttling).toBe(false)
})

it('does not blame the broker while nothing becomes durable', () => {
  expect(rounds(3, () => 20, { waitMs: 4000, idleMs: 1 }).throttling).toBe(false)
})
