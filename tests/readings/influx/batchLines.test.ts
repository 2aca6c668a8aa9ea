import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchOf, ReadingBatch } from '../../../server/log/readingBatch.ts'
import { batchLines } from '../../../server/readings/influx/batchLines.ts'
import { Identities } from '../../../server/readings/influx/identities.ts'
import { RequestMemory } from '../../../server/readings/influx/requestMemory.ts'
import { arrivals, merged } from '../arrivals.ts'
import { meter, NOON, reading } from '../readings.ts'

const linesOf = (batch: ReadingBatch, refused: number[] = []) =>
  batchLines(batch, new Set(refused), new Identities(), new RequestMemory())

describe('the lines of a batch', () => {
  const batch = batchOf([0, 1, 2, 3, 4].map(n => meter(`M${n}`, NOON, { kw: n }, { quality: n })))

  it('are its own bytes where nothing has changed', () => {
    const { rows, body } = linesOf(batch)
    expect(rows).toEqual([0, 1, 2, 3, 4])
    const bytes = body(rows)
    expect(bytes.buffer).toBe(batch.buffer)
    expect(bytes.toString()).toBe(
      batch
        .readings()
        .map((_, row) => `${batch.line(row)}\n`)
        .join('')
    )
    expect(body([1, 2]).toString()).toBe(`${batch.line(1)}\n${batch.line(2)}\n`)
    expect(body([1, 3]).toString()).toBe(`${batch.line(1)}\n${batch.line(3)}\n`)
  })

  it('leave out what is refused', () => {
    expect(linesOf(batch, [0, 3]).rows).toEqual([1, 2, 4])
  })

  it('say the quality of the batch and keep the text of the numbers', () => {
    const text = [
      `meter,id=M1 kw=1.50,q=7,interval_s=0,quality=0 ${NOON}`,
      `meter,id=M2 quality=12,kw=2e0,interval_s=0 ${NOON}`,
      `meter,id=M3 interval_s=900,quality=4096 ${NOON}`,
      `weather_forecast,id=W,issued=5 temp_c=30,interval_s=0,quality=1 ${NOON}`
    ]
    const changed = new ReadingBatch({ capacity: 10 })
    changed.add(Buffer.from(`${text.join('\n')}\n`))
    expect(linesOf(changed).body([0, 1, 2, 3]).toString()).toBe(`${text.join('\n')}\n`)
    changed.quality.set([1, 34, 4096, 0])
    const { body, bytesOf } = linesOf(changed)
    const sent = body([0, 1, 2, 3]).toString()
    expect(sent.split('\n')).toEqual([
      `meter,id=M1 kw=1.50,q=7,interval_s=0,quality=1 ${NOON}`,
      `meter,id=M2 quality=34,kw=2e0,interval_s=0 ${NOON}`,
      text[2],
      `weather_forecast,id=W,issued=5 temp_c=30,interval_s=0,quality=0 ${NOON}`,
      ''
    ])
    expect([0, 1, 2, 3].reduce((sum, row) => sum + bytesOf(row), 0)).toBe(sent.length)
  })

  it('are one for readings of the same identity, which then stands for all of them', () => {
    const repeated = batchOf([
      meter('A', NOON, { kw: 1, v: 230 }),
      meter('B', NOON, { kw: 2 }),
      meter('A', NOON, { kw: 3 }, { intervalS: 60, quality: 4 }),
      reading('transformer', 'A', NOON, { kw: 9 }),
      meter('A', NOON, { pf: 1 }, { intervalS: 300, quality: 2 })
    ])
    const { rows, body, behind } = linesOf(repeated)
    expect(rows).toEqual([1, 3, 4])
    expect(body([4]).toString()).toBe(`meter,id=A kw=3,v=230,pf=1,interval_s=300,quality=2 ${NOON}\n`)
    expect([1, 3, 4].map(behind)).toEqual([[1], [3], [0, 2, 4]])
  })

  it('hold the same as the batch, whatever arrives', () => {
    fc.assert(
      fc.property(arrivals, batches => {
        const readings = batches.flat()
        const { rows, body } = linesOf(batchOf(readings))
        const sent = new ReadingBatch({ capacity: 2 * readings.length + 8 })
        sent.add(body(rows))
        expect(sent.readings().toSorted((a, b) => a.ts - b.ts)).toEqual(merged(readings))
      }),
      { seed: 3 }
    )
  })
})

describe('identities', () => {
  const filled = (...readings: Parameters<typeof batchOf>[0]) => {
    const identities = new Identities()
    identities.fill(
      batchOf(readings),
      () => true,
      () => undefined
    )
    return identities
  }

  it.each([
    ['the same', meter('A', NOON, {}), true],
    ['another meter', meter('B', NOON, {}), false],
    ['another moment', meter('A', NOON + 1, {}), false],
    ['a moment 2³² ms later', meter('A', NOON + 2 ** 32, {}), false],
    ['another kind', reading('transformer', 'A', NOON, {}), false],
    ['a forecast', reading('forecast', 'A', NOON, {}, { issued: NOON }), false]
  ])('%s', (_, other, expected) => {
    const many = Array.from({ length: 3_000 }, (_, index) => meter(`N${index}`, NOON, {}))
    expect(filled(...many, meter('A', NOON, {})).overlaps(filled(other))).toBe(expected)
    expect(filled(other).overlaps(filled(...many, meter('A', NOON, {})))).toBe(expected)
  })

  it('tell two forecasts apart by when they were made', () => {
    const made = (issued: number) => reading('forecast', 'W', NOON, {}, { issued })
    expect(filled(made(NOON)).overlaps(filled(made(NOON - 1)))).toBe(false)
    expect(filled(made(NOON)).overlaps(filled(made(NOON)))).toBe(true)
  })
})
