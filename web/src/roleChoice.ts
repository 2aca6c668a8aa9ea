import type { Role } from '../../server/contract/access.ts'

/** Roles with whose they are, as a form holds them. */
export interface RoleChoice {
  roles: Role[]
  /** Empty: all companies. */
  companyId: string
  customerId: string
}

/** What is wrong with it; null: nothing. */
export function roleFault({ roles }: RoleChoice): 'needRole' | 'customerAlone' | null {
  if (roles.length === 0) return 'needRole'
  return roles.includes('customer') && roles.length > 1 ? 'customerAlone' : null
}

/** As it is sent: a customer belongs to no company, everyone else to no customer. */
export function chosenRoles({ roles, companyId, customerId }: RoleChoice) {
  const isCustomer = roles.includes('customer')
  return {
    roles,
    companyId: isCustomer ? null : companyId || null,
    customerId: isCustomer ? customerId.trim() : null
  }
}
