import { afterEach, beforeEach, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import type { Series, SeriesQuery } from '../../server/readings/store.ts'
import { readWeather } from '../../server/workers/forecastWeather.ts'
import { DAY, HOUR, temperatureAt } from '../forecastDesk.ts'
import { tempDir } from '../helpers/tempDir.ts'

const time = localTime('Asia/Ho_Chi_Minh')
const origin = time.dayStart('2026-06-20') + 11.5 * HOUR

let folder: Awaited<ReturnType<typeof tempDir>>
beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

/** Hourly observations of 30 days before the origin, and as many after it that are `apartK` off; no forecast. */
const store = (intervalS: number, apartK: number) => ({
  async query({ kind, from, to }: SeriesQuery): Promise<Series> {
    const t: number[] = []
    const first = origin - 30 * DAY - HOUR / 2
    for (let at = first; kind === 'weather' && at < origin + DAY; at += HOUR)
      if (at >= from && at < to) t.push(at)
    const end = (at: number) => at + intervalS * 1000
    return {
      t,
      intervalS: t.map(() => intervalS),
      quality: t.map(() => 0),
      columns: {
        temp_c: t.map(at => temperatureAt(at) + (end(at) > origin ? apartK : 0)),
        humidity_pct: t.map(() => 70)
      }
    } as unknown as Series
  }
})

const read = (name: string, intervalS: number, apartK: number) =>
  readWeather(name, {
    reader: store(intervalS, apartK),
    ...{ directory: folder.path, now: origin, isDaily: false, origin, time },
    breathe: async () => undefined,
    onUnwritten: error => expect.fail(error.message)
  })

it.each([
  ['moments', 0],
  ['means over an hour', 3600]
])('of a past day nothing that was observed after its now is looked at: %s', async (_, intervalS) => {
  const one = await read('W1', intervalS, 0)
  const other = await read('W2', intervalS, 50)
  expect(one.isUnknown).toBe(false)
  expect([...other.temperature]).toEqual([...one.temperature])
})
