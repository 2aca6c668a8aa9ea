import type { Caller, Role, Scope, User } from '../contract/access.ts'
import { mayLogIn } from './people.ts'
import { allowedTo, rights } from './rights.ts'

/** Whose a user or a token is; both null: it works for the whole utility. */
export interface Place {
  companyId: string | null
  customerId: string | null
}

/** What is registered. */
export interface KnownPlaces {
  company(id: string): boolean
  customer(id: string): boolean
}

/**
 * Nobody gives more than they have: each operation of the roles must be the giver's own. One's own account comes with
 * every login, and a token, which has none, may give it.
 */
export function mayGiveRoles(giver: Caller, roles: readonly Role[]): boolean {
  const own = new Set(allowedTo(giver).operations)
  const given = allowedTo({ ...giver, kind: 'person', roles, scopes: null }).operations
  return given.every(operation => own.has(operation) || rights[operation]?.scope === 'own:account')
}

/** Of these the ones that the giver does not have. */
export function scopesBeyond(giver: Caller, scopes: readonly Scope[]): Scope[] {
  const own = giver.scopes ?? allowedTo(giver).scopes
  return scopes.filter(scope => !own.includes(scope))
}

/** Why these roles cannot be had there, in words; null: they can. */
export function rolesProblem(
  { roles, ...place }: Place & { roles: readonly Role[] },
  known: KnownPlaces
): string | null {
  const isCustomers = roles.includes('customer')
  if (isCustomers && roles.length > 1) return 'the role customer stands alone, with no other role'
  if (isCustomers && place.customerId === null) return 'a user with the role customer needs a customer'
  if (!isCustomers && place.customerId !== null)
    return 'only a user with the role customer belongs to a customer'
  return placeProblem(place, known)
}

export function placeProblem({ companyId, customerId }: Place, known: KnownPlaces): string | null {
  if (companyId !== null && customerId !== null) return 'who belongs to a customer belongs to no company'
  if (companyId !== null && !known.company(companyId)) return `company ${companyId} is unknown`
  if (customerId !== null && !known.customer(customerId)) return `customer ${customerId} is unknown`
  return null
}

/** Can log in this very day and administer everything: an invitation that nobody has followed yet is no administrator. */
export function isActingAdministrator(
  user: User,
  isDemo: boolean,
  seesAll: (user: User) => boolean
): boolean {
  const hasLogin = user.hasPassword || user.passkeys > 0 || user.isFromDirectory
  return hasLogin && user.roles.includes('administrator') && mayLogIn(user, isDemo) && seesAll(user)
}
