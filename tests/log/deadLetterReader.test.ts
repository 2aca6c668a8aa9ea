import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDeadLetterReader } from '../../server/log/deadLetterReader.ts'
import { type DeadLetters, openDeadLetters } from '../../server/log/deadLetters.ts'
import { HEADER_BYTES } from '../../server/log/frame.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

let directory: { path: string; remove: () => Promise<void> }
let letters: DeadLetters
const small = { segmentBytes: 300, maxBytes: 1000 }

beforeEach(async () => {
  directory = await tempDir()
  letters = await openDeadLetters(directory.path, { ...small, warn: () => undefined })
})
afterEach(async () => {
  await letters.stop()
  await directory.remove()
})

const put = (number: number) =>
  letters.put({
    at: number,
    topic: `a/${number}`,
    payload: Buffer.from(`p${number}`),
    reason: `r${number % 3}`
  })

async function numbers(from: number, to: number): Promise<number[]> {
  const found: number[] = []
  for await (const letter of openDeadLetterReader(directory.path).range(from, to)) {
    expect(letter.payload.toString()).toBe(`p${letter.number}`)
    found.push(letter.number)
  }
  return found
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('a reader beside the owner of the dead letters', () => {
  it('finds any range, over segments, and single ones', async () => {
    for (let number = 1; number <= 10; number++) await put(number)
    for (let from = 1; from <= 10; from++)
      for (let to = from; to <= 11; to++)
        expect(await numbers(from, to)).toEqual(upTo(from, Math.min(to, 10)))
    const reader = openDeadLetterReader(directory.path)
    expect(await reader.get(7)).toEqual({
      ...{ number: 7, at: 7, topic: 'a/7', payload: Buffer.from('p7'), reason: 'r1', bytes: 2 }
    })
    expect(await reader.get(11)).toBeNull()
    expect(await reader.get(0)).toBeNull()
  })

  it('gives the newest that match', async () => {
    for (let number = 1; number <= 10; number++) await put(number)
    const reader = openDeadLetterReader(directory.path)
    const newest = await reader.newest(2, ({ reason }) => reason === 'r1')
    expect(newest.map(({ number }) => number)).toEqual([10, 7])
    expect(await reader.newest(0)).toEqual([])
  })

  it('does without those that have gone, and those that are damaged', async () => {
    for (let number = 1; number <= 40; number++) await put(number)
    const isTrimmed = async () => (await numbers(1, 40))[0] === letters.status().dropped + 1
    await until(async () => letters.status().bytes <= small.maxBytes && (await isTrimmed()), {
      what: 'the oldest to go'
    })
    const { dropped } = letters.status()
    expect(dropped).toBeGreaterThan(10)
    expect(await numbers(1, 40)).toEqual(upTo(dropped + 1, 40))
    await letters.stop()
    const reader = openDeadLetterReader(directory.path)
    const [segment] = (await readdir(directory.path)).filter(name => name.endsWith('.seg')).sort()
    const file = join(directory.path, segment ?? '')
    const bytes = await readFile(file)
    bytes[HEADER_BYTES + 3] = 0
    await writeFile(file, bytes)
    expect(await numbers(1, 40)).toEqual(upTo(dropped + 2, 40))
    expect(await reader.get(dropped + 1)).toBeNull()
  })

  it('has nothing where there is no folder', async () => {
    const reader = openDeadLetterReader(join(directory.path, 'none'))
    expect(await reader.newest(5)).toEqual([])
    expect(await reader.get(1)).toBeNull()
  })
})
