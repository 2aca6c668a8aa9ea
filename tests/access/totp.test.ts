import { expect, test } from 'vitest'
import { newTotpSeed, totpStep, totpUri } from '../../server/access/totp.ts'
import { seededBytes } from './desk.ts'

// RFC 6238, appendix B: the secret in ASCII, the last six of its eight digits.
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082', 1],
  [1111111109, '081804', 37037036],
  [1111111111, '050471', 37037037],
  [1234567890, '005924', 41152263],
  [2000000000, '279037', 66666666],
  [20000000000, '353130', 666666666]
])('RFC 6238 at %i s', (seconds, code, step) => {
  expect(totpStep(seed, code, seconds * 1000)).toBe(step)
})

test('a step early or late counts as itself, two do not', () => {
  expect(totpStep(seed, '287082', 29_999)).toBe(1)
  expect(totpStep(seed, '287082', 89_999)).toBe(1)
  expect(totpStep(seed, '287082', 90_000)).toBeNull()
})

test.each(['', '28708', '2870820', 'abcdef', '２８７０８２', '287082\n'])('no code: %j', code => {
  expect(totpStep(seed, code, 59_000)).toBeNull()
})

test('a new seed has 160 bits and is offered as apps read it', () => {
  const fresh = newTotpSeed(seededBytes('seed'))
  expect(fresh).toMatch(/^[A-Z2-7]{32}$/)
  const uri = new URL(totpUri(fresh, 'mai@evn.vn'))
  expect(uri.protocol).toBe('otpauth:')
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    ...{ issuer: 'Gridload', secret: fresh, algorithm: 'SHA1', digits: '6', period: '30' }
  })
})
