import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WriteFailure } from '../../../server/readings/influx/writeAnswer.ts'
import { type PostLines, writeLines } from '../../../server/readings/influx/writeLines.ts'

const MOST = 5_000

/** A server that takes all but the bad lines, and says of a request only that some are bad. */
function server(isBad: (row: number) => boolean, most = Number.POSITIVE_INFINITY) {
  const stored: number[] = []
  let requests = 0
  const post = async (rows: readonly number[]): Promise<WriteFailure | null> => {
    requests++
    if (rows.length > most) return { what: 'too-big' }
    for (const row of rows) if (!isBad(row)) stored.push(row)
    return rows.some(isBad) ? { what: 'some', reason: 'bad' } : null
  }
  return { post, stored, requests: () => requests }
}

const lines = (count: number, bytes = 70) => ({
  rows: Array.from({ length: count }, (_, row) => row),
  bytesOf: () => bytes
})

describe('writeLines', () => {
  it('finds exactly the bad lines and stores all others, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.uniqueArray(fc.nat(299), { maxLength: 8 }),
        fc.integer({ min: 1, max: 300 }),
        async (count, bad, most) => {
          const { post, stored } = server(row => bad.includes(row), most)
          const refused = await writeLines(lines(count), post, MOST)
          expect([...refused.keys()].sort()).toEqual(bad.filter(index => index < count).sort())
          expect(new Set(stored)).toEqual(new Set(lines(count).rows.filter(row => !bad.includes(row))))
        }
      ),
      { seed: 2 }
    )
  })

  it('needs few requests for one bad line in many', async () => {
    const { post, requests } = server(row => row === 4321)
    expect(await writeLines(lines(5_000), post, MOST)).toEqual(new Map([[4321, 'bad']]))
    expect(requests()).toBeLessThanOrEqual(27)
  })

  it('does not go round for ever when the server names lines that it was not sent', async () => {
    const refused = await writeLines(
      lines(2),
      async () => ({ what: 'these', refused: new Map([[9, 'which?']]) }),
      MOST
    )
    expect([...refused.keys()]).toEqual([0, 1])
  })

  it('gives up at the first trouble that is not in the lines', async () => {
    await expect(writeLines(lines(1), () => Promise.reject(new Error('down')), MOST)).rejects.toThrow('down')
  })

  it.each([
    [12_000, 70, 5_000, [5_000, 5_000, 2_000]],
    [12_000, 70, 10_000, [10_000, 2_000]],
    [5_000, 300, 5_000, [3_333, 1_667]],
    [2, 2_000_000, 5_000, [1, 1]],
    [0, 70, 5_000, []]
  ])('sends %i lines of %i bytes, %i at most in one request', async (count, bytes, mostLines, expected) => {
    const sent: number[] = []
    const post: PostLines = async rows => {
      sent.push(rows.length)
      return null
    }
    await writeLines(lines(count, bytes), post, mostLines)
    expect(sent).toEqual(expected)
  })
})
