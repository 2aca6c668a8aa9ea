import { expect, it } from 'vitest'
import { CredentialTable, packCredentials } from '../../server/ingest/credentialTable.ts'
import { credentialOf } from './testBroker.ts'

const bytes = (text: string) => Buffer.from(text)
const put = (table: CredentialTable, ...pairs: [string, string][]) =>
  table.put(packCredentials(pairs.map(([identity, secret]) => credentialOf(identity, secret))))

it('knows the secret of each of many, and of nobody else', () => {
  const table = new CredentialTable()
  const pairs = Array.from({ length: 5000 }, (_, n): [string, string] => [`meter/M-${n}`, `secret ${n}`])
  put(table, ...pairs)
  expect(table.size).toBe(5000)
  for (const [identity, secret] of pairs) expect(table.matches(identity, bytes(secret))).toBe(true)
  expect(table.matches('meter/M-1', bytes('secret 2'))).toBe(false)
  expect(table.matches('meter/M-5000', bytes('secret 5000'))).toBe(false)
  expect(table.matches('meter/M-1', bytes(''))).toBe(false)
  expect(table.has('meter/M-4999')).toBe(true)
  expect(table.has('meter/M-5000')).toBe(false)
})

it('forgets a secret at once, and takes a new one', () => {
  const table = new CredentialTable()
  expect(put(table, ['meter/A', 'old'], ['meter/B', 'b'])).toEqual(['meter/A', 'meter/B'])
  table.revoke('meter/A')
  table.revoke('meter/A')
  table.revoke('meter/unknown')
  expect([table.size, table.has('meter/A'), table.matches('meter/A', bytes('old'))]).toEqual([
    1,
    false,
    false
  ])
  put(table, ['meter/A', 'new'])
  expect([
    table.size,
    table.matches('meter/A', bytes('new')),
    table.matches('meter/A', bytes('old'))
  ]).toEqual([...[2, true, false]])
})

it('tells whose secret has become another one', () => {
  const table = new CredentialTable()
  put(table, ['meter/A', 'a'], ['meter/B', 'b'])
  expect(put(table, ['meter/A', 'a'], ['meter/B', 'other'])).toEqual(['meter/B'])
  expect(put(table)).toEqual([])
})

it('a revoked row of zeros is nobody, whatever is shown', () => {
  const table = new CredentialTable()
  put(table, ['meter/A', 'a'])
  table.revoke('meter/A')
  expect(table.matches('meter/A', bytes(''))).toBe(false)
  expect(table.matches('meter/A', Buffer.alloc(32))).toBe(false)
})

it('refuses what is no SHA-256', () => {
  expect(() => packCredentials([{ identity: 'meter/A', sha256: 'abc' }])).toThrow('meter/A has no SHA-256')
})

it('knows whether a meter has one', () => {
  const table = new CredentialTable()
  put(table, ['customer/A', 'a'], ['concentrator/meter', 'b'])
  expect(table.hasMeters).toBe(false)
  put(table, ['transformer/T', 't'], ['transformer/T', 't2'])
  expect(table.hasMeters).toBe(true)
  table.revoke('transformer/T')
  table.revoke('transformer/T')
  expect([table.hasMeters, table.size]).toEqual([false, 2])
  put(table, ['meter/M', 'm'])
  expect(table.hasMeters).toBe(true)
})
