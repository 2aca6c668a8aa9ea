import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../contract/access.ts'

/** Whoever sends the ADMIN_TOKEN: an administrator, and always the same one person. */
export const adminTokenCaller: Caller = {
  id: 'admin-token',
  personId: 'admin-token',
  name: 'admin token',
  kind: 'token',
  roles: ['administrator'],
  scopes: null,
  companyId: null,
  customerId: null
}

/** Knows the setting by its digest only; comparing takes the same time whatever is sent. `expected` null: nobody. */
export function createAdminToken(expected: string | null): (sent: string) => Caller | null {
  if (expected === null) return () => null
  const digest = sha256(expected)
  return sent => (timingSafeEqual(digest, sha256(sent)) ? adminTokenCaller : null)
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
