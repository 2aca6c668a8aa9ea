import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { forTheChain } from '../../server/api/audited.ts'
import { type EnrolmentContract, plainContract } from '../../server/contract/enrolments.ts'
import { defaultTerms } from '../../server/contract/programmeDefaults.ts'
import type { ProgrammeTerms } from '../../server/contract/programmes.ts'
import { at, event, noon } from '../records/samples.ts'
import { openRegisterDesk, type RegisterDesk, report } from './registerDesk.ts'

let desk: RegisterDesk
let staff: Record<string, string>
beforeEach(async () => {
  desk = await openRegisterDesk()
  staff = await desk.person('programme-staff')
})
afterEach(() => desk.stop())

const urgent = { id: 'urgent', name: 'Khẩn cấp', settlementIntervalMinutes: 30, settleDelayMinutes: 20 }
const terms = (from: string, change: Partial<ProgrammeTerms> = {}): ProgrammeTerms => ({
  ...{ ...defaultTerms.voluntary, from },
  ...change
})

describe('programmes', () => {
  it('take the defaults of their kind for what is left out', async () => {
    const plain = await desk.call('POST /api/programmes', urgent, staff)
    expect(plain).toEqual({
      status: 201,
      body: { ...urgent, kind: 'voluntary', priority: 1, terms: [defaultTerms.voluntary] }
    })
    const given = { ...urgent, id: 'u2', kind: 'emergency' }
    const { body } = await desk.call('POST /api/programmes', given, staff)
    expect(body).toEqual({ ...given, priority: 9, terms: [defaultTerms.emergency] })
    const { body: all } = await desk.call('GET /api/programmes', undefined, staff)
    expect(all.programmes).toContainEqual(body)
  })

  const { baseline } = defaultTerms.voluntary
  const narrow = { ...baseline.adjustment, fromHours: 1, toHours: 1 } as typeof baseline.adjustment
  test.each([
    [
      'the same day twice',
      [terms('2026-01-01'), terms('2026-01-01')],
      'terms.1.from 2026-01-01 is given twice'
    ],
    [
      'not in order',
      [terms('2027-01-01'), terms('2026-01-01')],
      'terms.1.from 2026-01-01 comes after 2027-01-01'
    ],
    [
      'longer at least than at most',
      [terms('2026-01-01', { minDurationMinutes: 60, maxDurationMinutes: 30 })],
      'terms.0.minDurationMinutes 60 is more than maxDurationMinutes 30'
    ],
    [
      'a window that ends before it begins',
      [terms('2026-01-01', { baseline: { ...baseline, adjustment: narrow } })],
      'terms.0.baseline.adjustment.fromHours 1 must be more than toHours 1'
    ],
    [
      'a method twice',
      [terms('2026-01-01', { baseline: { ...baseline, fallback: ['10of10'] } })],
      'terms.0.baseline.fallback: 10of10 is named twice'
    ],
    [
      'a day that no year has',
      [terms('2026-01-01', { season: { from: '02-29', to: '04-31' } })],
      'terms.0.season.to 04-31 is no day of the year'
    ],
    ['no day', [terms('2026-02-30')], 'terms.0.from'],
    ['none', [], 'terms']
  ])('are refused: %s', async (_what, wrong, where) => {
    const made = await desk.call('POST /api/programmes', { ...urgent, terms: wrong }, staff)
    const changed = await desk.call('PATCH /api/programmes/voluntary', { terms: wrong }, staff)
    for (const { status, body } of [made, changed]) {
      expect(status).toBe(400)
      expect(body.detail).toMatch(/^body: /)
      expect(body.detail).toContain(where)
    }
  })

  it('keep the terms that an open event is settled by; others may come beside them', async () => {
    const old = [terms('2000-01-01'), terms('2026-05-20')]
    await desk.call('PATCH /api/programmes/voluntary', { terms: old }, staff)
    await desk.records.events.insert(event('CE-1', ['draft', 'notified']))
    const patch = async (next: ProgrammeTerms[]) => {
      const { status, body } = await desk.call('PATCH /api/programmes/voluntary', { terms: next }, staff)
      return status === 200 ? 200 : body.detail
    }
    const stricter = { noticeMinutes: 60 }
    expect(await patch([terms('2000-01-01', stricter), terms('2026-05-20', stricter)])).toBe(
      'the terms of voluntary stay on the days of events that are not final: CE-1 (2026-05-20)'
    )
    expect(await patch([terms('2000-01-01', stricter), ...old.slice(1), terms('2026-05-21', stricter)])).toBe(
      200
    )
  })

  it('keep their slots while an event is open, and their kind while a contract lacks what another asks', async () => {
    await desk.records.events.insert(event('CE-1', ['draft', 'notified', 'standby']))
    const slots = await desk.call('PATCH /api/programmes/voluntary', { settlementIntervalMinutes: 15 }, staff)
    expect(slots).toMatchObject({ status: 409, body: { detail: expect.stringContaining('CE-1') } })
    const plain = { programmeId: 'voluntary', customerId: 'c1', meteringPointId: 'mp1', committedKw: 5 }
    await desk.call('POST /api/enrolments', plain, staff)
    const kind = await desk.call('PATCH /api/programmes/voluntary', { kind: 'firm-service-level' }, staff)
    expect(kind).toMatchObject({ status: 409, body: { detail: expect.stringContaining('EN-000001') } })
    expect(await desk.call('PATCH /api/programmes/voluntary', { kind: 'planned' }, staff)).toMatchObject({
      ...{ status: 200, body: { kind: 'planned' } }
    })
  })
})

const plain = { programmeId: 'voluntary', customerId: 'c1', meteringPointId: 'mp1', committedKw: 800 }
const contacts = [{ name: 'Trần Minh', role: 'trưởng ca', channel: 'phone', address: '0900000000' }] as const
const contract: EnrolmentContract = {
  ...plainContract,
  furtherMeteringPointIds: ['mp2'],
  contacts: [...contacts],
  consent: { givenBy: 'Trần Minh', at: at(noon), evidence: 'otp', reference: 'HD-1', sha256: null }
}

describe('enrolments', () => {
  it('a contract is made, read, changed by a new one, and ended', async () => {
    const made = await desk.call('POST /api/enrolments', { ...plain, contract }, staff)
    const enrolment = {
      id: 'EN-000001',
      ...plain,
      since: at(noon),
      until: null,
      contract,
      predictability: null
    }
    expect(made).toEqual({ status: 201, body: enrolment })
    expect(await desk.call('GET /api/enrolments/EN-000001', undefined, staff)).toEqual({
      ...{ status: 200, body: enrolment }
    })
    const change = { committedKw: 900, contract: { restDays: 2 } }
    const changed = await desk.call('PATCH /api/enrolments/EN-000001', change, staff)
    const next = { ...enrolment, id: 'EN-000002', committedKw: 900, contract: { ...contract, restDays: 2 } }
    expect(changed).toEqual({ status: 200, body: next })
    const { body } = await desk.call('GET /api/enrolments', undefined, staff)
    expect(body).toEqual({ enrolments: [next] })
    expect((await desk.call('GET /api/enrolments/EN-000001', undefined, staff)).body.until).toBe(at(noon))
    const ended = await desk.call('PATCH /api/enrolments/EN-000002', { ended: true }, staff)
    expect(ended.body).toEqual({ ...next, until: at(noon) })
    const again = await desk.call('PATCH /api/enrolments/EN-000002', { committedKw: 1 }, staff)
    expect(again.status).toBe(404)
  })

  test.each([
    ['a share without its cap', { committedKw: 0 }, { committedShare: 0.2 }, 422, 'needs committedKw'],
    ['a point of another', {}, { furtherMeteringPointIds: ['mp-south'] }, 422, 'belongs to c2'],
    ['a point twice', {}, { furtherMeteringPointIds: ['mp1'] }, 422, 'mp1 is named twice'],
    ['a point enrolled already', {}, { furtherMeteringPointIds: ['mp3'] }, 409, 'mp3 is enrolled'],
    [
      'hours that end before they begin',
      {},
      { availability: [{ weekdays: [1], from: '12:00', to: '08:00' }] },
      400,
      'contract.availability.0: from 12:00 must be before to 08:00'
    ],
    [
      'a blackout that ends before it begins',
      {},
      { blackouts: [{ from: '2026-06-02', to: '2026-06-01', reason: '' }] },
      400,
      'contract.blackouts.0: from 2026-06-02'
    ],
    ['a member that nobody knows', {}, { colour: 'red' }, 400, 'colour'],
    ['no work day', {}, { workDays: [] }, 400, 'contract.workDays'],
    ['an unknown programme', { programmeId: 'x' }, {}, 422, 'programme x is unknown']
  ])('are refused: %s', async (_what, change, contract, status, words) => {
    await desk.call('POST /api/enrolments', { ...plain, meteringPointId: 'mp3' }, staff)
    const made = await desk.call('POST /api/enrolments', { ...plain, ...change, contract }, staff)
    expect(made.status).toBe(status)
    expect(made.body.detail).toContain(words)
    await desk.call('POST /api/enrolments', plain, staff)
    const { programmeId: _, ...rest } = change as Partial<typeof plain>
    if ('programmeId' in change) return
    const changed = await desk.call('PATCH /api/enrolments/EN-000002', { ...rest, contract }, staff)
    expect(changed.status).toBe(status)
    expect(await desk.records.enrolments.list()).toHaveLength(2)
  })

  it('under a firm service level that level is needed, at first and later', async () => {
    await desk.call('POST /api/programmes', { ...urgent, id: 'fsl', kind: 'firm-service-level' }, staff)
    const wanted = { ...plain, programmeId: 'fsl' }
    const refused = await desk.call('POST /api/enrolments', wanted, staff)
    expect([refused.status, refused.body.detail]).toEqual([
      422,
      'contract.firmServiceLevelKw is needed in a programme of the kind firm-service-level'
    ])
    const level = { ...wanted, contract: { firmServiceLevelKw: 0 } }
    expect((await desk.call('POST /api/enrolments', level, staff)).status).toBe(201)
    const away = { contract: { firmServiceLevelKw: null } }
    expect((await desk.call('PATCH /api/enrolments/EN-000001', away, staff)).status).toBe(422)
  })

  it('persons of a contract are for who calls them, who writes it, and the customer itself', async () => {
    await desk.call('POST /api/enrolments', { ...plain, contract }, staff)
    const shown = async (headers: Record<string, string>) => {
      const paths = ['/api/enrolments', '/api/enrolments/EN-000001', '/api/customers/c1/record']
      const bodies = await Promise.all(paths.map(path => desk.call(`GET ${path}`, undefined, headers)))
      const texts = bodies.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)
      expect(texts.every(text => text.startsWith('200'))).toBe(true)
      return texts.map(text => text.includes('0900000000'))
    }
    const all = [true, true, true]
    const none = [false, false, false]
    expect(await shown(await desk.person('dispatcher'))).toEqual(all)
    expect(await shown(await desk.person('supervisor', { companyId: 'NPC' }))).toEqual(all)
    expect(await shown(await desk.person('customer', { customerId: 'c1' }))).toEqual(all)
    expect(await shown(await desk.person('administrator'))).toEqual(all)
    expect(await shown(await desk.person('auditor'))).toEqual(none)
    expect(await shown(await desk.person('engineer', { companyId: 'NPC' }))).toEqual(none)
    expect(await shown(await desk.token(['register:read', 'records:read']))).toEqual(none)
    expect(await shown(await desk.token(['register:read', 'register:write', 'records:read']))).toEqual(all)
    const other = await desk.person('customer', { customerId: 'c2' })
    expect((await desk.call('GET /api/enrolments/EN-000001', undefined, other)).status).toBe(404)
    expect((await desk.call('GET /api/enrolments', undefined, other)).body).toEqual({ enrolments: [] })
  })

  it('nothing of these persons stands in the audit chain', async () => {
    await desk.call('POST /api/enrolments', { ...plain, contract }, staff)
    await desk.call('PATCH /api/enrolments/EN-000001', { contract: { contacts, restDays: 1 } }, staff)
    expect(desk.audit).toHaveLength(4)
    const text = JSON.stringify(desk.audit)
    expect(text).not.toContain('Trần Minh')
    expect(text).not.toContain('0900000000')
    expect(text).toContain('HD-1')
    expect(forTheChain({ contacts: [], by: 3 })).toEqual({ contacts: [], by: 3 })
  })

  it('a company sees of a contract its own metering points, and changes no contract that reaches further', async () => {
    const wide = { ...plain, contract: { furtherMeteringPointIds: ['mp2', 'mp1-south'] } }
    const north = await desk.person('programme-staff', { companyId: 'NPC' })
    const foreign = await desk.call('POST /api/enrolments', wide, north)
    expect([foreign.status, foreign.body.detail]).toEqual([422, 'metering point mp1-south is unknown'])
    expect((await desk.call('POST /api/enrolments', wide, staff)).status).toBe(201)
    const { body } = await desk.call('GET /api/enrolments/EN-000001', undefined, north)
    expect(body.contract.furtherMeteringPointIds).toEqual(['mp2'])
    const change = { contract: { furtherMeteringPointIds: [] } }
    expect((await desk.call('PATCH /api/enrolments/EN-000001', change, north)).status).toBe(403)
    const more = { contract: { furtherMeteringPointIds: ['mp-south'] } }
    expect((await desk.call('PATCH /api/enrolments/EN-000001', more, north)).status).toBe(422)
    const customer = await desk.person('customer', { customerId: 'c1' })
    const own = await desk.call('GET /api/enrolments/EN-000001', undefined, customer)
    expect(own.body.contract.furtherMeteringPointIds).toEqual(['mp2', 'mp1-south'])
  })

  it('eligibility is asked of the assessment, for what the caller sees, and leaves no trace', async () => {
    const request = { programmeId: 'voluntary', customerId: 'c1', meteringPointIds: ['mp1', 'mp2'] }
    const operation = 'POST /api/enrolments/eligibility'
    expect(await desk.call(operation, request, staff)).toEqual({
      status: 200,
      body: report('voluntary', 'c1')
    })
    expect((await desk.call(operation, { ...request, programmeId: 'x' }, staff)).status).toBe(404)
    const south = await desk.person('programme-staff', { companyId: 'SPC' })
    const unseen = await desk.call(operation, request, south)
    expect([unseen.status, unseen.body.detail]).toEqual([422, 'metering point mp1 is unknown'])
    const customer = await desk.person('customer', { customerId: 'c1' })
    expect((await desk.call(operation, request, customer)).status).toBe(403)
    expect(desk.audit).toEqual([])
  })
})

describe('days off', () => {
  const bridge = { date: '2026-01-02', name: 'Nghỉ bù' }

  it('are those of the law and those that were entered, by date', async () => {
    expect(await desk.call('POST /api/holidays', bridge, staff)).toEqual({ status: 201, body: bridge })
    const customer = await desk.person('customer', { customerId: 'c1' })
    const { body } = await desk.call('GET /api/holidays', undefined, customer)
    expect(body.year).toBe(2026)
    expect(body.days.slice(0, 2)).toEqual([
      { date: '2026-01-01', name: 'Tết Dương lịch', source: 'law' },
      { ...bridge, source: 'entered' }
    ])
    expect(body.days).toContainEqual({ date: '2026-02-17', name: 'Tết Nguyên đán', source: 'law' })
    const other = await desk.call('GET /api/holidays?year=2007', undefined, staff)
    expect(other.body.days).toContainEqual({ date: '2007-02-17', name: 'Tết Nguyên đán', source: 'law' })
    expect(await desk.call('DELETE /api/holidays/2026-01-02', undefined, staff)).toEqual({
      ...{ status: 200, body: bridge }
    })
    expect((await desk.call('DELETE /api/holidays/2026-01-02', undefined, staff)).status).toBe(404)
  })

  test.each([
    ['a holiday by law', { ...bridge, date: '2026-09-02' }, 409],
    ['no day', { ...bridge, date: '2026-02-30' }, 400],
    ['without a name', { ...bridge, name: '' }, 400]
  ])('are refused: %s', async (_what, holiday, status) => {
    expect((await desk.call('POST /api/holidays', holiday, staff)).status).toBe(status)
  })

  it('of all companies are entered by who sees them all', async () => {
    const north = await desk.person('programme-staff', { companyId: 'NPC' })
    expect((await desk.call('POST /api/holidays', bridge, north)).status).toBe(403)
    expect((await desk.call('GET /api/holidays?year=26', undefined, staff)).status).toBe(400)
    expect((await desk.call('GET /api/holidays?year=1500', undefined, staff)).status).toBe(400)
  })
})
