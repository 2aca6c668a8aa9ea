import type { Role } from './access.ts'

/** A person as first written down. */
export interface NewUser {
  id: string
  /** Lower case. */
  userName: string
  name: string
  roles: readonly Role[]
  companyId: string | null
  customerId: string | null
  /** Both, or neither: `iss` and `sub` of the utility's directory. */
  issuer: string | null
  subject: string | null
  isDemo: boolean
  /** argon2id, PHC text; null: cannot log in by password. */
  passwordHash: string | null
  /** Epoch ms. */
  createdAt: number
}

/** A public key that a person's device proves to hold, as kept. Times are epoch ms. */
export interface KeptPasskey {
  /** base64url, as the browser sends it. */
  credentialId: string
  userId: string
  /** COSE, base64url. */
  publicKey: string
  /** Of signatures; 0 for ever where the device does not count. */
  counter: number
  /** `internal`, `usb`, … */
  transports: readonly string[]
  /** As its owner calls it. */
  name: string
  isBackedUp: boolean
  createdAt: number
  lastUsedAt: number | null
}
