import type { Caller, Role } from '../contract/access.ts'
import type { Enrolment } from '../contract/enrolments.ts'

/** Who calls customers, and who writes their contracts. */
const calling: readonly Role[] = ['programme-staff', 'dispatcher', 'supervisor', 'administrator']

/** Whom to reach at a customer is about persons: for who calls them, for who may change it, and for the customer itself. */
export function seesContacts({ roles, scopes, customerId }: Caller): boolean {
  if (customerId !== null) return true
  return scopes === null ? roles.some(role => calling.includes(role)) : scopes.includes('register:write')
}

/** Without the persons of a contract, where the caller does not see them. */
export function cutContacts(enrolment: Enrolment, caller: Caller): Enrolment {
  const { contract } = enrolment
  if (contract.contacts.length === 0 || seesContacts(caller)) return enrolment
  return { ...enrolment, contract: { ...contract, contacts: [] } }
}
