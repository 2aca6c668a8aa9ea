import { describe, expect, it } from 'vitest'
import { withTried } from '../../server/replay/triedLimits.ts'
import { defaultLimits } from '../../server/rules/limits.ts'

describe('limits that are tried', () => {
  it('stand over those in force, the others stay', () => {
    const found = withTried(defaultLimits, { heatThresholdsC: [33, 36, 40], overloadRaiseShare: 1.1 })
    expect(found).toEqual({
      limits: {
        ...defaultLimits,
        overloadRaiseShare: 1.1,
        heatGrades: [
          { thresholdC: 33, priority: 3 },
          { thresholdC: 36, priority: 2 },
          { thresholdC: 40, priority: 1 }
        ]
      }
    })
    expect(defaultLimits.heatGrades[0].thresholdC).toBe(35)
  })

  it.each([
    [{ heatRaiseShare: 0.8 }, /heatClearShare \(0.85\) must be below heatRaiseShare \(0.8\)/],
    [{ overloadClearShare: 1 }, /overloadClearShare \(1\) must be below overloadRaiseShare \(1\)/],
    [{ heatThresholdsC: [37, 35, 39] }, /heatThresholdsC must not fall/]
  ])('%j are refused in words', (tried, words) => {
    const found = withTried(defaultLimits, tried)
    expect('fault' in found && found.fault).toMatch(words)
  })
})
