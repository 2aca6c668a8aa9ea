/** What the key files hold, how a key is made, and how one is recognised. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyRecord } from './keyFiles.ts'

/** 256 random bits, base64url. */
export interface SecretKey extends KeyRecord {
  key: string
}

/** `private` goes when the key is retired: nothing is signed with it any more. */
export interface SigningKey extends KeyRecord {
  public: PublicKey
  private: string | null
}

/** As a JWK, with its id: may be shown to anybody. */
export interface PublicKey {
  kty: string
  crv: string
  x: string
  kid: string
  alg: 'EdDSA'
  use: 'sig'
}

export const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url')

export function newSecretKey(now: number): SecretKey {
  return { ...newRecord(now), key: randomBytes(32).toString('base64url') }
}

export function newSigningKey(now: number): SigningKey {
  const record = newRecord(now)
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const own = { kty: 'OKP', crv: 'Ed25519', x, kid: record.id, alg: 'EdDSA', use: 'sig' } as const
  return { ...record, public: own, private: d }
}

function newRecord(now: number): KeyRecord {
  const id = `k-${randomBytes(6).toString('hex')}`
  return { id, createdAt: new Date(now).toISOString(), retiredAt: null }
}

function isRecord(value: unknown): value is KeyRecord & Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const { id, createdAt, retiredAt } = value as Record<string, unknown>
  return (
    typeof id === 'string' &&
    /^[\w-]{1,64}$/.test(id) &&
    typeof createdAt === 'string' &&
    (retiredAt === null || typeof retiredAt === 'string')
  )
}

export const isSecretKey = (value: unknown): value is SecretKey =>
  isRecord(value) && typeof value.key === 'string' && bytesOf(value.key).length === 32

export function isSigningKey(value: unknown): value is SigningKey {
  if (!isRecord(value)) return false
  const { public: own, private: secret } = value
  const isSecret = secret === null || (typeof secret === 'string' && bytesOf(secret).length === 32)
  return isSecret && isPublicKey(own)
}

/** Ed25519 as a JWK with an id. */
export function isPublicKey(value: unknown): value is PublicKey {
  if (typeof value !== 'object' || value === null) return false
  const { kty, crv, x, kid } = value as Record<string, unknown>
  return (
    kty === 'OKP' &&
    crv === 'Ed25519' &&
    typeof kid === 'string' &&
    typeof x === 'string' &&
    bytesOf(x).length === 32
  )
}
