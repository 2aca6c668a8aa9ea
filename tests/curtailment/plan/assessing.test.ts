import { describe, expect, it } from 'vitest'
import { type Enrolment, type Predictability, plainContract } from '../../../server/contract/enrolments.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import type { Programme } from '../../../server/contract/programmes.ts'
import type { GridNode } from '../../../server/contract/registry.ts'
import { createAssessing } from '../../../server/curtailment/plan/assessing.ts'
import type { AssessmentNeeds, HalfHourLoad } from '../../../server/curtailment/plan/assessmentNeeds.ts'
import { DAY, halfHours, NOW, twoShifts, ZONE } from './site.ts'

const programme: Programme = {
  ...{ id: 'P1', name: 'Voluntary', kind: 'voluntary', priority: 1 },
  ...{ settlementIntervalMinutes: 30, settleDelayMinutes: 60, terms: [defaultTerms.voluntary] }
}
const node = (id: string, kind: GridNode['kind'], parent: string | null): GridNode => ({
  ...{ id, kind, parent, name: id, meter: kind === 'meteringPoint' ? `M-${id}` : null, weather: null },
  ...{ capacityKw: null, ratingKva: null, reportIntervalS: 1800, customerId: null }
})
const nodes = [
  node('F1', 'feeder', null),
  node('MP-A', 'meteringPoint', 'F1'),
  node('MP-B', 'meteringPoint', 'F1')
]
const enrolment = (customerId: string, changes: Partial<Enrolment> = {}): Enrolment => ({
  ...{ id: `EN-${customerId}`, programmeId: 'P1', customerId, meteringPointId: `MP-${customerId}` },
  ...{
    committedKw: 100,
    since: '2026-01-01T00:00:00Z',
    until: null,
    contract: plainContract,
    predictability: null
  },
  ...changes
})

function memoryAssessments() {
  const rows = new Map<
    string,
    { scope: string; at: number; value: unknown; predictability: Predictability | null }
  >()
  return {
    rows,
    put: async (row: { scope: string; at: number; value: unknown; predictability: Predictability | null }) =>
      void rows.set(row.scope, JSON.parse(JSON.stringify(row))),
    get: async (scope: string) => rows.get(scope) ?? null,
    list: async (prefix: string) => [...rows.values()].filter(({ scope }) => scope.startsWith(prefix))
  }
}

function world(
  enrolments: Enrolment[],
  loads: Record<string, HalfHourLoad>,
  changes: Partial<AssessmentNeeds> = {}
) {
  const clock = { now: NOW }
  const assessments = memoryAssessments()
  const reads: string[] = []
  const needs: AssessmentNeeds = {
    enrolments: { list: async () => enrolments },
    programmes: { list: async () => [programme] },
    registry: { nodes: () => nodes },
    assessments,
    async halfHours(point, from, to) {
      reads.push(point)
      const { t, kw } = loads[point] ?? { t: [], kw: [] }
      const isIn = (start: number | undefined) => start !== undefined && start >= from && start < to
      return { t: t.filter(isIn), kw: kw.filter((_, i) => isIn(t[i])) }
    },
    temperature: async () => null,
    calls: async () => [],
    daysOff: async () => ({}),
    now: () => clock.now,
    timeZone: ZONE,
    ...changes
  }
  return { clock, assessments, reads, needs, assessing: createAssessing(needs) }
}

const wave = (t: number, hour: number) => twoShifts(t, hour) * (1 + 0.05 * Math.sin(t / DAY))
const afternoon = { start: NOW + 5 * 3_600_000, end: NOW + 7 * 3_600_000 }

describe('assessing in the background', () => {
  it('takes one site a step, keeps what it found, and rests when nobody is due', async () => {
    const { assessing, assessments } = world([enrolment('A'), enrolment('B')], {
      'MP-A': halfHours(120, twoShifts),
      'MP-B': halfHours(120, wave)
    })
    expect(await assessing.step()).toBe(true)
    expect([...assessments.rows.keys()]).toEqual(['enrolment EN-A'])
    expect(await assessing.step()).toBe(false)
    expect([...assessments.rows.keys()]).toEqual(['enrolment EN-A', 'enrolment EN-B'])
    expect(assessments.rows.get('enrolment EN-A')?.predictability?.class).toBe('A')
    expect(await assessing.step()).toBe(false)
    expect((await assessing.placebo('EN-A'))[0]).toMatchObject({ method: '10of10', days: 42 })
    expect(await assessing.placebo('EN-Z')).toEqual([])
  })

  it('goes on after a restart where it was, and looks again after a week', async () => {
    const first = world([enrolment('A')], { 'MP-A': halfHours(120, twoShifts) })
    await first.assessing.step()
    const after = createAssessing(first.needs)
    first.reads.length = 0
    expect(await after.step()).toBe(false)
    expect(first.reads).toEqual([])
    first.clock.now = NOW + 7 * DAY
    await after.step()
    expect(first.reads).not.toEqual([])
  })

  it('looks again soon, and then less often, while the past is still coming in', async () => {
    const loads: Record<string, HalfHourLoad> = { 'MP-A': halfHours(3, twoShifts) }
    const { assessing, assessments, reads, clock } = world([enrolment('A')], loads)
    const classNow = () => assessments.rows.get('enrolment EN-A')?.predictability?.class
    const looksAt = async (minute: number) => {
      reads.length = 0
      clock.now = NOW + minute * 60_000
      await assessing.step()
      return reads.length > 0
    }
    expect(await looksAt(0)).toBe(true)
    expect(classNow()).toBe(null)
    expect(await looksAt(0.9)).toBe(false)
    expect(await looksAt(1)).toBe(true)
    expect(await looksAt(2.9)).toBe(false)
    loads['MP-A'] = halfHours(45, twoShifts)
    expect(await looksAt(3)).toBe(true)
    expect(classNow()).toBe('A')
    expect(await looksAt(24 * 60)).toBe(false)
  })

  it('a new enrolment has a minute for its past to come in', async () => {
    const since = new Date(NOW).toISOString()
    const { assessing, reads, clock } = world([enrolment('A', { since })], {
      'MP-A': halfHours(45, twoShifts)
    })
    expect(await assessing.step()).toBe(false)
    expect(reads).toEqual([])
    clock.now = NOW + 60_000
    await assessing.step()
    expect(reads).not.toEqual([])
  })

  it('a site that cannot be read does not hold up the others', async () => {
    const { assessing, assessments, needs } = world([enrolment('A'), enrolment('B')], {
      'MP-B': halfHours(120, twoShifts)
    })
    const read = needs.halfHours
    needs.halfHours = (point, from, to) =>
      point === 'MP-A' ? Promise.reject(new Error('the store is away')) : read(point, from, to)
    await expect(assessing.step()).rejects.toThrow('the store is away')
    await assessing.step()
    expect([...assessments.rows.keys()]).toEqual(['enrolment EN-B'])
  })

  it('several metering points are one site', async () => {
    const contract = { ...plainContract, furtherMeteringPointIds: ['MP-B'] }
    const { assessing } = world([enrolment('A', { contract })], {
      'MP-A': halfHours(120, twoShifts),
      'MP-B': halfHours(120, twoShifts)
    })
    await assessing.step()
    expect((await assessing.foretelling(afternoon)).baselineKw('EN-A')).toBe(2000)
  })
})

describe('what a plan is told', () => {
  it('the load of the window by its day type, and nothing of who was not assessed', async () => {
    const { assessing } = world([enrolment('A')], { 'MP-A': halfHours(120, twoShifts) })
    await assessing.step()
    const told = await assessing.foretelling(afternoon)
    expect(told.baselineKw('EN-A')).toBe(1000)
    expect(told.baselineKw('EN-B')).toBeNull()
    const night = { start: NOW + 12 * 3_600_000, end: NOW + 14 * 3_600_000 }
    expect((await assessing.foretelling(night)).baselineKw('EN-A')).toBe(600)
  })

  it('the error that sites share, from their common days; assumed before', async () => {
    const { assessing } = world([enrolment('A'), enrolment('B')], {
      'MP-A': halfHours(120, wave),
      'MP-B': halfHours(120, wave)
    })
    expect(await assessing.commonError('F1')).toEqual({ share: 0.05, days: 0 })
    await assessing.step()
    await assessing.step()
    const { share, days } = await assessing.commonError('F1')
    expect(days).toBe(42)
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThan(0.05)
    const ownShare = (await assessing.placebo('EN-A'))[0]?.rrmseShare ?? 0
    expect(share).toBeCloseTo(ownShare, 2)
  })
})

describe('eligibility', () => {
  it('looks at a year of all its points', async () => {
    const { assessing } = world([], { 'MP-A': halfHours(370, twoShifts) })
    const asked = { programmeId: 'P1', customerId: 'A', meteringPointIds: ['MP-A'] }
    expect(await assessing.eligibility(asked)).toMatchObject({
      ok: true,
      value: { eligible: true, offer: 'as-asked', predictability: { class: 'A' } }
    })
  })

  it.each([
    [{ programmeId: 'P9' }, 'there is no programme P9'],
    [{ meteringPointIds: ['MP-A', 'F1', 'MP-X'] }, 'no metering point: F1, MP-X']
  ])('refuses %o', async (changes, reason) => {
    const asked = { programmeId: 'P1', customerId: 'A', meteringPointIds: ['MP-A'], ...changes }
    expect(await world([], {}).assessing.eligibility(asked)).toEqual({ ok: false, status: 422, reason })
  })
})
