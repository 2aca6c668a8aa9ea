import { expect, test } from 'vitest'
import type { Records } from '../../server/records/openRecords.ts'
import { apiToken } from './accessSamples.ts'
import { at, noon } from './samples.ts'

/** API tokens, device credentials, what may be used once. */
export function machinesSuite(open: () => Promise<Records>): void {
  test('a token is kept with its hash, listed without it, and revoked for good', async () => {
    const { apiTokens } = await open()
    const token = apiToken('tok-1')
    await apiTokens.insert(token)
    await expect(apiTokens.insert(token)).rejects.toThrow()
    expect(await apiTokens.byId('tok-1')).toEqual(token)
    expect(await apiTokens.byId('tok-2')).toBeNull()
    const { sha256: _, ...shown } = token
    expect(await apiTokens.list()).toEqual([shown])
    await apiTokens.used('tok-1', noon + 3)
    expect(await apiTokens.revoke('tok-1', noon + 5)).toEqual({
      ...shown,
      lastUsedAt: at(noon + 3),
      revokedAt: at(noon + 5)
    })
    expect(await apiTokens.revoke('tok-1', noon + 9)).toMatchObject({ revokedAt: at(noon + 5) })
    expect(await apiTokens.revoke('tok-2', noon)).toBeNull()
  })

  const credential = (kind: 'meter' | 'weather', id: string, sha256 = 'ab') => ({
    ...{ kind, id, sha256, mosquittoHash: `$7$${sha256}`, createdBy: 'usr-1', createdAt: at(noon) }
  })

  test('a device has one credential; a new one takes the place of a revoked one', async () => {
    const { deviceCredentials } = await open()
    await deviceCredentials.put(credential('weather', 'M-1'))
    await deviceCredentials.put(credential('meter', 'M-1'))
    const shown = { createdBy: 'usr-1', createdAt: at(noon), revokedAt: null }
    expect(await deviceCredentials.list()).toEqual([
      { kind: 'meter', id: 'M-1', ...shown },
      { kind: 'weather', id: 'M-1', ...shown }
    ])
    const revoked = { revokedAt: at(noon + 1) }
    expect(await deviceCredentials.revoke('meter', 'M-1', noon + 1)).toMatchObject(revoked)
    expect(await deviceCredentials.revoke('meter', 'M-1', noon + 2)).toMatchObject(revoked)
    expect(await deviceCredentials.revoke('meter', 'M-2', noon)).toBeNull()
    expect(await deviceCredentials.hashes()).toEqual([
      { identity: 'weather/M-1', sha256: 'ab', mosquittoHash: '$7$ab' }
    ])
    await deviceCredentials.put(credential('meter', 'M-1', 'cd'))
    expect((await deviceCredentials.hashes())[0]).toEqual({
      ...{ identity: 'meter/M-1', sha256: 'cd', mosquittoHash: '$7$cd' }
    })
    expect(await deviceCredentials.list()).toHaveLength(2)
  })

  test('what may be used once is used once, in time, and for what it was made', async () => {
    const { oneTime } = await open()
    await oneTime.put('setup', 'a', noon + 10, { by: 'start' })
    expect(await oneTime.take('reset', 'a', noon)).toBeNull()
    const both = await Promise.all([oneTime.take('setup', 'a', noon), oneTime.take('setup', 'a', noon)])
    expect(both).toContainEqual({ by: 'start' })
    expect(both).toContain(null)
    await oneTime.put('setup', 'b', noon + 10, {})
    expect(await oneTime.take('setup', 'b', noon + 10)).toBeNull()
    expect(await oneTime.take('setup', 'b', noon)).toBeNull()
  })

  test('a newer link takes the place of the others; what has run out is removed by the next', async () => {
    const { oneTime } = await open()
    await oneTime.put('setup', 'a', noon + 10, {})
    await oneTime.put('reset', 'a', noon + 10, {})
    expect(await oneTime.count('setup', noon + 9)).toBe(1)
    expect(await oneTime.count('setup', noon + 10)).toBe(0)
    await oneTime.drop('setup')
    expect(await oneTime.count('setup', noon)).toBe(0)
    expect(await oneTime.take('setup', 'a', noon)).toBeNull()
    await oneTime.put('reset', 'b', noon + 20, {}, noon + 15)
    expect(await oneTime.take('reset', 'a', noon)).toBeNull()
    expect(await oneTime.sweep(noon + 19)).toBe(0)
    expect(await oneTime.sweep(noon + 20)).toBe(1)
  })
}
