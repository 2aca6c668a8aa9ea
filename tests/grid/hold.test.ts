import { describe, expect, it } from 'vitest'
import {
  activePowerKw,
  apparentPowerKva,
  heldUntil,
  mergePower,
  powerIn,
  reportIntervalOf
} from '../../server/grid/hold.ts'

describe('the report interval', () => {
  it.each([
    { registryS: 900, ownS: 300, expected: 900 },
    { registryS: null, ownS: 300, expected: 300 },
    { registryS: null, ownS: 0, expected: 300 }
  ])('registry $registryS, own $ownS: $expected s', ({ registryS, ownS, expected }) => {
    expect(reportIntervalOf(registryS, ownS, 300)).toBe(expected)
  })
})

it('holds a value for three report intervals after its end', () => {
  expect(heldUntil(0, 0, 300)).toBe(900_000)
  expect(heldUntil(0, 1800, 1800)).toBe(4 * 1800_000)
})

describe('active power', () => {
  it.each([
    { what: 'measured', power: { kw: 80, kva: 100, kvar: 0 }, kw: 80 },
    { what: 'from kVA and kvar', power: { kw: null, kva: 100, kvar: 60 }, kw: 80 },
    { what: 'unknown from kVA alone', power: { kw: null, kva: 100, kvar: null }, kw: null },
    { what: 'unknown where kvar exceeds kVA', power: { kw: null, kva: 10, kvar: 11 }, kw: null },
    { what: 'zero stays zero', power: { kw: 0, kva: 5, kvar: 5 }, kw: 0 }
  ])('$what', ({ power, kw }) => {
    expect(activePowerKw(power)).toBe(kw)
  })
})

it('takes apparent power as measured, else from kW and kvar', () => {
  expect(apparentPowerKva({ kw: 80, kva: 101, kvar: 60 })).toBe(101)
  expect(apparentPowerKva({ kw: 80, kva: null, kvar: 60 })).toBe(100)
  expect(apparentPowerKva({ kw: 80, kva: null, kvar: null })).toBeNull()
})

it('merges member by member, the later first, and an unknown member erases nothing', () => {
  const merged = mergePower({ kw: 1, kva: 2, kvar: null }, { kw: 5, kva: null, kvar: 3 })
  expect(merged).toEqual({ kw: 5, kva: 2, kvar: 3 })
})

it('finds no power in a reading of voltage or of kvar alone', () => {
  expect(powerIn({ v: 230 })).toBeNull()
  expect(powerIn({ kvar: 3 })).toBeNull()
  expect(powerIn({ kva: 3 })).toEqual({ kw: null, kva: 3, kvar: null })
})
