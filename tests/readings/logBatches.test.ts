import { beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../server/contract/telemetry.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { LogBatch } from '../../server/readings/logBatch.ts'
import { LogBatches } from '../../server/readings/logBatches.ts'
import { HOUR, MINUTE, meter, NOON, reading } from './readings.ts'
import { type TestLog, testLog } from './testLog.ts'

const START = { segment: 1, offset: 0 }

describe('the log in batches', () => {
  let log: TestLog

  beforeEach(() => {
    log = testLog()
  })

  const append = (receivedAt: number, ...readings: Reading[]) =>
    log.append('readings', receivedAt, encodeReadings(readings))

  interface Seen {
    ids: string[]
    kws: (number | undefined)[]
    arrivedMs: number[]
    next: number
    receivedMs: number | null
  }
  async function all(rows: number, runBytes = 1_000_000): Promise<Seen[]> {
    const batches = new LogBatches(log, START, runBytes)
    const batch = new LogBatch(rows)
    const seen: Seen[] = []
    while (await batches.fill(batch)) {
      const readings = batch.readings.readings()
      seen.push({
        ids: readings.map(({ id }) => id),
        kws: readings.map(({ values }) => values.kw),
        arrivedMs: [...batch.arrivedAt.subarray(0, readings.length)].map(at => at - NOON),
        next: batch.next.offset,
        receivedMs: batch.receivedAt === null ? null : batch.receivedAt - NOON
      })
    }
    return seen
  }
  const m = (id: string, minute: number) => meter(id, NOON + minute * MINUTE, { kw: minute })

  it('are empty where it is', async () => {
    expect(await all(10)).toEqual([])
  })

  it('stay in order while one batch holds what there is', async () => {
    append(NOON, m('A', 1), m('B', 1))
    append(NOON + 5, m('A', 2), m('B', 2))
    const end = log.append('status', NOON + 9, Buffer.from('{}'))
    expect(await all(10)).toEqual([
      {
        ids: ['A', 'B', 'A', 'B'],
        kws: [1, 1, 2, 2],
        arrivedMs: [0, 0, 5, 5],
        next: end.offset,
        receivedMs: 9
      }
    ])
  })

  it('hold what is of one source together where several are needed, each row with its arrival', async () => {
    for (let minute = 1; minute <= 3; minute++)
      append(NOON + minute, m('A', minute), m('B', minute), m('C', minute))
    const seen = await all(4)
    expect(seen.map(({ ids }) => ids.join(''))).toEqual(['AAAB', 'BBCC', 'C'])
    expect(seen.flatMap(({ kws }) => kws)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3])
    expect(seen.flatMap(({ arrivedMs }) => arrivedMs)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3])
  })

  it('count as passed with the last of those that were put in order together', async () => {
    for (let minute = 1; minute <= 4; minute++) append(NOON + minute, m('A', minute), m('B', minute))
    const two = log.end.offset / 2
    expect((await all(3, two)).map(({ kws, next, receivedMs }) => [kws, next, receivedMs])).toEqual([
      [[1, 2, 1], 0, null],
      [[2], two, 2],
      [[3, 4, 3], two, null],
      [[4], 2 * two, 4]
    ])
  })

  it('keep days apart, so that a file of a day is written at once', async () => {
    for (const day of [0, 48]) {
      append(NOON, meter('A', NOON + day * HOUR, { kw: day }), meter('B', NOON + day * HOUR, { kw: day }))
      append(NOON, meter('A', NOON + day * HOUR + 1, { kw: day }))
    }
    const seen = await all(3)
    expect(seen.map(({ ids, kws }) => [ids.join(''), kws])).toEqual([
      ['AAB', [0, 0, 0]],
      ['AAB', [48, 48, 48]]
    ])
  })

  it('keep the forecasts of one place together, whenever they were issued', async () => {
    for (const issued of [NOON - HOUR, NOON - MINUTE])
      append(NOON, reading('forecast', 'S1', NOON, { temp_c: 30 }, { issued }), m('A', issued))
    expect((await all(3)).map(({ ids }) => ids)).toEqual([['S1', 'S1', 'A'], ['A']])
  })

  it('begin with a frame that is larger than all that is put in order at once', async () => {
    append(NOON, ...Array.from({ length: 100 }, (_, minute) => m('A', minute)))
    append(NOON, m('B', 1))
    const seen = await all(1000, 500)
    expect(seen.map(({ ids }) => ids.length)).toEqual([100, 1])
  })

  it('reject when the log does, and go on where they were', async () => {
    append(NOON, m('A', 1))
    const batches = new LogBatches(log, START, 1000)
    const batch = new LogBatch(10)
    log.failure = new Error('EIO')
    await expect(batches.fill(batch)).rejects.toThrow('EIO')
    log.failure = null
    expect(await batches.fill(batch)).toBe(true)
    expect(batch.readings.readings()).toEqual([m('A', 1)])
  })

  it('end early where too much cannot be read, and lose none of it', async () => {
    const bad = Array.from({ length: 2500 }, (_, n) => `bad ${n}\n`)
    log.append('readings', NOON, Buffer.concat([Buffer.from(bad.join('')), encodeReadings([m('A', 1)])]))
    const batches = new LogBatches(log, START, 1_000_000)
    const batch = new LogBatch(5000)
    const letters: string[] = []
    const passed: number[] = []
    while (await batches.fill(batch)) {
      letters.push(...batch.unreadable.map(({ body }) => body.toString()))
      passed.push(batch.next.offset)
    }
    expect(letters).toEqual(bad)
    expect(passed).toEqual([0, 0, log.end.offset])
    expect(batch.readings.count).toBe(0)
  })
})
