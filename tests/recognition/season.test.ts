import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../../server/contract/events.ts'
import { SeasonReport } from '../../server/contract/season.ts'
import { at, event, keepResult, minutes, node, noon, participant } from '../records/samples.ts'
import { openRecognition, type RecognitionWorld } from './openRecognition.ts'

const nodes = [
  node('evn', 'company', { name: 'EVN' }),
  node('north', 'company', { parent: 'evn', name: 'Bắc' }),
  node('south', 'company', { parent: 'evn', name: 'Nam' }),
  node('centre', 'company', { parent: 'evn', name: 'Trung' }),
  node('F1', 'feeder', { parent: 'north' }),
  node('MP-C1', 'meteringPoint', { parent: 'F1', customerId: 'C1' }),
  node('MP-C2', 'meteringPoint', { parent: 'south', customerId: 'C2' })
]
const over = ['draft', 'notified', 'active', 'ended', 'final'] as const
const whole = { participant: () => true, customer: () => true, node: () => true }
const thanks = { by: 'Lan', at: at(noon + minutes(200)), note: '' }
const said = (answer: Answer['answer']): Answer => ({
  ...{ answer, version: 2, at: at(noon), via: 'mqtt', kw: null, reasonCode: null, reason: null }
})
let world: RecognitionWorld

beforeAll(async () => {
  world = await openRecognition(nodes)
  const { records } = world
  for (const id of ['C1', 'C2', 'C3']) await records.customers.insert({ id, name: id })
  const both = [
    participant('C1', { answer: said('accept'), thanks }),
    participant('C2', { answer: said('decline') })
  ]
  const day = (count: number) => {
    const start = noon + count * 86_400_000
    const time = { start: at(start), end: at(start + minutes(60)) }
    return { ...time, participants: both.map(one => ({ ...one, ...time })) }
  }
  const events = [
    [event('CE-1', over, day(0)), { C1: 1, C2: 0.5 }],
    [event('CE-2', over, day(1)), { C1: 0.6, C2: null }],
    [event('CE-drill', over, { ...day(2), isDrill: true }), { C1: 9, C2: 9 }],
    [event('CE-last-year', over, day(-200)), { C1: 9, C2: 9 }]
  ] as const
  for (const [one, shares] of events) {
    await records.events.insert(one)
    await keepResult(records, one, shares)
  }
  await records.events.insert(event('CE-open', ['draft', 'notified'], day(3)))
  await records.events.insert(event('CE-draft', ['draft'], day(4)))
  const gone = [participant('C3', { meteringPointId: 'gone' })]
  await records.events.insert(
    event('CE-cancelled', ['draft', 'notified', 'cancelled'], { participants: gone })
  )
  const step = { by: 'Lan', byId: 'usr-lan', at: at(noon + minutes(300)), note: '' }
  const reward = { season: 2026, kind: 'transformer-test' as const }
  await records.rewards.insert([{ customerId: 'C1', eventId: 'CE-1', ...reward }], step)
  await records.rewards.insert([{ customerId: 'C2', eventId: null, ...reward }], step)
})
afterAll(() => world.stop())

test('the sums of the year, of each company and of all; drills and open events apart', async () => {
  const report = await world.recognition.season(2026, whole)
  expect(Compile(SeasonReport).Check(report)).toBe(true)
  expect(report).toMatchObject({
    from: '2026-01-01',
    to: '2026-12-31',
    drills: { events: 1, calls: 2, answered: 2 },
    open: 1,
    total: {
      ...{ events: 2, customers: 2, calls: 4, accepted: 2, declined: 2, optedOut: 0, unanswered: 0 },
      ...{ measured: 3, requestedKwh: 2000, deliveredKwh: 1050, ratio: 1050 / 1500, thanked: 2 },
      ...{ coincidentKw: 750, coincidentAt: at(noon), creditVnd: null },
      rewards: { offered: 2, booked: 0, done: 0, declined: 0 }
    }
  })
  expect(
    report.companies.map(({ companyId, sums }) => [companyId, sums.deliveredKwh, sums.coincidentKw])
  ).toEqual([
    ['north', 800, 500],
    ['south', 250, 250],
    ['centre', null, null]
  ])
  expect(report.customers).toMatchObject([
    { customerId: 'C1', companyId: 'north', events: 2, deliveredKwh: 800, ratio: 0.8, thanked: 2 },
    { customerId: 'C2', companyId: 'south', events: 2, deliveredKwh: 250, ratio: 0.5, thanked: 0 }
  ])
})

test('the rows of the companies and of the customers add up to the total', async () => {
  const { companies, customers, total } = await world.recognition.season(2026, whole)
  const sum = (all: (number | null)[]) => all.reduce<number>((a, b) => a + (b ?? 0), 0)
  expect(sum(companies.map(({ sums }) => sums.deliveredKwh))).toBe(total.deliveredKwh)
  expect(sum(companies.map(({ sums }) => sums.calls))).toBe(total.calls)
  expect(sum(customers.map(({ deliveredKwh }) => deliveredKwh))).toBe(total.deliveredKwh)
})

test('it is of the data, not of the hour it is asked for', async () => {
  const first = await world.recognition.season(2026, whole)
  expect(first.computedAt).toBe(
    at(noon + 3 * 86_400_000 + minutes(2)) > first.computedAt ? first.computedAt : ''
  )
  expect(await world.recognition.season(2026, whole)).toEqual(first)
})

test('a company sees its own sums alone, a customer its own row', async () => {
  const south = {
    participant: ({ meteringPointId }: { meteringPointId: string }) => meteringPointId === 'MP-C2',
    customer: (id: string) => id === 'C2',
    node: (id: string) => id === 'south' || id === 'MP-C2'
  }
  const report = await world.recognition.season(2026, south)
  expect(report.companies.map(({ companyId }) => companyId)).toEqual(['south'])
  expect(report.total).toMatchObject({ calls: 2, deliveredKwh: 250, rewards: { offered: 1 } })
  expect(report.customers.map(({ customerId }) => customerId)).toEqual(['C2'])
  expect(report.drills).toEqual({ events: 1, calls: 1, answered: 1 })
})

test('a year without events is empty', async () => {
  const report = await world.recognition.season(2031, whole)
  expect(report).toMatchObject({
    total: { events: 0, deliveredKwh: null, ratio: null },
    customers: [],
    open: 0
  })
})
