import fc from 'fast-check'
import { type Reading, readingFields, readingKinds } from '../../server/contract/telemetry.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const epochMs = fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 })

/** Any reading that a decoder may let through. Its zeros have no sign: what is written as text has none. */
export const anyReading: fc.Arbitrary<Reading> = fc.constantFrom(...readingKinds).chain(kind =>
  fc.record({
    kind: fc.constant(kind),
    id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    ts: epochMs,
    issued: kind === 'forecast' ? fc.integer({ min: 0, max: 4_102_444_800_000 }) : fc.constant(null),
    intervalS: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2_678_400, noNaN: true }).map(unsigned)),
    quality: fc.nat(0xffff),
    values: fc
      .dictionary(fc.constantFrom(...readingFields[kind]), finite.map(unsigned))
      .map(values => ({ ...values }))
  })
)

function unsigned(value: number): number {
  return value + 0
}
