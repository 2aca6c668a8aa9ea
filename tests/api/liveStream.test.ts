import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Audience } from '../../server/api/liveAudience.ts'
import {
  createLiveStream,
  type Follower,
  type LiveStream,
  type LiveStreamNeeds
} from '../../server/api/liveStream.ts'
import type { LiveChange, LiveSnapshot } from '../../server/contract/live.ts'
import { until } from '../helpers/until.ts'

const at = '2026-06-01T00:00:00.000Z'
const change = (n: number): LiveChange => ({ at: `2026-06-01T00:00:${String(n % 60).padStart(2, '0')}.000Z` })
const snapshot = { at, timeZone: '+07:00', demo: false } as LiveSnapshot

const everything: Audience = { key: 'whole', cut: null }
/** Sees no nodes, and nothing of a change without findings. */
let cuts = 0
const findingsOnly: Audience = {
  key: 'findings',
  cut: {
    snapshot: ({ nodes: _, ...rest }) => ({ ...rest, nodes: [] }),
    change({ at, findings }) {
      cuts++
      return findings === undefined ? null : { at, findings }
    }
  }
}
const gone = new Set<string>()
const followerOf = (holder: string | undefined): Follower => ({
  audience: holder?.startsWith('part') ? findingsOnly : everything,
  holder: holder ?? '',
  person: holder?.split(' at ')[0] ?? '',
  async isIn() {
    if (gone.has(holder ?? '') && holder === 'nobody knows') throw new Error('the database is away')
    return !gone.has(holder ?? '')
  }
})

interface Client {
  response: IncomingMessage
  frames(): { event: string; id: string; data: unknown }[]
}

let server: Server
let stream: LiveStream

async function serve(options: Partial<LiveStreamNeeds> = {}): Promise<void> {
  stream = createLiveStream({ snapshot: async () => snapshot, run: 'run1', ...options })
  server = createServer((request, response) =>
    stream.connect(response, request.headers['last-event-id']?.toString(), followerOf(request.headers.cookie))
  )
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
}

function connect(lastEventId?: string, holder = 'everybody'): Promise<Client> {
  const { port } = server.address() as AddressInfo
  return new Promise(done => {
    const headers = { cookie: holder, ...(lastEventId && { 'last-event-id': lastEventId }) }
    get({ port, headers }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('error', () => {})
      done({ response, frames: () => parse(text) })
    })
  })
}

function parse(text: string) {
  return text
    .split('\n\n')
    .filter(block => block.includes('event:'))
    .map(block => {
      const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
      return { event: line('event'), id: line('id'), data: JSON.parse(line('data')) }
    })
}

afterEach(() => {
  stream.stop()
  server.closeAllConnections()
  server.close()
})

const events = (client: Client) => client.frames().map(({ event, id }) => `${event} ${id}`)

describe('the live stream', () => {
  it('begins with a snapshot and goes on with changes that count up', async () => {
    await serve()
    const client = await connect()
    await until(() => client.frames().length === 1, { what: 'snapshot' })
    stream.publish(change(1))
    stream.publish(change(2))
    await until(() => client.frames().length === 3, { what: 'changes' })
    expect(events(client)).toEqual(['snapshot run1-0', 'change run1-1', 'change run1-2'])
  })

  it('loses nothing that happens while the snapshot is gathered', async () => {
    let give: (value: LiveSnapshot) => void = () => {}
    const gathering = new Promise<LiveSnapshot>(done => {
      give = done
    })
    await serve({ snapshot: () => gathering })
    const client = await connect()
    stream.publish(change(1))
    give(snapshot)
    await until(() => client.frames().length === 2, { what: 'snapshot and change' })
    expect(events(client)).toEqual(['snapshot run1-0', 'change run1-1'])
  })

  it('resumes after the last seen change', async () => {
    await serve()
    for (let n = 1; n <= 5; n++) stream.publish(change(n))
    const client = await connect('run1-3')
    await until(() => client.frames().length === 2, { what: 'missed changes' })
    expect(events(client)).toEqual(['change run1-4', 'change run1-5'])
  })

  it.each([
    ['of another run', 'run0-3'],
    ['too old', 'run1-1'],
    ['from the future', 'run1-99'],
    ['that makes no sense', 'what']
  ])('gives a new snapshot to an id %s', async (_which, id) => {
    await serve({ slowBytes: 400 })
    for (let n = 1; n <= 5; n++) stream.publish(change(n))
    const client = await connect(id)
    await until(() => client.frames().length === 1, { what: 'snapshot' })
    expect(events(client)).toEqual(['snapshot run1-5'])
  })

  it('gives a snapshot instead of more missed changes than a client may be behind', async () => {
    await serve({ slowBytes: 200_000 })
    const big = { at, ingest: { text: 'x'.repeat(10_000) } } as unknown as LiveChange
    for (let n = 1; n <= 100; n++) stream.publish(big)
    const [long, short] = await Promise.all([connect('run1-1'), connect('run1-95')])
    await until(() => long.frames().length === 1 && short.frames().length === 5, { what: 'both served' })
    expect(events(long)).toEqual(['snapshot run1-100'])
    expect(events(short).at(0)).toBe('change run1-96')
    expect(stream.slowClientsCut).toBe(0)
  })

  it('serves only so many at once, and says so to the others', async () => {
    await serve({ mostClients: 1 })
    await connect()
    const { response } = await connect()
    expect(response.statusCode).toBe(503)
    expect(response.headers['retry-after']).toBe('10')
  })

  it('leaves room for others, however often one logs in', async () => {
    await serve({ mostClients: 4, mostOfOne: 2 })
    await connect(undefined, 'greedy at home')
    await connect(undefined, 'greedy at work')
    expect((await connect(undefined, 'greedy at large')).response.statusCode).toBe(503)
    expect((await connect(undefined, 'another')).response.statusCode).toBe(200)
  })

  it('cuts off a client that does not read, and no other', async () => {
    await serve({ slowBytes: 200_000, snapshot: async () => snapshot })
    const reading = await connect()
    const stuck = await connect()
    await until(() => stream.clients === 2, { what: 'both connected' })
    stuck.response.pause()
    const big = { at, ingest: { text: 'x'.repeat(100_000) } } as unknown as LiveChange
    await until(
      () => {
        stream.publish(big)
        return stream.slowClientsCut > 0
      },
      { what: 'the stuck client cut off' }
    )
    expect(stream.clients).toBe(1)
    const seen = reading.frames().length
    stream.publish(change(1))
    await until(() => reading.frames().length > seen, { what: 'the reader still served' })
  })

  it('tells each audience its part, worked out once, also when it comes back', async () => {
    await serve()
    const [one, two, whole] = await Promise.all([
      connect(undefined, 'part-1'),
      connect(undefined, 'part-2'),
      connect()
    ])
    await until(() => stream.clients === 3, { what: 'all connected' })
    cuts = 0
    stream.publish({ ...change(1), nodes: [] })
    stream.publish({ ...change(2), nodes: [], findings: [] })
    await until(() => one.frames().length === 2 && whole.frames().length === 3, { what: 'changes' })
    await until(() => two.frames().length === 2, { what: 'changes of the other' })
    expect(events(one)).toEqual(['snapshot run1-0', 'change run1-2'])
    expect(one.frames().at(1)?.data).toEqual({ ...change(2), findings: [] })
    expect(one.frames()[0]?.data).not.toHaveProperty('nodes.0')
    expect(cuts).toBe(2)
    const back = await connect('run1-0', 'part-1')
    await until(() => back.frames().length === 1, { what: 'missed changes' })
    expect(back.frames()).toEqual(one.frames().slice(1))
  })

  it('ends the streams of a login that has ended, and no other', async () => {
    await serve({ recheckMs: 3_600_000 })
    const [first, second, other] = await Promise.all([
      connect(undefined, 'session-1'),
      connect(undefined, 'session-1'),
      connect(undefined, 'session-2')
    ])
    await until(() => stream.clients === 3, { what: 'all connected' })
    gone.add('session-1')
    await stream.recheck()
    await until(() => first.response.complete && second.response.complete, { what: 'both ended' })
    expect(stream.clients).toBe(1)
    stream.publish(change(1))
    await until(() => other.frames().length === 2, { what: 'the other goes on' })
  })

  it('asks by itself, too, and lets nobody on who cannot be asked about', async () => {
    await serve({ recheckMs: 10 })
    const client = await connect(undefined, 'nobody knows')
    await until(() => stream.clients === 1, { what: 'connected' })
    gone.add('nobody knows')
    await until(() => client.response.complete, { what: 'ended' })
  })
})
