import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseTopic } from '../../server/contract/topics.ts'
import { type Simulators, startSimulators } from '../../simulators/start.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { startCollectingBroker } from './collectingBroker.ts'

interface Item {
  ts: number
  interval?: number
  issued?: number
}

let folder: Awaited<ReturnType<typeof tempDir>>
let broker: Awaited<ReturnType<typeof startCollectingBroker>>
let simulators: Simulators | undefined
const http = createServer((_, response) => response.end('{"t":[],"columns":{}}'))
const received: { what: string; id: string; items: Item[] }[] = []

beforeEach(async () => {
  received.length = 0
  folder = await tempDir()
  await new Promise<void>(resolve => {
    http.listen(0, '127.0.0.1', resolve)
  })
  broker = await startCollectingBroker((topic, payload) => {
    const place = parseTopic(topic)
    if (place === null || !('id' in place)) throw new Error(`${topic} is not of the contract`)
    const value: unknown = JSON.parse(String(payload))
    received.push({
      what: place.what,
      id: place.id,
      items: (Array.isArray(value) ? value : [value]) as Item[]
    })
  })
})
afterEach(async () => {
  await simulators?.stop()
  await broker.stop()
  await new Promise(resolve => http.close(resolve))
  await folder.remove()
})

test('publishes live, forecasts and the last day of everything, survives a broken connection, and stops', async () => {
  const startedAt = Date.now()
  simulators = await startSimulators({
    mqttUrl: broker.url,
    httpUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    seed: 1,
    anchor: startedAt,
    timeZone: '+09:00',
    stateDirectory: folder.path,
    historyReadingsPerS: 200_000,
    log: () => {}
  })
  const dayOf = (what: string) =>
    new Set(
      received
        .filter(
          message => message.what === what && message.items.some(({ ts }) => ts < startedAt - 23 * 3_600_000)
        )
        .map(({ id }) => id)
    ).size
  await until(
    () =>
      dayOf('weather') === 2 &&
      dayOf('transformer') === 40 &&
      dayOf('meter') === 60 &&
      dayOf('concentrator') === 40,
    { what: 'the last day of everything', timeoutMs: 15_000 }
  )
  await until(() => (simulators?.counts().live ?? 0) > 8, { what: 'live reports' })
  const forecasts = received.filter(({ what }) => what === 'forecast')
  expect(new Set(forecasts.map(({ id }) => id)).size).toBe(2)
  // The present one, a week ahead; those of the past come two a message.
  expect(new Set(forecasts.map(({ items }) => items.length))).toEqual(new Set([168, 336]))

  const connectionsLost = simulators.counts().live
  broker.dropClients()
  await until(() => (simulators?.counts().live ?? 0) > connectionsLost + 4, { what: 'live again' })

  const stamps = received.flatMap(({ items }) => items)
  expect(
    stamps.every(({ ts, interval = 0 }) => ts + interval * 1_000 <= Date.now() || interval === 3_600)
  ).toBe(true)
  await simulators.stop()
  simulators = undefined
  const count = received.length
  await new Promise(resolve => setImmediate(resolve))
  expect(received.length).toBe(count)
})
