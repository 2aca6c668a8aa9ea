import { expect, it } from 'vitest'
import { bearing, httpToken } from '../../server/contract/httpToken.ts'

it.each<[Record<string, string>, string | null]>([
  [{}, null],
  [{ GRIDLOAD_TOKEN: '', ADMIN_TOKEN: '' }, null],
  [{ ADMIN_TOKEN: 'admin' }, 'admin'],
  [{ GRIDLOAD_TOKEN: 'own', ADMIN_TOKEN: 'admin' }, 'own']
])('%j asks as %s', (environment, expected) => {
  expect(httpToken(environment)).toBe(expected)
})

it('is sent as a bearer, or not at all', () => {
  expect(bearing('own')).toEqual({ authorization: 'Bearer own' })
  expect(bearing(null)).toEqual({})
})
