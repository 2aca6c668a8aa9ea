import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact, redactText } from '../../server/access/redact.ts'

describe('no secret enters', () => {
  it.each([
    'password',
    'newPassword',
    'current_password',
    'passwordHash',
    'passphrase',
    'secret',
    'clientSecret',
    'token',
    'csrfToken',
    'tokenHash',
    'x-csrf-token',
    'credential',
    'cookie',
    'Authorization',
    'apiKey',
    'privateKey',
    'code',
    'otp',
    'totp',
    'recoveryCodes',
    'mosquittoHash'
  ])('as the member %s, on any depth, be it a text, a number, a list or an object', name => {
    for (const secret of ['s3cret', 123456, ['s3cret'], { deeper: 's3cret' }]) {
      expect(redact({ body: [{ [name]: secret, kept: 1 }] })).toEqual({
        body: [{ [name]: '[secret]', kept: 1 }]
      })
    }
  })

  it.each([
    ['a key of Gridload', 'used gl_tok-1_ABCDEFGHabcdefgh0123456789_- twice', 'used [secret] twice'],
    ['a bearer header', 'Bearer abc.def', '[secret]'],
    ['a signed token', 'id=eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln', 'id=[secret]'],
    ['a set-up link', 'http://localhost:8080/#/setup/ABCDEFGHabcdefgh', 'http://localhost:8080/#[secret]']
  ])('in a text: %s', (_what, text, redacted) => {
    expect(redact({ note: text })).toEqual({ note: redacted })
  })
})

it('what only speaks of secrets is kept', () => {
  const about = {
    ...{ hasPassword: true, hasTotp: false, token: null, tokenId: 'tok-1', passwordChangedAt: 'x' },
    ...{ passkeys: 2, reason: 'encoded', status: 200, kw: 1.5 }
  }
  expect(redact(about)).toEqual(about)
})

it('what comes in from JSON comes out the same from JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
      const once = redact(value)
      expect(redact(JSON.parse(JSON.stringify(once)))).toEqual(JSON.parse(JSON.stringify(once)))
    }),
    { seed: 2 }
  )
})

it('everything is bounded and well-formed', () => {
  let deep: unknown = 'x'
  for (let i = 0; i < 100_000; i++) deep = [deep]
  expect(JSON.stringify(redact(deep)).length).toBeLessThan(100)
  const long = redact({ csv: 'x'.repeat(1_000_000), list: Array(5000).fill(1) }) as {
    csv: string
    list: unknown[]
  }
  expect(long.csv.endsWith('… (1000000 characters)')).toBe(true)
  expect(long.csv.length).toBeLessThan(2100)
  expect(long.list).toHaveLength(201)
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`m${i}`, { a: [1, 2, 3] }]))
  expect(Object.keys(redact(wide) as object)).toHaveLength(201)
  expect(redactText('a\u0000b\r\nc\ud800d')).toBe('a b  c\ufffdd')
})

it('what JSON does not know becomes something that it knows', () => {
  const odd = { d: new Date(0), n: NaN, b: 10n, f: () => 1, u: undefined, buffer: Buffer.from('abc') }
  expect(redact(odd)).toEqual({
    d: '1970-01-01T00:00:00.000Z',
    n: null,
    b: '10',
    f: null,
    buffer: '[3 bytes]'
  })
  const proto = redact(JSON.parse('{"__proto__":{"role":"administrator"}}'))
  expect(JSON.stringify(proto)).toBe('{"__proto__":{"role":"administrator"}}')
  expect((proto as { role?: string }).role).toBeUndefined()
})
