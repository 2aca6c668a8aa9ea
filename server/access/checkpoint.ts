/**
 * A signed checkpoint: how high the chain was and what its newest hash was, as a compact JWS (RFC 7515) with EdDSA
 * (RFC 8037). Kept where the database's owner cannot reach, it shows what was cut off or rewritten later. Anybody with
 * the public key can check it, with any JOSE library.
 */
import type { KeyObject } from 'node:crypto'
import { CompactSign, compactVerify, errors, importJWK } from 'jose'
import type { AuditHead } from '../contract/audit.ts'
import type { PublicKey } from './keyRecords.ts'

export interface Checkpoint extends AuditHead {
  /** When it was signed, RFC 3339. */
  at: string
}

const TYPE = 'gridload-audit-checkpoint+jws'

export async function signCheckpoint(
  { height, hash, at }: Checkpoint,
  { id, privateKey }: { id: string; privateKey: KeyObject }
): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify({ height, hash, at })))
    .setProtectedHeader({ alg: 'EdDSA', kid: id, typ: TYPE })
    .sign(privateKey)
}

/** Bad input is a value: the reason in words. */
export async function readCheckpoint(
  text: string,
  publicKeys: readonly PublicKey[]
): Promise<{ ok: true; checkpoint: Checkpoint } | { ok: false; reason: string }> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      text.trim(),
      async ({ kid }) => {
        const key = publicKeys.find(one => one.kid === kid)
        if (key === undefined) throw new UnknownKey(`it was signed with a key that is not known here: ${kid}`)
        return importJWK({ ...key }, 'EdDSA')
      },
      { algorithms: ['EdDSA'] }
    )
    if (protectedHeader.typ !== TYPE) return refuse('it is signed, but is no checkpoint')
    const checkpoint: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
    return isCheckpoint(checkpoint) ? { ok: true, checkpoint } : refuse('it is signed, but is no checkpoint')
  } catch (error) {
    if (error instanceof UnknownKey) return refuse(error.message)
    if (error instanceof errors.JWSSignatureVerificationFailed) return refuse('its signature does not match')
    return refuse('it is not a signed checkpoint')
  }
}

class UnknownKey extends Error {}

const refuse = (reason: string) => ({ ok: false, reason }) as const

function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== 'object' || value === null) return false
  const { height, hash, at } = value as Record<string, unknown>
  return (
    Number.isSafeInteger(height) &&
    Number(height) >= 0 &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof at === 'string'
  )
}
