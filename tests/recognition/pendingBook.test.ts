import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AnswerWord, CurtailmentEvent } from '../../server/contract/events.ts'
import { pendingOf } from '../../server/recognition/pendingThanks.ts'
import { at, event, keepResult, minutes, noon, participant } from '../records/samples.ts'
import { openRecognition, type RecognitionWorld } from './openRecognition.ts'

const words: (AnswerWord | null)[] = ['accept', 'decline', 'opt-out', null]
const said = (answer: AnswerWord) => ({
  ...{ answer, version: 2, at: at(noon), via: 'mqtt' as const },
  ...{ kw: null, reasonCode: null, reason: null }
})
const ids = Array.from({ length: 1200 }, (_, i) => `C${String(i).padStart(4, '0')}`)
const over = ['draft', 'notified', 'active', 'ended', 'final'] as const
let world: RecognitionWorld

beforeEach(async () => {
  world = await openRecognition()
})
afterEach(() => world.stop())

/** The slow way: whole events, whole deliveries. */
async function slowly() {
  const { events, deliveries } = world.records
  const found = []
  for (const id of await events.ids()) {
    const one = await events.get(id)
    if (one !== null) found.push(...pendingOf(one, await deliveries.of({ eventIds: [id] })))
  }
  return { pending: found.sort((a, b) => Date.parse(a.end) - Date.parse(b.end)) }
}

function eventOf(
  i: number,
  count: number,
  states: readonly CurtailmentEvent['state'][],
  rest: Partial<CurtailmentEvent> = {}
) {
  const time = { start: at(noon + minutes(i * 60)), end: at(noon + minutes(i * 60 + 60)) }
  const participants = ids.slice(0, count).map((id, n) => {
    const word = words[(n + i) % 4] ?? null
    const supersededBy = n % 9 === 0 ? 'CE-9' : null
    return participant(id, { ...time, answer: word && said(word), supersededBy })
  })
  return event(`CE-${i}`, states, { ...time, participants, ...rest })
}
/** Some deliver much, some too little to be seen, some cannot be measured. */
const shares = (one: CurtailmentEvent) =>
  Object.fromEntries(
    one.participants.map(({ customerId }, n) => [customerId, [1, 0.05, null][n % 3] ?? null])
  )

test('whose thanks are due is what whole events and results say, before and after something is written', async () => {
  const { records, recognition } = world
  const cancelled = ['draft', 'notified', 'active', 'cancelled'] as const
  const events = [
    eventOf(1, 1200, over),
    eventOf(2, 24, over),
    eventOf(3, 24, over, { isDrill: true }),
    eventOf(4, 24, cancelled),
    eventOf(5, 24, cancelled),
    eventOf(6, 24, ['draft', 'notified', 'active']),
    eventOf(7, 24, over)
  ]
  for (const one of events) {
    await records.events.insert(one)
    if (one.id !== 'CE-5' && one.id !== 'CE-6') await keepResult(records, one, shares(one))
  }
  const first = await recognition.pending()
  expect(first).toEqual(await slowly())
  expect(new Set(first.pending.map(({ eventId }) => eventId))).toEqual(
    new Set(['CE-1', 'CE-2', 'CE-4', 'CE-7'])
  )
  expect(await recognition.pending()).toEqual(first)

  const some = first.pending.filter(({ eventId }, i) => eventId === 'CE-7' || i % 2 === 0)
  const signed = { by: 'Lan', byId: 'usr-lan' }
  const command = { items: some.map(({ eventId, customerId }) => ({ eventId, customerId })), ...signed }
  await recognition.thankMany(command, () => true, noon)
  expect((await recognition.pending()).pending).toHaveLength(first.pending.length - some.length)
  expect(await recognition.pending()).toEqual(await slowly())

  const [, second, , , fifth] = events
  if (second === undefined || fifth === undefined) throw new Error('there are no such events')
  await keepResult(records, second, Object.fromEntries(ids.map(id => [id, 0])))
  await keepResult(records, fifth, shares(fifth))
  expect(await recognition.pending()).toEqual(await slowly())

  const seen = (one: { customerId: string; meteringPointId: string }) => one.meteringPointId === 'MP-C0003'
  const own = (await slowly()).pending.filter(({ customerId }) => customerId === 'C0003')
  expect(await recognition.pending(seen)).toEqual({ pending: own })
})
