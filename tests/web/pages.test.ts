import { describe, expect, test } from 'vitest'
import { isAllowed, rights } from '../../server/access/rights.ts'
import type { Role } from '../../server/contract/access.ts'
import { mayOpen, navigation, operations, shownAt, type Viewer } from '../../web/src/pages.ts'
import type { View } from '../../web/src/routes.ts'

/** As the server tells the page what a person of these roles may. */
function viewer(role: Role): Viewer {
  const customerId = role === 'customer' ? 'C1' : null
  const caller = {
    id: 'usr-1',
    personId: 'usr-1',
    name: 'Lan',
    kind: 'person',
    roles: [role],
    scopes: null,
    companyId: null,
    customerId
  }
  const mine = Object.entries(rights).filter(([, right]) => isAllowed({ ...caller, kind: 'person' }, right))
  return { operations: mine.map(([operation]) => operation), customerId }
}
const names = (role: Role) => navigation('overview', 'E01', viewer(role)).map(({ name }) => name)

describe('what each role finds in the header', () => {
  const room = ['overview', 'grid', 'foresight', 'events', 'customers', 'programme', 'findings', 'data']
  test.each<[Role, string[]]>([
    ['dispatcher', room],
    ['supervisor', room],
    ['programme-staff', room],
    ['engineer', [...room, 'admin']],
    ['auditor', [...room, 'admin']],
    ['administrator', [...room, 'admin']],
    ['customer', ['record', 'events']]
  ])('%s', (role, found) => {
    expect(names(role)).toEqual(found)
  })
})

describe('a customer', () => {
  test.each<[View, boolean]>([
    ['customer', true],
    ['events', true],
    ['event', true],
    ['account', true],
    ['overview', false],
    ['node', false],
    ['source', true],
    ['customers', false],
    ['findings', false],
    ['data', false],
    ['newEvent', false],
    ['users', false],
    ['audit', false]
  ])('%s: %s', (view, isOpen) => {
    expect(mayOpen(view, viewer('customer'))).toBe(isOpen)
  })
  test('starts at its own record', () => {
    expect(shownAt({ view: 'overview' }, viewer('customer'))).toEqual({ view: 'customer', id: 'C1' })
  })
})

test('only who may draft opens the planner', () => {
  expect(mayOpen('newEvent', viewer('dispatcher'))).toBe(true)
  expect(mayOpen('newEvent', viewer('auditor'))).toBe(false)
})

test('who sees no grid starts at what it may see', () => {
  expect(shownAt({ view: 'overview' }, { operations: ['GET /api/audit'], customerId: null })).toEqual({
    view: 'audit'
  })
  expect(shownAt({ view: 'login', refused: null }, viewer('dispatcher'))).toEqual({ view: 'overview' })
  expect(shownAt({ view: 'event', id: 'E' }, viewer('customer'))).toEqual({ view: 'event', id: 'E' })
})

test('every operation a page asks for stands in the table of rights', () => {
  for (const operation of Object.values(operations)) expect(Object.keys(rights)).toContain(operation)
})
