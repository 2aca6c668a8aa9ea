import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { contractFaults } from '../../../server/api/contractFaults.ts'
import { EnrolmentContract, plainContract } from '../../../server/contract/enrolments.ts'
import { contractOf } from '../../../simulators/region/contracts.ts'
import { createRegion } from '../../../simulators/region.ts'

const anchor = Date.parse('2026-06-10T06:00:00Z')
const tet = [{ from: '2027-02-02', to: '2027-02-13' }]
const wednesday = { anchor, weekday: 3, tet }
const enrolled = [1, 2, 3].flatMap(seed =>
  createRegion(seed).sites.consumers.filter(({ committedKw }) => committedKw !== null)
)
const contracts = enrolled.map(consumer => ({
  consumer,
  contract: { ...plainContract, ...contractOf(consumer, wednesday) }
}))
const some = (is: (contract: EnrolmentContract) => boolean) => contracts.some(({ contract }) => is(contract))

describe('the contracts of the large consumers', () => {
  it('are contracts the server takes', () => {
    for (const { contract } of contracts) {
      expect(Check(EnrolmentContract, contract)).toBe(true)
      expect(contractFaults(contract)).toEqual([])
    }
  })

  it('keep so much that what was committed is still there to give', () => {
    for (const { consumer, contract } of contracts) {
      const kept = Math.max(
        contract.minimumLoadKw,
        contract.neverCurtail.reduce((sum, { kw }) => sum + kw, 0)
      )
      expect(kept).toBeGreaterThan(0)
      expect(kept + (consumer.committedKw ?? 0)).toBeLessThan(0.9 * consumer.usualKw)
    }
  })

  it('fit the industry: a furnace runs on Sunday and over Tết, one shift is called while it works', () => {
    for (const { consumer, contract } of contracts) {
      const isContinuous = consumer.industry.shifts === 'continuous'
      expect(contract.workDays).toHaveLength(isContinuous ? 7 : 6)
      expect(contract.blackouts).toHaveLength(isContinuous ? 0 : 1)
      if (consumer.industry.shifts === 'one') {
        expect(contract.availability).toEqual([{ weekdays: [1, 2, 3, 4, 5, 6], from: '07:30', to: '17:00' }])
      }
    }
  })

  it('differ: some rest, some have a cap of their own, some have not consented, some are called by shift', () => {
    expect(some(({ restDays }) => restDays > 0) && some(({ restDays }) => restDays === 0)).toBe(true)
    expect(some(({ maxEventsPerSeason }) => maxEventsPerSeason !== null)).toBe(true)
    expect(some(({ consent }) => consent === null) && some(({ consent }) => consent !== null)).toBe(true)
    expect(some(({ availability }) => availability[0]?.to === '22:00')).toBe(true)
  })

  it('name nobody that there is', () => {
    for (const { contract } of contracts) {
      expect(contract.contacts).toHaveLength(3)
      for (const { channel, address } of contract.contacts) {
        if (channel === 'phone') expect(address).toMatch(/^000 000 /)
        if (channel === 'email') expect(address).toMatch(/\.example$/)
      }
      expect(Date.parse(contract.consent?.at ?? '2000-01-01T00:00:00Z')).toBeLessThan(anchor)
    }
  })

  it('on a Sunday everybody works, as the region then does', () => {
    const sundays = enrolled.map(consumer => contractOf(consumer, { ...wednesday, weekday: 0 }))
    expect(sundays.every(({ workDays }) => workDays?.includes(7))).toBe(true)
    expect(
      sundays.every(({ availability }) => availability?.every(({ weekdays }) => weekdays.includes(7)))
    ).toBe(true)
  })
})
