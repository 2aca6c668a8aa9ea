import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createLiveStream, type LiveStream, type LiveStreamNeeds } from '../../server/api/liveStream.ts'
import type { LiveChange, LiveSnapshot } from '../../server/contract/live.ts'
import { until } from '../helpers/until.ts'

const at = '2026-06-01T00:00:00.000Z'
const change = (n: number): LiveChange => ({ at: `2026-06-01T00:00:${String(n % 60).padStart(2, '0')}.000Z` })
const snapshot = { at, timeZone: '+07:00', demo: false } as LiveSnapshot

interface Client {
  response: IncomingMessage
  frames(): { event: string; id: string; data: unknown }[]
}

let server: Server
let stream: LiveStream

async function serve(options: Partial<LiveStreamNeeds> = {}): Promise<void> {
  stream = createLiveStream({ snapshot: async () => snapshot, run: 'run1', ...options })
  server = createServer((request, response) =>
    stream.connect(response, request.headers['last-event-id']?.toString())
  )
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
}

function connect(lastEventId?: string): Promise<Client> {
  const { port } = server.address() as AddressInfo
  return new Promise(done => {
    get({ port, headers: lastEventId ? { 'last-event-id': lastEventId } : {} }, response => {
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
})
