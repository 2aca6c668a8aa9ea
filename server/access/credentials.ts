import { pbkdf2Sync } from 'node:crypto'
import type { Caller, DeviceCredential, DeviceKind } from '../contract/access.ts'
import type { MadeCredential, NewCredential } from '../contract/administration.ts'
import type { Denied } from '../contract/login.ts'
import { denied } from './loginAudit.ts'
import { isAllowed, rights } from './rights.ts'
import { secretHash } from './tokenCallers.ts'

export interface CredentialAdministrationNeeds {
  deviceCredentials: {
    list(): Promise<DeviceCredential[]>
    put(credential: {
      kind: DeviceKind
      id: string
      createdBy: string
      createdAt: string
      sha256: string
      mosquittoHash: string
    }): Promise<void>
    revoke(kind: DeviceKind, id: string, at: number): Promise<DeviceCredential | null>
  }
  /** Tells the built-in broker; resolves when it holds and who was connected with what is invalid now is off. */
  announce(change: { put?: { identity: string; sha256: string }[]; revoked?: string[] }): Promise<void>
  random(bytes: number): Buffer
}

export interface CredentialAdministration {
  list(): Promise<DeviceCredential[]>
  /** In the place of an earlier one; the secret is in the answer and nowhere else. */
  give(by: Caller, device: NewCredential, now: number): Promise<MadeCredential | Denied>
  revoke(kind: DeviceKind, id: string, now: number): Promise<DeviceCredential | Denied>
}

export function createCredentialAdministration(
  needs: CredentialAdministrationNeeds
): CredentialAdministration {
  const { deviceCredentials, announce, random } = needs
  return {
    list: () => deviceCredentials.list(),
    async give(by, { kind, id }, now) {
      if (!mayGiveKind(by, kind))
        return denied(403, `a ${kind} answers for customers: nobody gives rights that they do not have`)
      const secret = random(32).toString('base64url')
      const sha256 = secretHash(secret)
      const credential = { kind, id, createdBy: by.id, createdAt: new Date(now).toISOString() }
      const mosquittoHash = mosquittoHashOf(secret, random(12))
      await deviceCredentials.put({ ...credential, sha256, mosquittoHash })
      await announce({ put: [{ identity: `${kind}/${id}`, sha256 }] })
      return { credential: { ...credential, revokedAt: null }, secret }
    },
    async revoke(kind, id, now) {
      const revoked = await deviceCredentials.revoke(kind, id, now)
      if (revoked === null) return denied(404, `there is no device credential ${kind}/${id}`)
      await announce({ revoked: [`${kind}/${id}`] })
      return revoked
    }
  }
}

const answering = rights['POST /api/curtailment-events/:id/participants/:customer/accept']

/** A customer's own client, and a service, also say over MQTT what a customer answers: only for who may do that here. */
function mayGiveKind(by: Caller, kind: DeviceKind): boolean {
  if (kind !== 'customer' && kind !== 'service') return true
  return answering !== undefined && isAllowed(by, answering)
}

/** Mosquitto's own default; a secret of 256 random bits needs no more. */
const ITERATIONS = 101

/** As in its password file: `$7$iterations$salt$hash`, PBKDF2 with SHA-512. */
export function mosquittoHashOf(secret: string, salt: Buffer): string {
  const hash = pbkdf2Sync(secret, salt, ITERATIONS, 64, 'sha512')
  return `$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`
}
