import { expect, test, vi } from 'vitest'
import type { CurtailmentEvent } from '../../../server/contract/events.ts'
import type { Plan } from '../../../server/contract/plans.ts'
import { createWatching } from '../../../server/curtailment/live/watching.ts'
import type { LiveBasis } from '../../../server/curtailment/performance/needs.ts'
import { basisOf, END, eventOf, minutes, participantOf, present } from './scene.ts'

const plan: Plan = {
  start: new Date(minutes(15)).toISOString(),
  end: new Date(END).toISOString(),
  programmeId: 'voluntary',
  targetKw: 50,
  probability: 0.9,
  reachedProbability: 0.95,
  expectedKw: 60,
  p10Kw: 50,
  p50Kw: 60,
  p90Kw: 70,
  commonErrorShare: 0.05,
  commonErrorDays: 0,
  isExact: true,
  atMostTooMany: 0,
  shortfallKw: 0,
  missing: [],
  candidates: []
}

function watching(load: () => number) {
  let now = minutes(6)
  const read = vi.fn(async (event: CurtailmentEvent) => ({
    basis: new Map<string, LiveBasis>(event.participants.map(one => [one.customerId, basisOf(1000)])),
    commonErrorShare: 0.05
  }))
  const asked = vi.fn(async () => ({ ok: true as const, value: plan }))
  const faults = vi.fn()
  const { of } = createWatching({
    basisOf: read,
    presentOf: () => present(load(), minutes(5)),
    plan: asked,
    ceilToSlot: async (_, t) => Math.ceil(t / 900_000) * 900_000,
    onFault: faults,
    now: () => now
  })
  return { of, read, asked, faults, at: (t: number) => (now = t) }
}
const event = eventOf([participantOf('A')])

test('many who watch cost one reading and one estimate', async () => {
  let loads = 0
  const { of, read } = watching(() => {
    loads++
    return 900
  })
  await Promise.all([of(event), of(event), of(event)])
  await of(event)
  expect(read).toHaveBeenCalledTimes(1)
  expect(loads).toBe(1)
})

test('another version is read before it is answered for', async () => {
  const { of, read } = watching(() => 900)
  await of(event)
  const next = { ...eventOf([participantOf('A'), participantOf('B')]), version: 5 }
  expect((await of(next)).participants).toHaveLength(2)
  expect(read).toHaveBeenCalledTimes(2)
})

test('after the end of a slot it is read again, once, and the answer does not wait for that', async () => {
  const { of, read, at } = watching(() => 900)
  await of(event)
  at(minutes(15) + 6_000)
  read.mockImplementationOnce(() => new Promise(() => {}))
  expect((await of(event)).deliveredKw).toBe(100)
  at(minutes(15) + 20_000)
  await of(event)
  expect(read).toHaveBeenCalledTimes(2)
})

test('a reading that fails is told and tried again; what was known stays', async () => {
  const { of, read, faults, at } = watching(() => 900)
  await of(event)
  at(minutes(15) + 6_000)
  read.mockRejectedValueOnce(new Error('the store is away'))
  expect((await of(event)).deliveredKw).toBe(100)
  await vi.waitFor(() => expect(faults).toHaveBeenCalledTimes(1))
  at(minutes(15) + 20_000)
  await of(event)
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(3))
})

test('a shortfall asks for a plan of the rest, from the next slot to the end, and not at every look', async () => {
  const { of, asked, at } = watching(() => 950)
  expect((await of(event)).callMore).toEqual({ missingKw: 50, isEnough: true, candidates: [] })
  expect(asked).toHaveBeenCalledWith({
    nodeId: 'F1',
    programmeId: 'voluntary',
    start: new Date(minutes(15)).toISOString(),
    durationMinutes: 45,
    targetKw: 50
  })
  at(minutes(6) + 4_000)
  await of(event)
  expect(asked).toHaveBeenCalledTimes(1)
})

test('on target nobody else is looked for; in the last slot neither', async () => {
  const fine = watching(() => 900)
  expect((await fine.of(event)).callMore).toBeNull()
  expect(fine.asked).not.toHaveBeenCalled()
  const late = watching(() => 950)
  late.at(minutes(59))
  expect((await late.of(event)).callMore).toBeNull()
  expect(late.asked).not.toHaveBeenCalled()
})

test('who sees a part of the participants gets their sum, and is not told whom else to call', async () => {
  const { of, asked } = watching(() => 950)
  const both = eventOf([participantOf('A'), participantOf('B')])
  const seen = await of(both, one => one.customerId === 'B')
  expect(seen).toMatchObject({ targetKw: 100, deliveredKw: 50, callMore: null })
  expect(seen.participants.map(({ customerId }) => customerId)).toEqual(['B'])
  expect(asked).not.toHaveBeenCalled()
})
