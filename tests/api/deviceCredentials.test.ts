import { createHash, pbkdf2Sync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mosquittoHashOf } from '../../server/access/credentials.ts'
import type { DeviceKind, Role, Scope } from '../../server/contract/access.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.stop())

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('a device credential', () => {
  it('is shown once; the broker hears of it, of its successor and of its end', async () => {
    const meter = { kind: 'meter', id: 'M-1' }
    const first = await office.call('POST /api/device-credentials', meter)
    expect(first).toMatchObject({ status: 201, body: { credential: { ...meter, revokedAt: null } } })
    const second = await office.call('POST /api/device-credentials', meter)
    const put = ({ body }: typeof first) => ({
      put: [{ identity: 'meter/M-1', sha256: sha256(body.secret) }]
    })
    expect(office.announced).toEqual([put(first), put(second)])
    expect((await office.call('GET /api/device-credentials')).body.credentials).toHaveLength(1)
    const revoked = await office.call('POST /api/device-credentials/meter/M-1/revoke')
    expect(revoked.body.revokedAt).not.toBeNull()
    expect(office.announced.at(-1)).toEqual({ revoked: ['meter/M-1'] })
    const audit = await office.records.audit.range(1, 50)
    expect(JSON.stringify(audit)).not.toContain(second.body.secret)
    expect(audit.map(({ object }) => object)).toContain('credential/meter/M-1')
  })

  it.each<[string, object, number]>([
    ['of a kind that is none', { kind: 'toaster', id: 'M-1' }, 400],
    ['that could be a filter', { kind: 'meter', id: '#' }, 400],
    ['of two levels', { kind: 'meter', id: 'M/1' }, 400]
  ])('%s is refused', async (_what, body, status) => {
    expect((await office.call('POST /api/device-credentials', body)).status).toBe(status)
  })

  it('that is not there is not found, and the broker hears nothing', async () => {
    const before = office.announced.length
    expect((await office.call('POST /api/device-credentials/meter/M-9/revoke')).status).toBe(404)
    expect(office.announced).toHaveLength(before)
  })

  it.each<[Role, DeviceKind, number]>([
    ['engineer', 'meter', 201],
    ['engineer', 'concentrator', 201],
    ['engineer', 'customer', 403],
    ['engineer', 'service', 403],
    ['administrator', 'service', 201],
    ['auditor', 'meter', 403]
  ])('is given by a person in the role %s to a %s: %i', async (role, kind, status) => {
    const { headers } = await office.person(`${role}-${kind}`, [role])
    const body = { kind, id: 'X-1' }
    expect((await office.call('POST /api/device-credentials', body, headers)).status).toBe(status)
  })

  it.each<[Scope[], number]>([
    [['devices:write'], 403],
    [['devices:write', 'answers:write'], 201]
  ])('is given to a customer by a token with %j: %i', async (scopes, status) => {
    const body = { kind: 'customer', id: 'c1' }
    const answer = await office.call('POST /api/device-credentials', body, await office.token(scopes))
    expect(answer.status).toBe(status)
  })

  it('is known to Mosquitto as one line of its password file', () => {
    const salt = Buffer.alloc(12, 7)
    const [, kind, iterations, saltText = '', hash] = mosquittoHashOf('secret', salt).split('$')
    expect([kind, saltText]).toEqual(['7', salt.toString('base64')])
    expect(hash).toBe(pbkdf2Sync('secret', salt, Number(iterations), 64, 'sha512').toString('base64'))
  })
})
