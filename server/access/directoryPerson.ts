import { type Role, roles } from '../contract/access.ts'
import type { DirectoryRefusal } from '../contract/login.ts'
import type { Claims, DirectorySettings } from './directory.ts'

/** Who the directory says someone is. */
export interface DirectoryPerson {
  issuer: string
  subject: string
  /** A proposal: lower case, as a user name may be spelt. */
  userName: string
  name: string
  roles: Role[]
  companyId: string | null
  /** The directory itself asked for a second factor. */
  hasSecondFactor: boolean
}

/** RFC 8176: several factors, a one-time code, a key in hardware, a key that was proved to be held. */
const secondFactors = ['mfa', 'otp', 'hwk', 'pop']

/** The directory is of those who work for the utility: customers have their logins here. */
const isStaffRole = (name: unknown): name is Role =>
  name !== 'customer' && (roles as readonly unknown[]).includes(name)

/** Reads the claims; refused where a right would have to be guessed. `knowsCompany` says whether there is such a company. */
export function directoryPerson(
  claims: Claims,
  { rolesClaim, companyClaim }: Pick<DirectorySettings, 'rolesClaim' | 'companyClaim'>,
  knowsCompany: (id: string) => boolean
): DirectoryPerson | { refused: DirectoryRefusal } {
  const { iss, sub, amr } = claims
  if (typeof iss !== 'string' || typeof sub !== 'string') return { refused: 'try-again' }
  const named = listOf(claims[rolesClaim])
  if (named.length === 0) return { refused: 'no-role' }
  if (!named.every(isStaffRole)) return { refused: 'unknown-role' }
  const company = claims[companyClaim] ?? null
  if (company !== null && (typeof company !== 'string' || !knowsCompany(company)))
    return { refused: 'unknown-company' }
  return {
    issuer: iss,
    subject: sub,
    userName: userNameOf(claims),
    name: nameOf(claims),
    roles: [...new Set(named)],
    companyId: company,
    hasSecondFactor: listOf(amr).some(method => secondFactors.includes(String(method)))
  }
}

const listOf = (claim: unknown): unknown[] => {
  if (Array.isArray(claim)) return claim
  return claim === undefined || claim === null || claim === '' ? [] : [claim]
}

const texts = (...claims: unknown[]): string[] =>
  claims.filter((claim): claim is string => typeof claim === 'string' && claim.trim() !== '')

function nameOf({ name, preferred_username, email, sub }: Claims): string {
  const [first = ''] = texts(name, preferred_username, email, sub)
  return first.trim().slice(0, 80)
}

function userNameOf({ preferred_username, email, sub }: Claims): string {
  const [first = ''] = texts(preferred_username, email, sub)
  const plain = first
    .toLowerCase()
    .replace(/[^a-z0-9._@+-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 50)
  return plain.length >= 2 ? plain : `user-${plain}`
}
