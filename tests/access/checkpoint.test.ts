import { createPublicKey, verify } from 'node:crypto'
import { join } from 'node:path'
import { CompactSign, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint, signCheckpoint } from '../../server/access/checkpoint.ts'
import { type Keys, openKeys } from '../../server/access/keys.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { chainOf, noon } from './chain.ts'

let folder: { path: string; remove: () => Promise<void> }
let keys: Keys
beforeEach(async () => {
  folder = await tempDir()
  keys = await openKeys(join(folder.path, 'keys'), { now: noon })
})
afterEach(() => folder.remove())

const checkpoint = { height: 7, hash: chainOf(7)[6]?.hash ?? '', at: '2026-05-20T05:00:00.000Z' }
const reasonOf = async (text: string) => {
  const read = await readCheckpoint(text, keys.publicKeys())
  return read.ok ? null : read.reason
}

describe('a checkpoint', () => {
  it('comes back as it was signed, also after a rotation', async () => {
    const text = await signCheckpoint(checkpoint, keys.signing())
    await keys.rotate(noon)
    expect(await readCheckpoint(`${text}\n`, keys.publicKeys())).toEqual({ ok: true, checkpoint })
  })

  it('can be checked by others: Ed25519 over the two parts, with the public JWK', async () => {
    const text = await signCheckpoint(checkpoint, keys.signing())
    const [header = '', payload = '', signature = ''] = text.split('.')
    const [jwk] = keys.publicKeys()
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    const bytes = Buffer.from(signature, 'base64url')
    expect(verify(null, Buffer.from(`${header}.${payload}`), key, bytes)).toBe(true)
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(checkpoint)
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      ...{ alg: 'EdDSA', kid: jwk?.kid, typ: 'gridload-audit-checkpoint+jws' }
    })
  })

  it('altered in its payload or signed by another is refused with the reason', async () => {
    const [header, , signature] = (await signCheckpoint(checkpoint, keys.signing())).split('.')
    const higher = Buffer.from(JSON.stringify({ ...checkpoint, height: 8 })).toString('base64url')
    expect(await reasonOf(`${header}.${higher}.${signature}`)).toBe('its signature does not match')
    const others = await openKeys(join(folder.path, 'others'), { now: noon })
    const foreign = await signCheckpoint(checkpoint, others.signing())
    expect(await reasonOf(foreign)).toContain('a key that is not known here')
    const posing = await signCheckpoint(checkpoint, { ...others.signing(), id: keys.signing().id })
    expect(await reasonOf(posing)).toBe('its signature does not match')
  })

  it.each([
    ['', 'it is not a signed checkpoint'],
    ['a.b.c', 'it is not a signed checkpoint'],
    ['eyJhbGciOiJub25lIn0.e30.', 'it is not a signed checkpoint']
  ])('%j is refused: %s', async (text, reason) => {
    expect(await reasonOf(text)).toBe(reason)
  })

  it('something else that the same key signed is none', async () => {
    const { id, privateKey } = keys.signing()
    const token = await new SignJWT({ ...checkpoint })
      .setProtectedHeader({ alg: 'EdDSA', kid: id })
      .sign(privateKey)
    expect(await reasonOf(token)).toBe('it is signed, but is no checkpoint')
    const typed = { alg: 'EdDSA', kid: id, typ: 'gridload-audit-checkpoint+jws' }
    const empty = await new CompactSign(Buffer.from('{"height":-1}'))
      .setProtectedHeader(typed)
      .sign(privateKey)
    expect(await reasonOf(empty)).toBe('it is signed, but is no checkpoint')
  })
})
