import { afterEach, expect, test } from 'vitest'
import { importRegistry } from '../../simulators/registryImport.ts'
import { startHttpStub } from './httpStub.ts'

let stub: Awaited<ReturnType<typeof startHttpStub>>
afterEach(() => stub.stop())

const signal = new AbortController().signal
const server = () => ({ httpUrl: stub.url, httpToken: 'gl_1_secret' })
const report = { applied: true, rows: 2, added: ['NPC', 'E71'], changed: [], unchanged: 0, errors: [] }

test('an empty grid is given the registry', async () => {
  let posted = ''
  const asWhom: unknown[] = []
  stub = await startHttpStub((request, body) => {
    asWhom.push(request.headers.authorization)
    if (request.method === 'GET') return { body: { nodes: [] } }
    posted = body
    return { body: report }
  })
  await expect(importRegistry(server(), 'NPC', () => 'kind,id', signal)).resolves.toContain('2 entries')
  expect(stub.asked).toEqual(['GET /api/grid', 'POST /api/registry/import?apply=true'])
  expect(posted).toBe('kind,id')
  expect(asWhom).toEqual(['Bearer gl_1_secret', 'Bearer gl_1_secret'])
})

test('a grid that has the company is left alone', async () => {
  stub = await startHttpStub(() => ({ body: { nodes: [{ id: 'NPC' }] } }))
  await expect(importRegistry(server(), 'NPC', () => '', signal)).resolves.toContain('already')
  expect(stub.asked).toEqual(['GET /api/grid'])
})

test('a refusal is told, and not tried again', async () => {
  stub = await startHttpStub(request =>
    request.method === 'GET'
      ? { body: { nodes: [] } }
      : { status: 422, body: { ...report, errors: [{ line: 3, reason: 'no such parent' }] } }
  )
  await expect(importRegistry(server(), 'NPC', () => '', signal)).resolves.toContain('line 3: no such parent')
  expect(stub.asked.length).toBe(2)
})

test('without a login it says so, and does not ask for ever', async () => {
  stub = await startHttpStub(() => ({ status: 401, body: { detail: 'log in first' } }))
  await expect(importRegistry(server(), 'NPC', () => '', signal)).resolves.toContain('401: log in first')
})

test('a server that is not ready is asked again', async () => {
  let asked = 0
  stub = await startHttpStub(() => {
    asked += 1
    return asked === 1 ? { status: 503, body: { detail: 'starting' } } : { body: { nodes: [{ id: 'NPC' }] } }
  })
  await expect(importRegistry(server(), 'NPC', () => '', signal)).resolves.toContain('already')
  expect(asked).toBe(2)
})

test('it stops when told', async () => {
  const stopping = new AbortController()
  stub = await startHttpStub(() => {
    stopping.abort()
    return { status: 503, body: { detail: 'starting' } }
  })
  await expect(importRegistry(server(), 'NPC', () => '', stopping.signal)).rejects.toThrow()
})
