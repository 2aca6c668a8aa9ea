import { expect, it } from 'vitest'
import { WriteWindow } from '../../server/readings/writeWindow.ts'

it('begins with a few, widens by one for each that is full of successes, and is one after a failure', () => {
  const window = new WriteWindow(16)
  const widths = [window.size]
  for (let write = 0; write < 120; write++) {
    window.done(20)
    if (widths.at(-1) !== window.size) widths.push(window.size)
  }
  expect(widths).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
  window.failed()
  expect(window.size).toBe(1)
  window.done(20)
  expect(window.size).toBe(2)
})

it('halves when the store is slow, and never closes', () => {
  const window = new WriteWindow(4)
  expect(window.size).toBe(4)
  window.done(6_000)
  expect(window.size).toBe(2)
  for (let write = 0; write < 5; write++) window.done(6_000)
  expect(window.size).toBe(1)
})

it('is never wider than suits the store', () => {
  const window = new WriteWindow(1)
  for (let write = 0; write < 10; write++) window.done(1)
  expect(window.size).toBe(1)
})
