import { expect, it } from 'vitest'
import { encodeReadings } from '../../../server/log/lines.ts'
import { startFeed } from '../../../server/readings/feed.ts'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { until } from '../../helpers/until.ts'
import { HOUR, meter, NOON } from '../readings.ts'
import { testLog } from '../testLog.ts'
import { startGatedServer } from './gatedServer.ts'

/** About 12 MB: more than the bound from which the newest readings come between. */
const FRAMES = 160
const LINES = 1_000

it('a slow server gets the newest readings soon after it is back, and everything in the end', async () => {
  const server = await startGatedServer()
  const url = `http://127.0.0.1:${server.port}`
  const store = await openReadingsStore({ kind: 'influx1', url, database: 'grid' }, () => NOON)
  const log = testLog()
  const cursor = log.cursor()
  const name = 'a-meter-with-a-name-of-usual-length'
  for (let frame = 0; frame < FRAMES; frame++) {
    const readings = Array.from({ length: LINES }, (_, n) =>
      meter(`${name}-${n}`, NOON + frame, { kw: frame, kwh: n })
    )
    log.append('readings', NOON, encodeReadings(readings))
  }
  const feed = startFeed({
    ...{ log, cursor, store, now: () => NOON, random: () => 0, gatherMs: 0, retryMs: () => 1 },
    deadLetters: { put: async () => undefined }
  })
  try {
    const requests: string[][] = []
    let failures = 3
    const answerNext = () => {
      const [request] = server.held
      if (request === undefined) return
      if (failures-- > 0) return request.answer(503)
      requests.push(request.lines)
      request.answer(204)
    }
    log.append('readings', NOON, encodeReadings([meter('LIVE', NOON + HOUR, { kw: 1 })]))
    const isLive = (line: string) => line.startsWith('meter,id=LIVE')
    const all = () => log.bytesAfter(cursor.position) === 0
    await until(
      () => {
        answerNext()
        return all()
      },
      { what: 'all is stored', timeoutMs: 30_000 }
    )
    const withLive = requests.flatMap((lines, place) => (lines.some(isLive) ? [place] : []))
    // Once ahead, once in its turn.
    expect(withLive).toHaveLength(2)
    expect(withLive[0]).toBeLessThan(10)
    expect(withLive[1]).toBe(requests.length - 1)
    const backlog = requests.flat().filter(line => !isLive(line))
    expect(new Set(backlog).size).toBe(FRAMES * LINES)
    expect(backlog).toHaveLength(FRAMES * LINES)
  } finally {
    await feed.stop()
    await store.stop()
    await server.stop()
  }
})
