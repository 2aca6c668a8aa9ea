import fc from 'fast-check'
import type { Reading } from '../../server/contract/telemetry.ts'
import { HOUR, MINUTE, meter, NOON } from './readings.ts'

const member = fc.option(
  fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)
  ),
  { nil: undefined }
)

/** Few moments around midnight UTC, so that identities meet; each value may contradict an earlier one. */
const arrival: fc.Arbitrary<Reading> = fc
  .record({
    minute: fc.integer({ min: 0, max: 4 }),
    kw: member,
    v: member,
    q: member,
    intervalS: fc.constantFrom(0, 300, 900)
  })
  .map(({ minute, intervalS, ...values }) =>
    meter(
      'M',
      NOON + 12 * HOUR + (minute - 2) * MINUTE,
      Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
      { intervalS }
    )
  )
/** Batches of readings of one meter, in the order in which they arrive. */
export const arrivals = fc.array(fc.array(arrival, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 4
})

/** The contract in a few lines: in order of arrival, member by member. */
export function merged(readings: readonly Reading[]): Reading[] {
  const byTime = new Map<number, Reading>()
  for (const next of readings) {
    const values = { ...byTime.get(next.ts)?.values, ...next.values }
    byTime.set(next.ts, { ...next, values })
  }
  return [...byTime.values()].sort((a, b) => a.ts - b.ts)
}
