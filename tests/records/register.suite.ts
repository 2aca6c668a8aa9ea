import { expect, test } from 'vitest'
import type { Records } from '../../server/records/openRecords.ts'
import { at, node, noon, programme } from './samples.ts'

/** Customers, programmes, enrolments. */
export function registerSuite(open: () => Promise<Records>): void {
  test('customers: an id is given once, a name may change', async () => {
    const { customers } = await open()
    expect(await customers.insert({ id: 'b', name: 'Xi măng' })).toBe(true)
    expect(await customers.insert({ id: 'B', name: 'Giấy' })).toBe(true)
    expect(await customers.insert({ id: 'b', name: 'Another' })).toBe(false)
    expect(await customers.list()).toEqual([
      { id: 'B', name: 'Giấy' },
      { id: 'b', name: 'Xi măng' }
    ])
    expect(await customers.rename('b', 'Xi măng Hà Tiên')).toEqual({ id: 'b', name: 'Xi măng Hà Tiên' })
    expect(await customers.get('b')).toEqual({ id: 'b', name: 'Xi măng Hà Tiên' })
    expect(await customers.rename('nobody', 'x')).toBeNull()
    expect(await customers.get('nobody')).toBeNull()
  })

  test('the voluntary programme is there from the start and can be changed in parts', async () => {
    const { programmes } = await open()
    const seeded = programme()
    expect(await programmes.list()).toEqual([seeded])
    const changed = { ...seeded, settlementIntervalMinutes: 1 }
    expect(await programmes.update('voluntary', { settlementIntervalMinutes: 1 })).toEqual(changed)
    expect(await programmes.update('voluntary', {})).toEqual(changed)
    expect(await programmes.get('voluntary')).toEqual(changed)
    expect(await programmes.update('nothing', { name: 'x' })).toBeNull()
  })

  const enrolment = { programmeId: 'voluntary', customerId: 'C1', meteringPointId: 'MP1', committedKw: 800 }

  async function withMeteringPoint(): Promise<Records> {
    const records = await open()
    await records.registry.apply(
      {
        customers: ['C1', 'C2'].map(id => ({ id, name: id })),
        nodes: [node('T1', 'transformer'), node('MP1', 'meteringPoint', { parent: 'T1', customerId: 'C1' })],
        enrolments: []
      },
      noon
    )
    return records
  }

  test('a metering point is enrolled once in a programme, and again after the end', async () => {
    const { enrolments } = await withMeteringPoint()
    const first = await enrolments.insert(enrolment, noon)
    expect(first).toMatchObject({ ok: true, enrolment: { ...enrolment, since: at(noon), until: null } })
    const second = await enrolments.insert(enrolment, noon)
    expect(second).toEqual({
      ok: false,
      status: 409,
      reason: 'metering point MP1 is enrolled in programme voluntary already'
    })
    const [one] = await enrolments.list()
    expect(await enrolments.end(one?.id ?? '', noon + 5)).toMatchObject({ until: at(noon + 5) })
    expect(await enrolments.end(one?.id ?? '', noon + 9)).toMatchObject({ until: at(noon + 5) })
    expect(await enrolments.list()).toEqual([])
    expect(await enrolments.insert(enrolment, noon + 10)).toMatchObject({ ok: true })
    expect(await enrolments.ofCustomer('C1')).toHaveLength(2)
    const inForce = [noon - 1, noon, noon + 4, noon + 5, noon + 10].map(t => enrolments.inForceAt(t))
    expect((await Promise.all(inForce)).map(all => all.length)).toEqual([0, 1, 1, 0, 1])
    expect(await enrolments.end('EN-999999', noon)).toBeNull()
  })

  test('of two that enrol the same metering point at once, one is refused', async () => {
    const { enrolments } = await withMeteringPoint()
    const both = await Promise.all([enrolments.insert(enrolment, noon), enrolments.insert(enrolment, noon)])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await enrolments.list()).toHaveLength(1)
  })

  test.each([
    ['an unknown programme', { programmeId: 'paid' }, 'programme paid is unknown'],
    ['an unknown customer', { customerId: 'C9' }, 'customer C9 is unknown'],
    ['an unknown metering point', { meteringPointId: 'MP9' }, 'metering point MP9 is unknown'],
    ['a transformer', { meteringPointId: 'T1' }, 'metering point T1 is unknown'],
    ['a metering point of another', { customerId: 'C2' }, 'metering point MP1 belongs to C1, not to C2']
  ])('refused: %s', async (_what, change, reason) => {
    const { enrolments } = await withMeteringPoint()
    expect(await enrolments.insert({ ...enrolment, ...change }, noon)).toEqual({
      ok: false,
      status: 422,
      reason
    })
    expect(await enrolments.list()).toEqual([])
  })

  test('a new commitment ends the old enrolment and begins another', async () => {
    const { enrolments } = await withMeteringPoint()
    await enrolments.insert(enrolment, noon)
    const [one] = await enrolments.list()
    const changed = await enrolments.recommit(one?.id ?? '', { committedKw: 900 }, noon + 1)
    expect(changed).toMatchObject({
      ...{ ok: true, enrolment: { committedKw: 900, since: at(noon + 1), until: null } }
    })
    expect(await enrolments.list()).toEqual(changed?.ok ? [changed.enrolment] : 'refused')
    expect(await enrolments.recommit(one?.id ?? '', { committedKw: 950 }, noon + 2)).toBeNull()
  })
}
