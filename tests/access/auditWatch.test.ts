import { afterEach, expect, it, vi } from 'vitest'
import type { ChainFault } from '../../server/access/auditChain.ts'
import { startAuditWatch, verifyAll } from '../../server/access/auditWatch.ts'
import type { KeptAuditEntry } from '../../server/contract/audit.ts'
import { until } from '../helpers/until.ts'
import { chainOf, memoryChain, noon } from './chain.ts'

afterEach(() => vi.useRealTimers())

it('reads a long chain in pieces, from the beginning or from what is trusted', async () => {
  const chain = memoryChain(chainOf(240))
  const asked: [number, number][] = []
  const read = (from: number, limit: number) => {
    asked.push([from, limit])
    return chain.range(from, limit)
  }
  expect(await verifyAll(read)).toMatchObject({ head: { height: 240 }, fault: null })
  expect(asked.map(([from]) => from)).toEqual([1, 101, 201, 241])
  expect(Math.max(...asked.map(([, limit]) => limit))).toBe(100)
  const since = chain.entries[229] as KeptAuditEntry
  expect(await verifyAll(read, since)).toMatchObject({ head: { height: 240 }, fault: null })
})

it('names the one entry that cannot be read, and rejects when none can', async () => {
  const chain = memoryChain(chainOf(200))
  const read = async (from: number, limit: number) => {
    if (from <= 155 && from + limit > 155) throw new RangeError('too large')
    return chain.range(from, limit)
  }
  expect(await verifyAll(read)).toMatchObject({
    head: { height: 154 },
    fault: { height: 155, what: 'unreadable', text: 'entry 155 was altered: it cannot be read (too large)' }
  })
  const gone = async () => {
    throw new Error('connection refused')
  }
  await expect(verifyAll(gone)).rejects.toThrow('connection refused')
})

it('a trouble that has passed when each is read alone is none', async () => {
  const chain = memoryChain(chainOf(250))
  let troubles = 1
  const read = async (from: number, limit: number) => {
    if (from > 100 && troubles-- > 0) throw new Error('connection reset')
    return chain.range(from, limit)
  }
  expect(await verifyAll(read)).toMatchObject({ head: { height: 250 }, fault: null })
})

it('lets others have their turn between the pieces', async () => {
  const chain = memoryChain(chainOf(1000))
  let turns = 0
  const counting = setInterval(() => turns++, 0)
  await verifyAll(chain.range)
  clearInterval(counting)
  expect(turns).toBeGreaterThan(0)
})

it('watches: at the start and every day, tells what it finds, and stops', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const chain = memoryChain(chainOf(10))
  const faults: ChainFault[] = []
  const troubles: unknown[] = []
  let now = noon
  const watch = startAuditWatch({
    ...{ chain, now: () => now },
    onFault: fault => void faults.push(fault),
    onTrouble: error => void troubles.push(error)
  })
  expect(watch.state()).toEqual({ height: null, verifiedAt: null, fault: null })
  await until(() => watch.state().verifiedAt !== null, { what: 'the first verification' })
  expect(watch.state()).toEqual({ height: 10, verifiedAt: noon, fault: null })

  chain.entries.splice(3, 1)
  now += 86_400_000
  vi.advanceTimersByTime(86_400_000)
  await until(() => faults.length > 0, { what: 'the next day' })
  expect(faults).toMatchObject([{ height: 4, what: 'missing' }])
  expect(watch.state()).toMatchObject({ height: 3, verifiedAt: now, fault: { height: 4 } })

  const range = chain.range
  chain.range = async () => {
    throw new Error('connection refused')
  }
  vi.advanceTimersByTime(86_400_000)
  await until(() => troubles.length > 0, { what: 'the trouble' })
  expect(watch.state()).toMatchObject({ fault: { height: 4 } })
  chain.range = range
  await watch.stop()
  vi.advanceTimersByTime(86_400_000 * 3)
  expect(faults).toHaveLength(1)
})

it('stops in the middle of a long chain', async () => {
  const chain = memoryChain(chainOf(2000))
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  let reads = 0
  const watch = startAuditWatch({
    chain: {
      head: chain.head,
      range: (from, limit) => {
        reads++
        resolve()
        return chain.range(from, limit)
      }
    },
    now: () => noon,
    onFault: () => expect.unreachable(),
    onTrouble: () => expect.unreachable()
  })
  await asked
  await watch.stop()
  expect(reads).toBeLessThan(3)
  expect(watch.state().verifiedAt).toBeNull()
})
