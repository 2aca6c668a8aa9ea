import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Forecast } from '../../server/contract/forecasts.ts'
import { localTime } from '../../server/contract/localTime.ts'
import type { LoadQuery, LoadSteps, Series, SeriesQuery } from '../../server/readings/store.ts'
import { createReplayForesight, type ReplayForesight } from '../../server/workers/replayForesight.ts'
import { node } from '../grid/nodes.ts'
import { tempDir } from '../helpers/tempDir.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const day = '2026-05-20'
const from = Date.parse('2026-05-20T00:00:00+07:00')
const nodes = [
  node('F1', 'feeder', null, { capacityKw: 1000 }),
  node('F2', 'feeder', null, { capacityKw: 900 }),
  node('MP', 'meteringPoint', 'F1', { capacityKw: 5000, customerId: 'C1' })
]

const issue = (nodeId: string, issuedAt: number, kw: number): Forecast => ({
  ...{ nodeId, issuedAt: new Date(issuedAt).toISOString(), kind: 'intraday', basis: 'full', stepS: 1800 },
  ...{ t: [from - HOUR, from, from + DAY], p10Kw: [kw, kw, kw], p50Kw: [kw, kw, kw], p90Kw: [kw, kw, kw] },
  ...{
    temperatureC: [null, null, null],
    weather: { station: null, issuedAt: null },
    peaks: [],
    capacityKw: 1000
  },
  ...{ highestEverKw: null, flags: [], trainedDays: 800, trainedUntil: new Date(from).toISOString() }
})

let directory: Awaited<ReturnType<typeof tempDir>>
beforeAll(async () => {
  directory = await tempDir()
})
afterAll(() => directory?.remove())

/** Sixty days of a daily curve, and from `wrongFrom` on something else. */
function foresight(kept: Forecast[], folder: string, wrongFrom = Infinity): ReplayForesight {
  const local = localTime('Asia/Ho_Chi_Minh')
  const issuedIn = (ids: readonly string[], start: number, end: number) =>
    kept.filter(({ nodeId, issuedAt }) => {
      const at = Date.parse(issuedAt)
      return ids.includes(nodeId) && at >= start && at < end
    })
  return createReplayForesight({
    ...{ day, local, nodes, timeZone: 'Asia/Ho_Chi_Minh', directory: `${directory.path}/${folder}` },
    stationOf: () => null,
    reads: () => ({
      async queryLoad({ from: start, to }: LoadQuery): Promise<LoadSteps> {
        const t: number[] = []
        for (let at = Math.max(start, from - 60 * DAY); at < to; at += HOUR / 2) t.push(at)
        const kw = t.map(at => (500 + 300 * Math.sin((at / DAY) * 2 * Math.PI)) * (at >= wrongFrom ? 3 : 1))
        const full = t.map(() => 30)
        return { t, kw, kwMin: kw, kwMax: kw, known: full, reported: full, expected: full }
      },
      query: async (_: SeriesQuery): Promise<Series> => ({ t: [], intervalS: [], quality: [], columns: {} })
    }),
    async newest(ids, by) {
      const newest = new Map(issuedIn(ids, 0, by + 1).map(one => [one.nodeId, one]))
      return [...newest.values()]
    },
    issued: async (ids, start, end) => issuedIn(ids, start, end),
    daysOff: async () => ({ publicHolidays: [], daysOff: [] }),
    calls: async () => new Map()
  })
}

/** Everything that is issued from midnight up to a moment, looked for every ten seconds. */
async function issuedBy(one: ReplayForesight, until: number): Promise<string[]> {
  const found: string[] = []
  for (let at = from; at <= until; at += 10_000) {
    if (!one.isDue(at)) continue
    for (const { nodeId, issuedAt, p50Kw } of await one.at(at)) {
      const clock = new Date(Date.parse(issuedAt) + 7 * HOUR).toISOString().slice(11, 19)
      found.push(`${nodeId} ${clock} at ${(at - from) / MINUTE} min: ${Math.round(p50Kw[0] ?? 0)}`)
    }
  }
  return found
}

describe('what was foretold on a past day', () => {
  it('stays for the hours that a later issue no longer speaks of', async () => {
    const steps = { t: [from, from + HOUR], p10Kw: [1, 1], p50Kw: [1, 1], p90Kw: [1, 1] }
    const later = { t: [from + HOUR, from + 2 * HOUR], p10Kw: [7, 8], p50Kw: [7, 8], p90Kw: [7, 8] }
    const kept = [
      { ...issue('F1', from, 1), ...steps },
      { ...issue('F1', from + HOUR, 1), ...later }
    ]
    const one = foresight(kept, 'overlaid')
    await issuedBy(one, from + 90 * MINUTE)
    expect(one.of('F1').forecast).toMatchObject({
      issuedAt: new Date(from + HOUR).toISOString(),
      t: [from, from + HOUR, from + 2 * HOUR],
      p50Kw: [1, 7, 8]
    })
  })
  it('is what was kept, each issue from the moment at which it was issued', async () => {
    const kept = [
      issue('F1', from - 20 * MINUTE, 1),
      issue('F2', from - 20 * MINUTE, 2),
      issue('F1', from + 5 * MINUTE + 7_000, 3),
      issue('F2', from + 32 * MINUTE, 4),
      issue('F1', from + 62 * MINUTE, 5),
      issue('F1', from + 9 * HOUR, 6)
    ]
    const one = foresight(kept, 'kept')
    expect(one.of('F1')).toEqual({ forecast: null, reason: expect.stringMatching(/by this moment/) })
    expect(await issuedBy(one, from + 2 * HOUR)).toEqual([
      'F1 23:40:00 at 0 min: 1',
      'F2 23:40:00 at 0 min: 2',
      `F1 00:05:07 at ${5 + 1 / 6} min: 3`,
      'F2 00:32:00 at 32 min: 4',
      'F1 01:02:00 at 62 min: 5'
    ])
    expect(one.ahead().map(({ nodeId, issuedAt }) => [nodeId, issuedAt])).toEqual([
      ['F1', from + 62 * MINUTE],
      ['F2', from + 32 * MINUTE]
    ])
    // Of the replayed day alone.
    expect(one.of('F1').forecast?.t).toEqual([from])
    expect(one.of('MP')).toEqual({
      forecast: null,
      reason: expect.stringMatching(/only nodes with a capacity/)
    })
  })

  it('is made again where nothing was kept: once for the day, then with the newest loads', async () => {
    const found = await issuedBy(foresight([], 'made'), from + 7 * HOUR)
    expect(found.map(text => text.split(':').slice(0, 2).join(':'))).toEqual([
      ...['F1 00:05', 'F2 00:05', 'F1 03:02', 'F2 03:02', 'F1 06:02', 'F2 06:02']
    ])
  })

  it('rests on nothing that was not known by then', async () => {
    const until = from + 4 * HOUR
    const plain = await issuedBy(foresight([], 'plain'), until)
    expect(await issuedBy(foresight([], 'later', from + 3 * HOUR), until)).toEqual(plain)
    expect(await issuedBy(foresight([], 'earlier', from - DAY), until)).not.toEqual(plain)
  })
})
