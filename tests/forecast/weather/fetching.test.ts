import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openFetchedFile } from '../../../server/forecast/weather/fetchedFile.ts'
import { type FetchingNeeds, startFetching } from '../../../server/forecast/weather/fetching.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { until } from '../../helpers/until.ts'
import { answer, HOUR, NOON } from './answers.ts'

type Reply = (response: ServerResponse, request: IncomingMessage) => void
const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  response =>
    void response.writeHead(status, headers).end(JSON.stringify(body))

const KEY = 'the secret & key'
const hanoi = { id: 'W1', latitude: 21.03, longitude: 105.85 }
let folder: Awaited<ReturnType<typeof tempDir>>
let stops: (() => Promise<void>)[] = []
/** What is answered, one after another; the last again and again. */
let replies: Reply[]
let asked: { url: string; etag: string | undefined }[]
let taken: { topic: string; items: Record<string, number>[] }[]
let warnings: string[]
/** The clock stands unless a test moves it. */
let clock: number
let address: string

beforeEach(async () => {
  folder = await tempDir()
  ;[replies, asked, taken, warnings, clock] = [[], [], [], [], NOON]
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', etag: request.headers['if-none-match'] })
    const reply = replies.length > 1 ? replies.shift() : replies[0]
    reply?.(response, request)
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
})
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop()
  stops = []
  await folder.remove()
})

async function start(change: Partial<FetchingNeeds> = {}) {
  const fetching = startFetching({
    url: address,
    apiKey: KEY,
    stations: [hanoi],
    everyMs: HOUR,
    file: await openFetchedFile(join(folder.path, 'weather/fetched.json'), change.url ?? address),
    accept: async (topic, payload) => void taken.push({ topic, items: JSON.parse(payload) }),
    observedAt: () => null,
    warn: text => warnings.push(text),
    now: () => clock,
    random: () => 0,
    gapMs: 1,
    ...change
  })
  stops.push(fetching.stop)
  return fetching
}

const isFetched = (fetching: Awaited<ReturnType<typeof start>>, id = 'W1') =>
  until(() => fetching.state(id)?.fetched !== null, { what: 'an answer was kept' })
const isTroubled = (fetching: Awaited<ReturnType<typeof start>>, id = 'W1') =>
  until(() => (fetching.state(id)?.trouble ?? null) !== null, { what: 'trouble is said' })

it('takes a forecast in as readings of its station, and present conditions as an observation', async () => {
  const current = {
    time: (NOON - 600_000) / 1000,
    interval: 900,
    temperature_2m: 33.3,
    relative_humidity_2m: 64
  }
  replies = [json(answer({ current }), 200, { etag: '"v1"' })]
  clock = NOON + 12_345
  const fetching = await start()
  await isFetched(fetching)
  expect(new URL(asked[0]?.url ?? '', address).searchParams.get('apikey')).toBe(KEY)
  expect(taken.map(({ topic }) => topic)).toEqual([
    'gridload/v1/weather/W1/forecast',
    'gridload/v1/weather/W1/observation'
  ])
  const [forecast, observation] = taken
  expect(forecast?.items).toHaveLength(189)
  expect(forecast?.items[0]).toEqual({ ts: NOON, issued: NOON, temp_c: 30.3, humidity_pct: 63 })
  expect(observation?.items).toEqual([{ ts: NOON - 600_000, temp_c: 33.3, humidity_pct: 64 }])
  expect(fetching.state('W1')).toMatchObject({ fetched: { issuedAt: NOON, etag: '"v1"' }, trouble: null })
  expect(fetching.state('W9')).toBeNull()
})

it('asks nobody within the period after a restart, and then says what it has', async () => {
  replies = [json(answer(), 200, { etag: '"v1"' })]
  const first = await start()
  await isFetched(first)
  await first.stop()
  clock += HOUR - 1000
  const second = await start()
  expect(second.state('W1')?.fetched?.issuedAt).toBe(NOON)
  await second.stop()
  expect(asked).toHaveLength(1)
  // The period is over: nothing has changed there, so nothing is taken in.
  replies = [response => void response.writeHead(304).end()]
  clock += 2000
  const third = await start()
  await until(() => third.state('W1')?.fetched?.fetchedAt === clock, { what: 'asked anew' })
  expect(asked.map(({ etag }) => etag)).toEqual([undefined, '"v1"'])
  expect(taken).toHaveLength(1)
  expect(third.state('W1')?.fetched?.issuedAt).toBe(NOON)
})

it('the same answer once more is no new forecast; another one is', async () => {
  replies = [json(answer())]
  const first = await start()
  await isFetched(first)
  await first.stop()
  clock += HOUR
  const second = await start()
  await until(() => second.state('W1')?.fetched?.fetchedAt === clock, { what: 'asked anew' })
  expect(taken).toHaveLength(1)
  await second.stop()
  replies = [json(answer({}, NOON + 24 * HOUR))]
  clock += HOUR + 90_000
  await start()
  await until(() => taken.length === 2, { what: 'the new forecast is taken in' })
  expect(taken[1]?.items[0]?.issued).toBe(NOON + 2 * HOUR + 60_000)
})

it('a station that moved, or another source, is asked at once', async () => {
  replies = [json(answer())]
  const first = await start()
  await isFetched(first)
  await first.stop()
  await start({ stations: [{ ...hanoi, latitude: 10.8 }] })
  await until(() => asked.length === 2, { what: 'the moved station is asked for' })
  const file = await openFetchedFile(join(folder.path, 'weather/fetched.json'), 'http://another')
  expect(file.get(hanoi)).toBeNull()
})

it('takes present conditions only where no sensor of our own speaks', async () => {
  const current = { time: NOON / 1000, temperature_2m: 33 }
  replies = [json(answer({ current }))]
  const observed = new Map([['W1', NOON - 60_000]])
  const stations = [hanoi, { ...hanoi, id: 'W2' }]
  const fetching = await start({ stations, observedAt: id => observed.get(id) ?? null })
  await isFetched(fetching, 'W1')
  await isFetched(fetching, 'W2')
  expect(taken.map(({ topic }) => topic)).toEqual([
    'gridload/v1/weather/W1/forecast',
    'gridload/v1/weather/W2/forecast',
    'gridload/v1/weather/W2/observation'
  ])
})

it('says why the source does not answer, asks for nobody else meanwhile, and goes on by itself', async () => {
  replies = [
    json({ error: true, reason: `key ${KEY} is over its limit` }, 429, { 'retry-after': '90' }),
    json(answer())
  ]
  const stations = [hanoi, { ...hanoi, id: 'W2' }]
  const fetching = await start({ stations })
  await isTroubled(fetching)
  for (const { id } of stations) {
    expect(fetching.state(id)?.trouble).toBe('too many requests (429): key … is over its limit')
  }
  expect(warnings).toEqual(['weather source: too many requests (429): key … is over its limit'])
  await fetching.stop()
  expect(asked).toHaveLength(1)

  replies = [json({}, 503), json(answer())]
  const soon = await start({ stations, everyMs: 20, now: () => NOON + performance.now() })
  await isFetched(soon, 'W2')
  expect(soon.state('W1')?.trouble).toBeNull()
})

it('what is wrong with one station keeps no other from being asked', async () => {
  const isFirst = (request: IncomingMessage) => request.url?.includes('latitude=95') === true
  replies = [
    (response, request) =>
      isFirst(request)
        ? json({ error: true, reason: 'Latitude must be in range of -90 to 90°.' }, 400)(response, request)
        : json(answer())(response, request)
  ]
  const fetching = await start({
    stations: [
      { ...hanoi, latitude: 95 },
      { ...hanoi, id: 'W2' }
    ]
  })
  await isFetched(fetching, 'W2')
  expect(fetching.state('W1')).toEqual({
    fetched: null,
    trouble: 'it answers 400: Latitude must be in range of -90 to 90°.'
  })
  expect(fetching.state('W2')?.trouble).toBeNull()
})

it.each<[string, Reply, string]>([
  ['an error of the server', json({}, 500), 'it answers 500'],
  ['a wrong key', json({ error: true, reason: 'invalid key' }, 401), 'it refuses the key (401): invalid key'],
  ['text', response => void response.end('<html>'), 'its answer is not JSON'],
  [
    'half an answer',
    response => void response.writeHead(200, { 'content-length': '99' }).end('{'),
    'it broke'
  ],
  [
    'degrees Fahrenheit',
    json(answer({ hourly_units: { temperature_2m: '°F' } })),
    'hourly_units: its temperatures are in °F, °C is needed'
  ],
  ['a huge answer', response => void response.end(Buffer.alloc(2 ** 21, ' ')), 'larger than 1024 KiB'],
  ['no answer', () => {}, 'it did not answer within 0.3 s'],
  ['a redirect', json({}, 302, { location: 'http://169.254.169.254/' }), 'it leads elsewhere (302)'],
  ['the weather of last year', json(answer({}, NOON - 365 * 24 * HOUR)), 'its hourly values are all past']
])('%s is refused, said, and takes nothing in', async (_what, reply, words) => {
  replies = [reply]
  const fetching = await start({ timeoutMs: 300 })
  await isTroubled(fetching)
  expect(fetching.state('W1')?.trouble).toContain(words)
  expect([taken, fetching.state('W1')?.fetched]).toEqual([[], null])
  expect(warnings).toHaveLength(1)
  expect(warnings.join() + fetching.state('W1')?.trouble).not.toContain(KEY)
})

it('a source that is not there is said without its address and key', async () => {
  const fetching = await start({ url: 'http://127.0.0.1:1' })
  await isTroubled(fetching)
  expect(fetching.state('W1')?.trouble).toBe('it refuses connections')
})

it('what could not be made durable is asked for again, not taken for known', async () => {
  replies = [json(answer())]
  let fails = true
  const fetching = await start({
    everyMs: 20,
    async accept(topic, payload) {
      if (fails) throw new Error('the disk is full')
      taken.push({ topic, items: JSON.parse(payload) })
    }
  })
  await isTroubled(fetching)
  expect(fetching.state('W1')).toEqual({
    fetched: null,
    trouble: 'what it answered cannot be kept: the disk is full'
  })
  fails = false
  clock += 60_000
  await isFetched(fetching)
  expect(taken).toHaveLength(1)
})

it('stops in the middle of a request', async () => {
  replies = [() => {}]
  const fetching = await start({ timeoutMs: 60_000 })
  await until(() => asked.length === 1, { what: 'asked' })
  await fetching.stop()
  expect(taken).toEqual([])
})
