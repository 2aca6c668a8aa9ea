import { expect, test } from 'vitest'
import {
  type EnrolmentContract,
  type Predictability,
  plainContract
} from '../../server/contract/enrolments.ts'
import { defaultTerms } from '../../server/contract/programmeDefaults.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { at, enrolment, node, noon, programme } from './samples.ts'

const contract: EnrolmentContract = {
  furtherMeteringPointIds: ['MP2'],
  committedShare: 0.25,
  firmServiceLevelKw: 1200.5,
  availability: [{ weekdays: [1, 2], from: '08:00', to: '24:00' }],
  blackouts: [{ from: '2026-06-01', to: '2026-06-07', reason: 'kiểm kê' }],
  neverCurtail: [{ name: 'lò nung', kw: 300 }],
  minimumLoadKw: 400,
  restDays: 2,
  maxEventsPerSeason: 5,
  workDays: [1, 2, 3, 4, 5, 6],
  contacts: [{ name: 'Trần Minh', role: 'trưởng ca', channel: 'zalo', address: '0900000000' }],
  consent: {
    ...{ givenBy: 'Trần Minh', at: at(noon), evidence: 'otp', reference: 'HD-1', sha256: null }
  }
}

/** Programmes with dated terms, contracts, days off, assessments. */
export function programmeSuite(open: () => Promise<Records>): void {
  const plain = { programmeId: 'voluntary', customerId: 'C1', meteringPointId: 'MP1', committedKw: 800 }

  async function withPoints(): Promise<Records> {
    const records = await open()
    const point = (id: string, customerId: string) => node(id, 'meteringPoint', { parent: 'T1', customerId })
    const nodes = [node('T1', 'transformer'), point('MP3', 'C2')]
    nodes.push(...['MP1', 'MP2', 'MP4'].map(id => point(id, 'C1')))
    const customers = ['C1', 'C2'].map(id => ({ id, name: id }))
    await records.registry.apply({ customers, nodes, enrolments: [] }, noon)
    await records.programmes.insert(programme({ id: 'paid', kind: 'planned', priority: 3 }))
    return records
  }

  test('a programme comes back with its kind, priority and dated terms', async () => {
    const { programmes } = await open()
    const terms = ['2020-01-01', '2027-01-01'].map(from => ({ ...defaultTerms.emergency, from }))
    const urgent = programme({ id: 'urgent', name: 'Khẩn cấp', kind: 'emergency', priority: 9, terms })
    expect(await programmes.insert(urgent)).toBe(true)
    expect(await programmes.insert(urgent)).toBe(false)
    expect(await programmes.get('urgent')).toEqual(urgent)
    const changed = { ...urgent, priority: 7, terms: terms.slice(1) }
    expect(await programmes.update('urgent', { priority: 7, terms: terms.slice(1) })).toEqual(changed)
    expect(await programmes.get('urgent')).toEqual(changed)
  })

  test('of two changes of a programme at once neither is lost', async () => {
    const { programmes } = await open()
    await Promise.all([
      programmes.update('voluntary', { name: 'Tự nguyện' }),
      programmes.update('voluntary', { priority: 2 })
    ])
    expect(await programmes.get('voluntary')).toEqual(programme({ name: 'Tự nguyện', priority: 2 }))
  })

  test('a contract comes back as it was given; what is left out is plain', async () => {
    const { enrolments } = await withPoints()
    expect(await enrolments.insert(plain, noon)).toEqual({
      ok: true,
      enrolment: enrolment('EN-000001', plain)
    })
    const paid = { ...plain, programmeId: 'paid' }
    await enrolments.insert({ ...paid, contract }, noon)
    expect(await enrolments.get('EN-000002')).toEqual(enrolment('EN-000002', { ...paid, contract }))
  })

  test('new terms end the contract and begin another; what is not said stays', async () => {
    const { enrolments } = await withPoints()
    await enrolments.insert({ ...plain, contract }, noon)
    const change = { contract: { restDays: 3, furtherMeteringPointIds: ['MP4'] } }
    const changed = await enrolments.recommit('EN-000001', change, noon + 1)
    const next = { ...plain, since: at(noon + 1), contract: { ...contract, ...change.contract } }
    expect(changed).toEqual({ ok: true, enrolment: enrolment('EN-000002', next) })
    expect(await enrolments.list()).toEqual([enrolment('EN-000002', next)])
    expect(await enrolments.get('EN-000001')).toMatchObject({ until: at(noon + 1), contract })
    // The metering point that left is free again.
    expect(await enrolments.insert({ ...plain, meteringPointId: 'MP2' }, noon + 1)).toMatchObject({
      ok: true
    })
  })

  test('a change that is refused changes nothing', async () => {
    const { enrolments } = await withPoints()
    await enrolments.insert(plain, noon)
    const foreign = { contract: { furtherMeteringPointIds: ['MP3'] } }
    expect(await enrolments.recommit('EN-000001', foreign, noon + 1)).toEqual({
      ...{ ok: false, status: 422, reason: 'metering point MP3 belongs to C2, not to C1' }
    })
    expect(await enrolments.list()).toEqual([enrolment('EN-000001', plain)])
  })

  test.each([
    ['of another', ['MP3'], 422, 'metering point MP3 belongs to C2, not to C1'],
    ['unknown', ['MP9'], 422, 'metering point MP9 is unknown'],
    ['a transformer', ['T1'], 422, 'metering point T1 is unknown'],
    ['the first once more', ['MP1'], 422, 'metering point MP1 is named twice'],
    ['enrolled already', ['MP4'], 409, 'metering point MP4 is enrolled in programme voluntary already']
  ])('a further metering point is refused: %s', async (_what, further, status, reason) => {
    const { enrolments } = await withPoints()
    await enrolments.insert({ ...plain, meteringPointId: 'MP4' }, noon)
    const wanted = { ...plain, contract: { furtherMeteringPointIds: further } }
    expect(await enrolments.insert(wanted, noon)).toEqual({ ok: false, status, reason })
    expect(await enrolments.list()).toHaveLength(1)
  })

  test('of two that enrol the same further metering point at once, one is refused in words', async () => {
    const { enrolments } = await withPoints()
    const both = await Promise.all(
      ['MP1', 'MP4'].map(meteringPointId =>
        enrolments.insert({ ...plain, meteringPointId, contract: { furtherMeteringPointIds: ['MP2'] } }, noon)
      )
    )
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toMatchObject({ status: 409 })
    expect(await enrolments.list()).toHaveLength(1)
  })

  test('an import leaves a contract in force, and makes plain ones', async () => {
    const { enrolments, registry } = await withPoints()
    await enrolments.insert({ ...plain, contract }, noon)
    const commitments = ['MP1', 'MP4'].map(meteringPointId => ({
      ...{ customerId: 'C1', meteringPointId, committedKw: 900 }
    }))
    await registry.apply({ nodes: [], customers: [], enrolments: commitments }, noon + 1)
    expect(await enrolments.list()).toMatchObject([
      { meteringPointId: 'MP1', committedKw: 900, contract },
      { meteringPointId: 'MP4', committedKw: 900, contract: plainContract }
    ])
  })

  test('days off: a day has one name, and is taken away again', async () => {
    const { holidays } = await open()
    await holidays.put({ date: '2026-12-24', name: 'Nghỉ bù' })
    await holidays.put({ date: '2026-01-02', name: 'Nghỉ bù' })
    await holidays.put({ date: '2026-01-02', name: 'Hoán đổi' })
    await holidays.put({ date: '2027-01-02', name: 'Nghỉ' })
    const of2026 = [
      { date: '2026-01-02', name: 'Hoán đổi' },
      { date: '2026-12-24', name: 'Nghỉ bù' }
    ]
    expect(await holidays.list('2026-01-01', '2026-12-31')).toEqual(of2026)
    expect(await holidays.remove('2026-01-02')).toEqual(of2026[0])
    expect(await holidays.remove('2026-01-02')).toBeNull()
    expect(await holidays.list('2026-01-02', '2026-12-24')).toEqual(of2026.slice(1))
  })

  test('an assessment is replaced by a later one and shows with its enrolment', async () => {
    const { assessments, enrolments } = await withPoints()
    await enrolments.insert(plain, noon)
    const predictability: Predictability = { at: at(noon), class: 'B', best: null, methods: [] }
    const one = { scope: 'enrolment EN-000001', at: noon, value: { days: [1.5, null] }, predictability }
    await assessments.put(one)
    await assessments.put({ ...one, at: noon - 1, value: 'older', predictability: null })
    await assessments.put({ scope: 'node T1', at: noon, value: { share: 0.04 }, predictability: null })
    expect(await assessments.get('enrolment EN-000001')).toEqual(one)
    expect(await assessments.get('enrolment EN-9')).toBeNull()
    expect((await assessments.list('enrolment ')).map(({ scope }) => scope)).toEqual([one.scope])
    expect(await enrolments.list()).toEqual([enrolment('EN-000001', { ...plain, predictability })])
    expect(await enrolments.ofCustomer('C1')).toMatchObject([{ predictability }])
    await assessments.put({ ...one, at: noon + 1, value: 'newer' })
    expect(await assessments.get(one.scope)).toMatchObject({ value: 'newer' })
  })
}
