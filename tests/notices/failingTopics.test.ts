import { expect, test } from 'vitest'
import { FailingTopics } from '../../server/notices/failingTopics.ts'

test('each topic waits for itself, longer with each failure, and success ends it', () => {
  const failing = new FailingTopics(() => 0.5)
  const waits = (topic: string, ...times: number[]) => times.map(now => failing.waits(topic, now))
  failing.failed('A', 0)
  expect(waits('A', 499, 500)).toEqual([true, false])
  expect(waits('B', 0)).toEqual([false])
  failing.failed('A', 1000)
  expect(waits('A', 1999, 2000)).toEqual([true, false])
  failing.succeeded('A')
  expect(waits('A', 1000)).toEqual([false])
  failing.failed('A', 3000)
  expect(waits('A', 3500)).toEqual([false])
})

test('a topic is left alone for a minute at most', () => {
  const failing = new FailingTopics(() => 0.999)
  for (let failure = 0; failure < 100; failure++) failing.failed('A', 0)
  expect([failing.waits('A', 59_000), failing.waits('A', 60_000)]).toEqual([true, false])
})

test('what has nothing to send any more is forgotten', () => {
  const failing = new FailingTopics(() => 0.5)
  failing.failed('A', 0)
  failing.failed('B', 0)
  failing.keepOnly(new Set(['B', 'C']))
  expect(failing.size).toBe(1)
  expect(failing.waits('B', 0)).toBe(true)
})
