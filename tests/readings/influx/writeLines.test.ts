import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WriteFailure } from '../../../server/readings/influx/writeAnswer.ts'
import { writeLines } from '../../../server/readings/influx/writeLines.ts'

/** A server that takes all but the bad lines, and says of a request only that some are bad. */
function server(isBad: (line: string) => boolean, most = Number.POSITIVE_INFINITY) {
  const stored: string[] = []
  let requests = 0
  const post = async (lines: readonly string[]): Promise<WriteFailure | null> => {
    requests++
    if (lines.length > most) return { what: 'too-big' }
    for (const line of lines) if (!isBad(line)) stored.push(line)
    return lines.some(isBad) ? { what: 'some', reason: 'bad' } : null
  }
  return { post, stored, requests: () => requests }
}

describe('writeLines', () => {
  it('finds exactly the bad lines and stores all others, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.uniqueArray(fc.nat(299), { maxLength: 8 }),
        fc.integer({ min: 1, max: 300 }),
        async (count, bad, most) => {
          const lines = Array.from({ length: count }, (_, index) => `line ${index}`)
          const { post, stored } = server(line => bad.includes(Number(line.slice(5))), most)
          const refused = await writeLines(lines, post)
          expect([...refused.keys()].sort()).toEqual(bad.filter(index => index < count).sort())
          expect(new Set(stored)).toEqual(new Set(lines.filter((_, index) => !bad.includes(index))))
        }
      ),
      { seed: 2 }
    )
  })

  it('needs few requests for one bad line in many', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}`)
    const { post, requests } = server(line => line === 'line 4321')
    expect(await writeLines(lines, post)).toEqual(new Map([[4321, 'bad']]))
    expect(requests()).toBeLessThanOrEqual(27)
  })

  it('does not go round for ever when the server names lines that it was not sent', async () => {
    const refused = await writeLines(['a', 'b'], async () => ({
      what: 'these',
      refused: new Map([[9, 'which?']])
    }))
    expect([...refused.keys()]).toEqual([0, 1])
  })

  it('gives up at the first trouble that is not in the lines', async () => {
    await expect(writeLines(['a'], () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  })
})
