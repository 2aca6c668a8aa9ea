import { expect, test } from 'vitest'
import { breath, mapInPieces } from '../../server/contract/breath.ts'

/** Keeps the thread for a while. */
function hold(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0
  let going = true
  const count = () => {
    turns++
    if (going) setImmediate(count)
  }
  setImmediate(count)
  await work()
  going = false
  return turns
}

test('whoever holds the thread long lets the others go on between two pieces', async () => {
  const turns = await turnsDuring(async () => {
    for (let piece = 0; piece < 5; piece++) {
      hold(12)
      await breath()
    }
  })
  expect(turns).toBeGreaterThanOrEqual(3)
})

test('several that work at once do not add up to one long turn', async () => {
  const turns = await turnsDuring(async () => {
    const work = async () => {
      for (let piece = 0; piece < 4; piece++) {
        hold(12)
        await breath()
      }
    }
    await Promise.all([work(), work(), work()])
  })
  expect(turns).toBeGreaterThanOrEqual(4)
})

test('a list is made in pieces, in its order', async () => {
  const list = Array.from({ length: 1201 }, (_, i) => i)
  expect(await mapInPieces(list, (item, i) => item + i)).toEqual(list.map(i => 2 * i))
  expect(await mapInPieces([], () => 1)).toEqual([])
})
