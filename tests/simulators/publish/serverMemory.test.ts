import { afterEach, expect, test } from 'vitest'
import type { Coverage } from '../../../simulators/publish/coverage.ts'
import { stillHas } from '../../../simulators/publish/serverMemory.ts'
import { startHttpStub } from '../httpStub.ts'
import { exampleSource } from './exampleSource.ts'

const DAY = 86_400_000
const to = Date.parse('2026-06-10T06:00:00Z')
const coverage: Coverage = [
  [to - 40 * DAY, to - 30 * DAY],
  [to - 3 * DAY, to]
]
const sources = ['M-1', 'M-2', 'M-3', 'M-4'].map(key => exampleSource(key))
const signal = new AbortController().signal
const server = () => ({ httpUrl: stub.url, httpToken: null })

let stub: Awaited<ReturnType<typeof startHttpStub>>
afterEach(() => stub.stop())

test('one reading that is still there is proof enough', async () => {
  stub = await startHttpStub(request => ({
    body: { t: request.url?.includes('M-4') ? [1] : [], columns: {} }
  }))
  expect(await stillHas(server(), sources, () => coverage, signal)).toBe(true)
})

test('none of the newest and oldest: it has been wiped', async () => {
  stub = await startHttpStub(() => ({ body: { t: [], columns: {} } }))
  expect(await stillHas(server(), sources, () => coverage, signal)).toBe(false)
  expect(stub.asked.length).toBe(6)
  const spans = stub.asked.map(asked => {
    const { searchParams } = new URL(asked.split(' ')[1] ?? '', stub.url)
    return [searchParams.get('from'), searchParams.get('to')]
  })
  expect(spans.slice(0, 2)).toEqual([
    ['2026-06-09T06:00:00.000Z', '2026-06-10T06:00:00.000Z'],
    ['2026-05-01T06:00:00.000Z', '2026-05-02T06:00:00.000Z']
  ])
})

test('a server that cannot answer proves nothing', async () => {
  stub = await startHttpStub(() => ({ status: 503, body: { detail: 'starting' } }))
  await expect(stillHas(server(), sources, () => coverage, signal)).rejects.toThrow(/503/)
})

test('sources without anything acknowledged are not asked for', async () => {
  stub = await startHttpStub(() => ({ body: { t: [1], columns: {} } }))
  const only = sources[2]
  await stillHas(server(), sources, source => (source === only ? coverage : []), signal)
  expect(stub.asked.every(asked => asked.includes('/api/readings/meter/M-3?'))).toBe(true)
})
