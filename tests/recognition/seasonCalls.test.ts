import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Answer, CurtailmentEvent } from '../../server/contract/events.ts'
import { createSeasonCalls } from '../../server/recognition/seasonCalls.ts'
import { at, event, keepResult, minutes, next, node, noon, participant } from '../records/samples.ts'
import { openRecognition, type RecognitionWorld } from './openRecognition.ts'
import { slowSeason } from './slowSeason.ts'

const COUNT = 60
const EVENTS = 4
const ids = Array.from({ length: COUNT }, (_, i) => `C${String(i).padStart(2, '0')}`)
const nodes = [
  node('evn', 'company'),
  ...['north', 'south', 'centre'].map(id => node(id, 'company', { parent: 'evn' })),
  ...ids.map((id, i) =>
    node(`MP-${id}`, 'meteringPoint', { parent: ['north', 'south', 'centre'][i % 3] ?? null, customerId: id })
  )
]
const whole = { key: 'whole', participant: () => true, customer: () => true, node: () => true }
const from = Date.parse('2025-12-31T17:00:00Z')
const to = Date.parse('2026-12-31T17:00:00Z')
const said = (answer: Answer['answer']): Answer => ({
  ...{ answer, version: 2, at: at(noon), via: 'mqtt', kw: null, reasonCode: null, reason: null }
})
/** Shares with digits that do not add up smoothly. */
const shares = (e: number) =>
  Object.fromEntries(ids.map((id, i) => [id, (i + e) % 11 === 0 ? null : Math.sin(i * 7.1 + e) + 0.3]))
let world: RecognitionWorld
let first: CurtailmentEvent

beforeEach(async () => {
  world = await openRecognition(nodes)
  const { records } = world
  for (let e = 0; e < EVENTS; e++) {
    const start = noon + minutes(30 * e)
    const time = { start: at(start), end: at(start + minutes(60)) }
    const participants = ids
      .toReversed()
      .map((id, i) =>
        participant(id, { ...time, requestedKw: 100.1 + i / 3, answer: i % 3 ? said('accept') : null })
      )
    const one = event(`CE-${e}`, ['draft', 'notified', 'active', 'ended', 'final'], { ...time, participants })
    if (e === 0) first = one
    await records.events.insert(one)
    await keepResult(records, one, shares(e))
  }
})
afterEach(() => world.stop())

async function expectSameAsSlow(): Promise<void> {
  const slow = await slowSeason(world.records, nodes, from, to)
  const report = await world.recognition.season(2026, whole)
  expect(report.total).toMatchObject(slow.read('total'))
  expect(slow.groups.sort()).toEqual(['centre', 'north', 'south', 'total'])
  for (const { companyId, sums } of report.companies) expect(sums).toMatchObject(slow.read(companyId ?? ''))
  expect(report.customers).toHaveLength(COUNT)
  for (const { customerId, ...row } of report.customers)
    expect(row).toMatchObject(slow.customers.get(customerId) ?? { is: 'unknown' })
}

test('the sums are those of whole events and results, to the last digit', expectSameAsSlow)

test('what is written after the first report is in the next: thanks, an answer, a new result, a new version', async () => {
  const { records, recognition } = world
  await expectSameAsSlow()
  await recognition.thank('CE-0', 'C07', { by: 'Lan', byId: 'usr-lan' }, noon)
  await expectSameAsSlow()
  const items = ids.map(customerId => ({ eventId: 'CE-1', customerId }))
  const signed = { by: 'Lan', byId: 'usr-lan', at: at(noon) }
  await records.thanks.write({ items, note: '', offers: [], offerNote: '' }, signed)
  await expectSameAsSlow()
  await records.events.setParticipant('CE-2', 'C08', { answer: said('accept') })
  await expectSameAsSlow()
  await keepResult(records, first, shares(9))
  await expectSameAsSlow()
  const changed = first.participants.map(one => ({ ...one, requestedKw: one.requestedKw + 1 }))
  await records.events.advance(next(first, 'final', { participants: changed }), first.version, [])
  await expectSameAsSlow()
})

test('an event is read once for many reports, and again only after something of it was written', async () => {
  const { calls } = world.records
  const read: string[] = []
  const counted = createSeasonCalls({
    revisions: calls.revisions,
    of(eventId) {
      read.push(eventId)
      return calls.of(eventId)
    }
  })
  const all = async () => {
    const found: string[] = []
    for await (const { eventId } of counted.of(from, to)) found.push(eventId)
    return found
  }
  expect(await all()).toEqual(['CE-0', 'CE-1', 'CE-2', 'CE-3'])
  await all()
  expect(read).toEqual(['CE-0', 'CE-1', 'CE-2', 'CE-3'])
  await world.recognition.thank('CE-2', 'C07', { by: 'Lan', byId: 'usr-lan' }, noon)
  await all()
  expect(read.slice(4)).toEqual(['CE-2'])
})

test('a report is remembered by who may see it, until something that it rests on changes', async () => {
  const { recognition, records } = world
  const before = await recognition.season(2026, whole)
  expect(await recognition.season(2026, whole)).toBe(before)
  const own = { ...whole, key: 'C07', participant: (one: { customerId: string }) => one.customerId === 'C07' }
  expect((await recognition.season(2026, own)).total.calls).toBe(EVENTS)
  const step = { by: 'Lan', byId: 'usr-lan', at: at(noon), note: '' }
  await records.customers.insert({ id: 'C07', name: 'C07' })
  const [offered] = await records.rewards.insert(
    [{ customerId: 'C07', eventId: null, season: 2026, kind: 'transformer-test' }],
    step
  )
  expect((await recognition.season(2026, whole)).total.rewards.offered).toBe(1)
  await records.rewards.advance(offered?.id ?? '', 'offered', {
    ...step,
    state: 'declined',
    plannedFor: null
  })
  expect((await recognition.season(2026, whole)).total.rewards).toMatchObject({ offered: 0, declined: 1 })
  expect((await recognition.season(2026, own)).total.calls).toBe(EVENTS)
})
