import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curtailmentKw } from '../../../simulators/participants/curtailment.ts'
import { createProfiles, type ParticipantProfile } from '../../../simulators/participants/profile.ts'
import { createRegion } from '../../../simulators/region.ts'

const MINUTE = 60_000
const start = Date.parse('2026-06-10T06:00:00Z')
const end = start + 20 * MINUTE
const { sites } = createRegion(1)
const profiles = createProfiles(1, sites.consumers)
const anyProfile = fc.constantFrom(...profiles)

describe('curtailmentKw', () => {
  test('nothing asked, or nothing promised: no change at any time', () => {
    fc.assert(
      fc.property(anyProfile, fc.integer({ min: -600, max: 600 }), (profile, minutes) => {
        const t = start + minutes * MINUTE
        expect(curtailmentKw(profile, { start, end, deliveredKw: 0 }, 1_000, t)).toBe(0)
        expect(curtailmentKw(profile, { start, end: start, deliveredKw: 300 }, 1_000, t)).toBe(0)
      })
    )
  })

  test('before the start and two hours after the end: no change', () => {
    for (const profile of profiles) {
      for (const t of [start - MINUTE, start, end + 121 * MINUTE]) {
        expect(curtailmentKw(profile, { start, end, deliveredKw: 300 }, 1_000, t)).toBe(0)
      }
    }
  })

  test('ramps down over half a minute to two and a half, holds what was promised, and rebounds 5 to 15 % above normal', () => {
    for (const profile of profiles) {
      const at = (t: number) => curtailmentKw(profile, { start, end, deliveredKw: 300 }, 1_000, t)
      expect(at(start + MINUTE / 2)).toBeGreaterThan(-295)
      for (let t = start + 5 * MINUTE; t <= end; t += MINUTE) {
        expect(at(t)).toBeLessThanOrEqual(-300 * 0.95)
        expect(at(t)).toBeGreaterThanOrEqual(-300 * 1.05)
      }
      const after = Array.from({ length: 40 }, (_, minute) => at(end + minute * MINUTE))
      expect(Math.max(...after)).toBeGreaterThan(0.049 * 1_000)
      expect(Math.max(...after)).toBeLessThanOrEqual(0.15 * 1_000)
      expect(Math.abs(at(end + 119 * MINUTE))).toBeLessThan(1)
    }
  })

  test('a furnace is slower than a line of machines', () => {
    const ramps = (hasFurnace: boolean) =>
      profiles
        .filter((_, index) => (sites.consumers[index]?.industry.furnaceShare ?? 0) > 0 === hasFurnace)
        .map(profile => profile.rampDownMs)
    expect(Math.min(...ramps(true))).toBeGreaterThan(Math.max(...ramps(false)))
    expect(Math.max(...ramps(true))).toBeLessThanOrEqual(2.5 * MINUTE)
    expect(Math.min(...ramps(false))).toBeGreaterThanOrEqual(MINUTE / 2)
  })

  test('the load stays above zero and never jumps, whatever is promised', () => {
    fc.assert(
      fc.property(anyProfile, fc.double({ min: 1, max: 5_000, noNaN: true }), (profile, deliveredKw) => {
        let before = 0
        for (let t = start; t < end + 60 * MINUTE; t += 5_000) {
          const kw = curtailmentKw(profile, { start, end, deliveredKw }, 1_000, t)
          expect(kw).toBeGreaterThan(-900)
          expect(Math.abs(kw - before)).toBeLessThan(260)
          before = kw
        }
      }),
      { numRuns: 30, seed: 1 }
    )
  })
})

test('among the forty: four reluctant, four partial, six weak; the others reliable', () => {
  const enrolled = new Set(
    sites.consumers.filter(({ committedKw }) => committedKw !== null).map(({ customerId }) => customerId)
  )
  const count = (character: ParticipantProfile['character']) =>
    profiles.filter(profile => enrolled.has(profile.customerId) && profile.character === character).length
  expect([count('reluctant'), count('partial'), count('weak'), count('reliable')]).toEqual([4, 4, 6, 26])
})
