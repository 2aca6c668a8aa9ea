import { describe, expect, it } from 'vitest'
import { adminTokenCaller } from '../../server/access/adminToken.ts'
import { Refusal } from '../../server/api/problems.ts'
import { signed } from '../../server/api/signature.ts'
import type { Caller } from '../../server/contract/access.ts'

const lan: Caller = {
  ...{ id: 'usr-lan', personId: 'usr-lan', name: 'Lan', kind: 'person', roles: ['supervisor'] },
  ...{ scopes: null, companyId: null, customerId: null }
}
const robot: Caller = { ...lan, id: 'tok-1', name: 'robot', kind: 'token', scopes: ['events:plan'] }

describe('a command is signed', () => {
  it.each<[string, Caller, string | undefined, string, string]>([
    ['by a person', lan, undefined, 'Lan', 'usr-lan'],
    ['by a person who says so', lan, 'Lan', 'Lan', 'usr-lan'],
    ['by a token, as by who made it', robot, undefined, 'robot', 'usr-lan'],
    ['by a token that names somebody, who counts for nothing', robot, 'Minh', 'Minh (robot)', 'usr-lan'],
    ['by the ADMIN_TOKEN, always the same one', adminTokenCaller, 'Minh', 'Minh (admin token)', 'admin-token']
  ])('%s', (_who, caller, named, by, byId) => {
    const command = { note: 'heat', ...(named !== undefined && { by: named }) }
    expect(signed({ caller }, command)).toEqual({ note: 'heat', by, byId })
  })

  it('never by a person in the name of another', () => {
    const inAnothersName = () => signed({ caller: lan }, { by: 'Minh' })
    expect(inAnothersName).toThrow(Refusal)
    // What is refused stands in the audit chain for ever.
    expect(inAnothersName).not.toThrow(/Lan|Minh/)
  })

  it('by nobody else, whatever stands in the command', () => {
    const forged = { by: 'Lan', byId: 'usr-minh' }
    expect(signed({ caller: lan }, forged)).toEqual({ by: 'Lan', byId: 'usr-lan' })
  })
})
