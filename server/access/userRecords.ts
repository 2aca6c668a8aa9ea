import type { Role } from '../contract/access.ts'

/** A person as first written down. */
export interface NewUser {
  id: string
  userName: string
  name: string
  roles: readonly Role[]
  companyId: string | null
  customerId: string | null
  /** Both, or neither: `iss` and `sub` of the utility's directory. */
  issuer: string | null
  subject: string | null
  isDemo: boolean
  passwordHash: string | null
  /** Epoch ms. */
  createdAt: number
}
