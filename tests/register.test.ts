import { expect, test } from 'vitest'
import { commitments } from '../server/register.ts'

const enrolment = (customerId: string, meteringPointId: string, committedKw: number) => ({
  ...{ customerId, meteringPointId, committedKw }
})

test('a metering point in two programmes counts once, with the larger commitment', () => {
  expect(
    commitments([
      enrolment('c1', 'mp1', 100),
      enrolment('c2', 'mp3', 50),
      enrolment('c1', 'mp1', 120),
      enrolment('c1', 'mp2', 10),
      enrolment('c2', 'mp3', 40)
    ])
  ).toEqual([enrolment('c1', 'mp1', 120), enrolment('c2', 'mp3', 50), enrolment('c1', 'mp2', 10)])
})
