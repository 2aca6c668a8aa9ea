import { appendFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeadLetters, type DeadLettersOptions, openDeadLetters } from '../../server/log/deadLetters.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const at = Date.UTC(2026, 10, 22, 5)
let directory: { path: string; remove: () => Promise<void> }
let open: DeadLetters[]

beforeEach(async () => {
  directory = await tempDir()
  open = []
})

afterEach(async () => {
  for (const letters of open) await letters.stop()
  await directory.remove()
})

async function openLetters(options: DeadLettersOptions = {}): Promise<DeadLetters> {
  const letters = await openDeadLetters(directory.path, { warn: () => undefined, ...options })
  open.push(letters)
  return letters
}

const put = (letters: DeadLetters, text: string) =>
  letters.put({
    at,
    topic: 'gridload/v1/meter/M1/reading',
    payload: Buffer.from(text),
    reason: 'kw is missing'
  })

const payloads = async (letters: DeadLetters, limit: number) =>
  (await letters.newest(limit)).map(({ payload }) => payload)

const small = { segmentBytes: 400, maxBytes: 1000 }

describe('dead letters', () => {
  it('keep everything that is to be known', async () => {
    const letters = await openLetters()
    await put(letters, '{"ts":1}\n{}')
    expect(await letters.newest(5)).toEqual([
      {
        number: 1,
        at: '2026-11-22T05:00:00.000Z',
        topic: 'gridload/v1/meter/M1/reading',
        reason: 'kw is missing',
        payload: '{"ts":1}\n{}',
        bytes: 11
      }
    ])
    expect(letters.total).toBe(1)
  })

  it('give the newest first, over segments, no more than asked', async () => {
    const letters = await openLetters({ segmentBytes: 400 })
    for (let index = 0; index < 10; index++) await put(letters, `p${index}`)
    expect(await payloads(letters, 4)).toEqual(['p9', 'p8', 'p7', 'p6'])
    expect(await payloads(letters, 100)).toHaveLength(10)
    expect(await payloads(letters, 0)).toEqual([])
  })

  it('show a long payload cut, with its full length', async () => {
    const letters = await openLetters()
    await put(letters, 'x'.repeat(2_000_000))
    const [letter] = await letters.newest(1)
    expect(letter).toMatchObject({ payload: 'x'.repeat(4096), bytes: 2_000_000 })
    expect(letters.status().bytes).toBeLessThan(1_100_000)
  })

  it('count all that ever came: over restarts and though the oldest go', async () => {
    const letters = await openLetters(small)
    for (let index = 0; index < 30; index++) await put(letters, `p${index}`)
    const kept = async () => (await payloads(letters, 1000)).length
    await until(
      async () =>
        letters.status().bytes <= small.maxBytes && letters.status().dropped === 30 - (await kept()),
      { what: 'the oldest to go, counted' }
    )
    expect(await kept()).toBeLessThan(10)
    expect(letters.total).toBe(30)
    const { dropped } = letters.status()
    await letters.stop()

    const again = await openLetters(small)
    expect(again.total).toBe(30)
    expect(again.status().dropped).toBe(dropped)
    await put(again, 'p30')
    expect(again.total).toBe(31)
    expect(await payloads(again, 1)).toEqual(['p30'])
  })

  it('count on after a torn tail', async () => {
    const letters = await openLetters()
    for (let index = 0; index < 3; index++) await put(letters, `p${index}`)
    await letters.stop()
    const [file] = (await readdir(directory.path)).filter(name => name.endsWith('.seg'))
    await appendFile(join(directory.path, file ?? ''), Buffer.from('torn'))
    const again = await openLetters()
    await put(again, 'p3')
    expect(again.total).toBe(4)
    expect(await payloads(again, 9)).toEqual(['p3', 'p2', 'p1', 'p0'])
  })

  it('show bytes that are not text as well as they can', async () => {
    const letters = await openLetters()
    await letters.put({
      at,
      topic: 'a\nb',
      payload: Buffer.from([0xff, 0x0a, 0x41]),
      reason: 'payload is not UTF-8'
    })
    expect(await letters.newest(1)).toMatchObject([{ topic: 'a\nb', payload: '\ufffd\nA', bytes: 3 }])
  })
})
