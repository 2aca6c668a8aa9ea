import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AuditAnswer } from '../../server/contract/administration.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
  for (const userName of ['an', 'ba', 'ca'])
    await office.call('POST /api/users', { userName, name: userName, roles: ['engineer'] })
})
afterAll(() => office.stop())

const heights = async (query: string) =>
  (await office.call(`GET /api/audit?${query}`)).body.entries.map(({ height }: { height: number }) => height)

it('tells the newest first, a page at a time, and how the chain stood', async () => {
  const { body } = await office.call('GET /api/audit')
  expect([...Compile(AuditAnswer).Errors(body)]).toEqual([])
  expect(body.chain).toEqual({ height: 1, verifiedAt: '2026-05-20T05:00:00.000Z', fault: null })
  expect(body.entries[0]).not.toHaveProperty('salt')
  expect(await heights('limit=2')).toEqual([6, 5])
  expect(await heights('limit=2&before=5')).toEqual([4, 3])
  expect(await heights('before=1')).toEqual([])
})

it('finds by whole actor and whole action', async () => {
  expect(await heights('actor=admin-token')).toHaveLength(6)
  expect(await heights('actor=admin')).toEqual([])
  expect(await heights(`action=${encodeURIComponent('POST /api/users')}`)).toHaveLength(6)
  expect(await heights('action=login')).toEqual([])
})

it.each(['limit=x', 'before=-1', 'order=asc', `actor=${'x'.repeat(201)}`])('refuses %s', async query => {
  expect((await office.call(`GET /api/audit?${query}`)).status).toBe(400)
})

it('is for auditors and administrators of all companies alone, and reading it writes nothing', async () => {
  const statuses = []
  const people = [
    await office.person('auditor', ['auditor']),
    await office.person('bound', ['auditor'], 'NPC'),
    await office.person('dispatcher', ['dispatcher', 'engineer'])
  ]
  const before = await heights('limit=1')
  for (const { headers } of people)
    statuses.push((await office.call('GET /api/audit', undefined, headers)).status)
  expect(statuses).toEqual([200, 403, 403])
  expect(await heights('limit=1')).toEqual(before)
})
