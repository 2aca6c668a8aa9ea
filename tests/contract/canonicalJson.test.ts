import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../server/contract/canonicalJson.ts'
import { sha256 } from '../../server/records/sha256.ts'

test.each([
  [{ b: 1, a: { d: null, c: [3, { f: 1, e: 2 }] } }, '{"a":{"c":[3,{"e":2,"f":1}],"d":null},"b":1}'],
  // RFC 8785, 3.2.2: numbers as ECMAScript writes them
  [[Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27], '[333333333.3333333,1e+30,4.5,0.002,1e-27]'],
  // RFC 8785, 3.2.3: by UTF-16 code units, so the surrogates of 😀 stand before דּ
  [
    { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 },
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\ud83d\ude00":5,"\ufb33":3}'
  ],
  [{ kept: 0, left: undefined }, '{"kept":0}']
])('%j', (value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

test('the order in which members were set makes no difference, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
      const turned = Object.fromEntries(Object.entries(value).reverse())
      expect(canonicalJson(turned)).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { seed: 1 }
  )
})

test('SHA-256 of the empty text', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
