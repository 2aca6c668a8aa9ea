import { expect, test } from 'vitest'
import { chosenRoles, roleFault } from '../../web/src/roleChoice.ts'

test('at least one role; a customer has no other', () => {
  expect(roleFault({ roles: [], companyId: '', customerId: '' })).toBe('needRole')
  expect(roleFault({ roles: ['customer', 'auditor'], companyId: '', customerId: 'C1' })).toBe('customerAlone')
  expect(roleFault({ roles: ['engineer', 'auditor'], companyId: '', customerId: '' })).toBeNull()
})

test('a customer belongs to no company, everyone else to no customer', () => {
  const both = { companyId: 'PC1', customerId: ' C1 ' }
  expect(chosenRoles({ roles: ['customer'], ...both })).toEqual({
    roles: ['customer'],
    companyId: null,
    customerId: 'C1'
  })
  expect(chosenRoles({ roles: ['auditor'], ...both })).toMatchObject({ companyId: 'PC1', customerId: null })
  expect(chosenRoles({ roles: ['auditor'], companyId: '', customerId: '' })).toMatchObject({
    companyId: null
  })
})
