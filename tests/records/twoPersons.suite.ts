import { expect, test } from 'vitest'
import type { Signed } from '../../server/contract/access.ts'
import type { NewCurtailmentEvent } from '../../server/contract/events.ts'
import { type Controller, createController } from '../../server/curtailment/controller.ts'
import { clearMessages, noticesFor } from '../../server/notices/messages.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { at, minutes, node, noon } from './samples.ts'

const drafter = { by: 'Lan', byId: 'usr-lan' }
const second = { by: 'Minh', byId: 'usr-minh' }
const third = { by: 'Hoa', byId: 'usr-hoa' }

const large: Signed<NewCurtailmentEvent> = {
  nodeId: 'F1',
  start: at(noon + minutes(60)),
  durationMinutes: 60,
  reason: 'Nắng nóng',
  participants: [{ customerId: 'C1', requestedKw: 12_000 }],
  ...drafter
}

/**
 * Curtailment over the records, as two processes of the product have it: nothing but the version of an event keeps them
 * apart. On PostgreSQL each has connections of its own.
 */
export function twoPersonsSuite(openTwice: () => Promise<[Records, Records]>): void {
  async function both(): Promise<{ one: Controller; other: Controller; records: Records; id: string }> {
    const [first, second] = await openTwice()
    await register(first)
    const [one, other] = [processOf(first), processOf(second)]
    const draft = await one.create(large)
    if (!draft.ok) throw new Error(draft.reason)
    return { one, other, records: first, id: draft.value.id }
  }

  test('who drafted it neither sends nor approves it; the second person is kept beside the first', async () => {
    const { one, other, records, id } = await both()
    expect(await one.send(id, drafter)).toEqual({
      ok: false,
      status: 409,
      reason: `${id} asks 12000 kW in sum, above 10000 kW: a second person has to approve it first`
    })
    expect(await other.approve(id, drafter)).toMatchObject({ ok: false, status: 409 })
    expect(await records.events.get(id)).toMatchObject({ state: 'draft', version: 1 })
    expect(await other.approve(id, { ...second, note: 'gấp' })).toMatchObject({ ok: true })
    expect(await records.outbox.due(noon, 10)).toEqual([])
    expect(await one.send(id, drafter)).toMatchObject({ ok: true })
    expect((await records.events.get(id))?.history).toEqual([
      { version: 1, state: 'draft', at: at(noon), ...drafter, note: null },
      { version: 2, state: 'approved', at: at(noon), ...second, note: 'gấp' },
      { version: 3, state: 'notified', at: at(noon), ...drafter, note: null }
    ])
    expect(await records.outbox.due(noon, 10)).toHaveLength(1)
  })

  test('of approvals at the same moment one is written', async () => {
    const { one, other, records, id } = await both()
    const outcomes = await Promise.all([
      one.approve(id, second),
      other.approve(id, third),
      one.approve(id, third),
      other.approve(id, second)
    ])
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    const event = await records.events.get(id)
    expect(event?.history.map(({ version, state }) => [version, state])).toEqual([
      [1, 'draft'],
      [2, 'approved']
    ])
  })

  test('approved and sent at the same moment, it is sent after it was approved, or not at all', async () => {
    const { one, other, records, id } = await both()
    const [approved, sent] = await Promise.all([one.approve(id, second), other.send(id, drafter)])
    expect(approved.ok).toBe(true)
    const states = (await records.events.get(id))?.history.map(({ state }) => state)
    expect(states).toEqual(sent.ok ? ['draft', 'approved', 'notified'] : ['draft', 'approved'])
    expect(await records.outbox.due(noon, 10)).toHaveLength(sent.ok ? 1 : 0)
  })

  test('approved and cancelled at the same moment, no version is written twice', async () => {
    const { one, other, records, id } = await both()
    const [approved, cancelled] = await Promise.all([one.approve(id, second), other.cancel(id, drafter)])
    const history = (await records.events.get(id))?.history ?? []
    expect(history.map(({ version }) => version)).toEqual(history.map((_, i) => i + 1))
    expect(history).toHaveLength(1 + Number(approved.ok) + Number(cancelled.ok))
    expect(approved.ok || cancelled.ok).toBe(true)
    expect(await records.outbox.due(noon, 10)).toEqual([])
  })

  test('approved, it is sent once, by whoever is first', async () => {
    const { one, other, records, id } = await both()
    await one.approve(id, second)
    const outcomes = await Promise.all([
      one.send(id, second),
      other.send(id, drafter),
      one.send(id, third),
      other.send(id, second)
    ])
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await records.events.get(id)).toMatchObject({ state: 'notified', version: 3 })
    expect(await records.outbox.due(noon, 10)).toHaveLength(1)
  })
}

async function register({ registry }: Records): Promise<void> {
  const nodes = [
    node('F1', 'feeder'),
    node('MP-C1', 'meteringPoint', { parent: 'F1', meter: 'M-C1', customerId: 'C1' })
  ]
  const enrolments = [{ customerId: 'C1', meteringPointId: 'MP-C1', committedKw: 12_000 }]
  await registry.apply({ nodes, customers: [{ id: 'C1', name: 'Thép' }], enrolments }, noon)
}

function processOf(records: Records): Controller {
  return createController({
    ...records,
    registry: { nodes: records.registry.nodes },
    results: { measure: nothingMeasured, keep: nothingMeasured, list: records.results.list },
    isStored: () => true,
    approvalAboveKw: 10_000,
    noticesFor,
    clearMessages,
    poke: () => {},
    onChange: () => {},
    onFault: what => {
      throw new Error(what)
    },
    now: () => noon,
    timeZone: '+07:00'
  })
}

/** None of these events comes to its end. */
async function nothingMeasured(): Promise<never> {
  throw new Error('measured')
}
