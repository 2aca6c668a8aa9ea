import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../server/contract/events.ts'
import type { Present } from '../../../server/curtailment/live/basis.ts'
import { livePerformance } from '../../../server/curtailment/live/livePerformance.ts'
import { basisOf, END, eventOf, minutes, participantOf, present, START } from './scene.ts'

const answer = (word: Answer['answer']): Answer => ({
  answer: word,
  version: 2,
  at: new Date(START).toISOString(),
  via: 'http',
  kw: null,
  reasonCode: null,
  reason: null
})

/** Everybody has a baseline of 1000 kW and the given loads. */
function live(
  loads: Record<string, Present | null>,
  now: number,
  event = eventOf(Object.keys(loads).map(id => participantOf(id)))
) {
  const basis = new Map(event.participants.map(({ customerId }) => [customerId, basisOf(1000)]))
  return livePerformance(
    event,
    { basis, presentOf: one => loads[one.customerId] ?? null, commonErrorShare: 0.05 },
    now
  )
}

describe('physics', () => {
  test('a load at its baseline delivers nothing, and all is missing', () => {
    const { deliveredKw, shortfallKw, targetKw, forecast } = live(
      { A: present(1000, minutes(5)) },
      minutes(6)
    )
    expect({ deliveredKw, shortfallKw, targetKw }).toEqual({
      deliveredKw: 0,
      shortfallKw: 100,
      targetKw: 100
    })
    expect(forecast.averageKw).toBe(0)
  })
  test('a load above its baseline delivers less than nothing', () => {
    expect(live({ A: present(1050, minutes(5)) }, minutes(6))).toMatchObject({
      deliveredKw: -50,
      shortfallKw: 150
    })
  })
  test('who delivers all to the end has delivered that in the mean', () => {
    expect(live({ A: present(900, minutes(5)) }, minutes(6)).forecast).toMatchObject({
      deliveredKwh: 100,
      averageKw: 100
    })
  })
  test('the event is measured so far: half of it with nothing leaves half', () => {
    const event = eventOf([participantOf('A')])
    const basis = new Map([['A', basisOf(1000, [0, 0])]])
    const facts = { basis, presentOf: () => present(900, minutes(31)), commonErrorShare: 0 }
    expect(livePerformance(event, facts, minutes(32)).forecast).toMatchObject({
      deliveredKwh: 50,
      averageKw: 50
    })
  })
})

describe('who is in the sum', () => {
  test('without a reading inside the event a site is unknown, apart from sum, target of the known and shortfall', () => {
    const seen = live({ A: present(900, minutes(5)), B: present(900, START - 1), C: null }, minutes(6))
    expect(seen).toMatchObject({
      targetKw: 300,
      deliveredKw: 100,
      known: 1,
      unknown: 2,
      unknownKw: 200,
      shortfallKw: 0
    })
    expect(seen.participants.map(({ state }) => state)).toEqual(['delivering', 'unknown', 'unknown'])
  })
  test('nobody known: no sum, no shortfall', () => {
    expect(live({ A: null }, minutes(6))).toMatchObject({
      deliveredKw: null,
      shortfallKw: null,
      uncertaintyKw: null
    })
  })
  test('without a baseline it is unknown', () => {
    const event = eventOf([participantOf('A')])
    const facts = { basis: new Map(), presentOf: () => present(900, minutes(5)), commonErrorShare: 0 }
    expect(livePerformance(event, facts, minutes(6)).participants[0]).toMatchObject({
      state: 'unknown',
      presentKw: 900
    })
  })
  test.each([
    ['before its part', { start: new Date(minutes(30)).toISOString() }, 'not-started'],
    ['after its part', { end: new Date(minutes(5)).toISOString() }, 'released'],
    ['let go', { releasedAt: new Date(minutes(5)).toISOString() }, 'released'],
    ['called away', { supersededBy: 'CE-2' }, 'released']
  ] as const)('%s it is asked for nothing', (_, change, state) => {
    const event = eventOf([participantOf('A', change)])
    const seen = live({ A: present(900, minutes(5)) }, minutes(6), event)
    expect(seen).toMatchObject({ targetKw: 0, known: 0, unknown: 0, deliveredKw: null })
    expect(seen.participants[0]?.state).toBe(state)
  })
  test('opted out, its load still counts, as in the result', () => {
    const event = eventOf([participantOf('A', { answer: answer('opt-out') })])
    expect(live({ A: present(950, minutes(5)) }, minutes(6), event)).toMatchObject({
      deliveredKw: 50,
      participants: [{ state: 'opted-out', deliveredKw: 50, shortfallKw: 50 }]
    })
  })
  test('90 % of what was asked is enough', () => {
    const states = (kw: number) => live({ A: present(kw, minutes(5)) }, minutes(6)).participants[0]?.state
    expect([states(910), states(910.1)]).toEqual(['delivering', 'short'])
  })
})

describe('uncertainty', () => {
  test('own errors add as squares, the common one does not average out', () => {
    const { uncertaintyKw } = live({ A: present(900, minutes(5)), B: present(900, minutes(5)) }, minutes(6))
    expect(uncertaintyKw).toBeCloseTo(Math.sqrt(2 * 100 ** 2 + (0.05 * 2000) ** 2), 9)
  })
  test('who was never tested counts with the mean share of the others', () => {
    const event = eventOf([participantOf('A'), participantOf('B')])
    const basis = new Map([
      ['A', basisOf(1000)],
      ['B', basisOf(1000, [], null)]
    ])
    const facts = { basis, presentOf: () => present(900, minutes(5)), commonErrorShare: 0 }
    expect(livePerformance(event, facts, minutes(6)).uncertaintyKw).toBeCloseTo(Math.SQRT2 * 100, 9)
  })
})

test('at its end nobody is asked for anything any more', () => {
  expect(live({ A: present(900, minutes(5)) }, END)).toMatchObject({ targetKw: 0, deliveredKw: null })
})
