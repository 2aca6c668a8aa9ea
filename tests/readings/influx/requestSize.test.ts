import { expect, it } from 'vitest'
import { RequestSize } from '../../../server/readings/influx/requestSize.ts'

it('grows with full requests that go fast, up to its bound', () => {
  const size = new RequestSize(20_000)
  expect(size.lines).toBe(5_000)
  size.done(4_999, 10)
  expect(size.lines).toBe(5_000)
  size.done(5_000, 10)
  expect(size.lines).toBe(10_000)
  size.done(5_000, 10)
  expect(size.lines).toBe(10_000)
  size.done(10_000, 10)
  size.done(20_000, 10)
  expect(size.lines).toBe(20_000)
})

it('shrinks after a slow one, and to what every server takes after a failure', () => {
  const size = new RequestSize(20_000)
  size.done(5_000, 10)
  size.done(10_000, 10)
  size.done(100, 2_001)
  expect(size.lines).toBe(10_000)
  size.done(100, 30_000)
  size.done(100, 30_000)
  expect(size.lines).toBe(5_000)
  size.done(5_000, 10)
  size.failed()
  expect(size.lines).toBe(5_000)
})

it('stays where a server takes no more', () => {
  const size = new RequestSize(5_000)
  size.done(5_000, 1)
  expect(size.lines).toBe(5_000)
})
