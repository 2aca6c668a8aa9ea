import { describe, expect, it } from 'vitest'
import { plainContract } from '../../../server/contract/enrolments.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import { siteCalendar } from '../../../server/curtailment/calendar/dayTypes.ts'
import { assessed } from '../../../server/curtailment/plan/siteAssessment.ts'
import { summedLoad } from '../../../server/curtailment/plan/siteLoad.ts'
import { seeded } from './random.ts'
import { DAY, grid, halfHours, NOW, twoShifts } from './site.ts'

const calendar = siteCalendar({ workDays: plainContract.workDays })
const site = (
  kwAt: Parameters<typeof halfHours>[1],
  days = 120,
  calls: { start: number; end: number }[] = []
) =>
  assessed({
    load: summedLoad([halfHours(days, kwAt)]),
    temperature: null,
    calendar,
    calls,
    terms: defaultTerms.voluntary,
    grid,
    now: NOW
  })
const own = (found: ReturnType<typeof site>) => found.predictability.methods[0]

describe('a site assessed on its own days', () => {
  it('one that repeats itself is foretold without error', () => {
    const found = site(twoShifts)
    expect(found.predictability.class).toBe('A')
    expect(own(found)).toMatchObject({ method: '10of10', days: 42 })
    expect(own(found)?.rrmseShare).toBeCloseTo(0, 9)
    expect(found.days).toHaveLength(84)
    expect(found.days[0]).toEqual({ key: '2026-04-03 13', baselineKw: 1000, actualKw: 1000 })
  })

  it('an error of ± 30 % that nothing foretells is class C', () => {
    const random = seeded(1)
    const byDay = new Map<number, number>()
    const factor = (t: number) => {
      // By quarter days, so that the hours before do not tell those of the event.
      const quarter = Math.floor((t + 7 * 3_600_000) / (DAY / 8))
      const known = byDay.get(quarter) ?? 1 + (random() < 0.5 ? -0.5 : 0.5)
      byDay.set(quarter, known)
      return known
    }
    const found = site((t, hour) => twoShifts(t, hour) * factor(t))
    expect(found.predictability.class).toBe('C')
  })

  it('a day on which it was called carries no pretended event', () => {
    const call = {
      start: Date.parse('2026-05-20T14:00:00+07:00'),
      end: Date.parse('2026-05-20T16:00:00+07:00')
    }
    const found = site(twoShifts, 120, [call])
    expect(found.days.some(({ key }) => key.startsWith('2026-05-20'))).toBe(false)
    expect(own(found)?.days).toBe(41)
  })

  it('of four days nothing is known', () => {
    const found = site(twoShifts, 4)
    expect(found.predictability).toMatchObject({ class: null, best: null })
  })

  it('tells how a working and another day go, by half-hour', () => {
    const { profile } = site((t, hour) =>
      new Date(t + 7 * 3_600_000).getUTCDay() % 6 === 0 ? 50 : twoShifts(t, hour)
    )
    expect(profile.working).toHaveLength(48)
    expect(profile.working[26]).toBe(1000)
    expect(profile.working[0]).toBe(200)
    expect(profile['non-working'][26]).toBe(50)
  })
})
