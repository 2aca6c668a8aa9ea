import { beforeEach, describe, expect, it } from 'vitest'
import { encodeReadings } from '../../server/log/lines.ts'
import { LogBatch } from '../../server/readings/logBatch.ts'
import { Previews } from '../../server/readings/previews.ts'
import { meter, NOON } from './readings.ts'
import { type TestLog, testLog } from './testLog.ts'

describe('previews of the end of a log', () => {
  let log: TestLog
  let previews: Previews
  let batch: LogBatch
  let lastKw: number
  const start = { segment: 1, offset: 0 }

  beforeEach(() => {
    log = testLog()
    lastKw = 0
    append(100)
    previews = new Previews(log)
    log.onAppend(() => previews.note())
    batch = new LogBatch(20_000)
  })

  const append = (rows: number) => {
    lastKw++
    const readings = Array.from({ length: rows }, (_, n) => meter(`M${n}`, NOON + n, { kw: lastKw }))
    log.append('readings', NOON, encodeReadings(readings))
  }
  const preview = async (after = start) => {
    if (!(await previews.fill(batch, after))) return []
    return [...new Set(batch.readings.readings().map(({ values }) => values.kw))]
  }

  it('hold nothing that was there at the start', async () => {
    expect(await preview()).toEqual([])
    append(1)
    expect(await preview()).toEqual([2])
  })

  it('begin behind the last one that was stored, and once more with one that was not', async () => {
    append(10)
    expect(await preview()).toEqual([2])
    append(10)
    expect(await preview()).toEqual([2, 3])
    previews.stored(batch)
    expect(await preview()).toEqual([])
    append(10)
    expect(await preview()).toEqual([4])
  })

  it('leave out what is too much, the oldest of it', async () => {
    // 60 bytes a line: 16 frames are about 1 MB.
    for (let frame = 0; frame < 16; frame++) append(1_000)
    const kws = await preview()
    expect(kws.length).toBeLessThanOrEqual(9)
    expect(kws.length).toBeGreaterThan(3)
    expect(kws.at(-1)).toBe(lastKw)
  })

  it('hold at least the last frame, however large', async () => {
    append(12_000)
    append(12_000)
    expect(await preview()).toEqual([lastKw])
  })

  it('hold nothing that is being stored in its turn', async () => {
    append(10)
    expect(await preview(log.end)).toEqual([])
    const { end } = log
    append(10)
    expect(await preview(end)).toEqual([])
  })
})
