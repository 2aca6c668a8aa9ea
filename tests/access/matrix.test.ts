/**
 * Every operation of the OpenAPI document × every sort of caller × own, foreign and missing objects, on the whole product:
 * what comes back is what the table of rights says.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rights } from '../../server/access/rights.ts'
import { type Role, roles, type Scope, scopes } from '../../server/contract/access.ts'
import type { ObjectKind, Right } from '../../server/contract/rights.ts'
import { administrator, type TestCaller } from '../helpers/callers.ts'
import { ask, type Operation, operations, paramsOf, type Sees, type Which } from './operations.ts'
import { openTwoCompanies, type TwoCompanies } from './twoCompanies.ts'

interface Actor {
  name: string
  headers: Record<string, string>
  roles: readonly Role[]
  /** null: a person, or the ADMIN_TOKEN. */
  scopes: readonly Scope[] | null
  isPerson: boolean
  sees: Sees
  /** Of a token made for the operations of this scope. */
  about?: Scope
}

let world: TwoCompanies
let actors: Actor[]
let nobodies: { name: string; headers: Record<string, string> }[]

/** Kinds of which a company or a customer sees only its own; of the others there is no foreign one. */
const tenanted: readonly ObjectKind[] = [
  ...(['node', 'source', 'station', 'transformer', 'customer', 'event', 'order'] as const),
  ...(['participant', 'finding', 'enrolment', 'reward'] as const)
]

const mayAtAll = (actor: Actor, right: Right): boolean => {
  if (right.scope === 'own:account') return actor.isPerson
  if (actor.scopes !== null) return actor.scopes.includes(right.scope)
  return actor.roles.some(role => role === 'administrator' || right.roles.includes(role))
}

/** The status that the guard gives; null: it lets pass, and whatever follows is not its own. */
function expected(actor: Actor, { right, method }: Operation, which: Which): number | null {
  if (!mayAtAll(actor, right)) return 403
  if (right.whole && actor.sees !== 'whole') return 403
  const { object } = right
  if (object === undefined) return null
  // What nobody registered can be read about all the same, by who sees the whole.
  const isUnregistered = object === 'source' || object === 'station'
  if (which === 'missing') return isUnregistered && actor.sees === 'whole' ? null : 404
  if (actor.sees === 'whole' || !tenanted.includes(object)) return null
  if (which === 'foreign' || actor.sees === 'nothing') return 404
  // A customer has metering points, a record and events; no findings, devices or enrolments to change.
  return method === 'GET' || object === 'participant' || actor.sees === 'north' ? null : 404
}

/** The words of the guard for each of its refusals; other refusals with the same status come from further in. */
const isGuards = (status: number, { detail, type }: { detail: string; type: string }): boolean =>
  status === 401
    ? detail === 'log in first, or send a valid token'
    : /no role of this login|does not have the scope|only who sees them all/.test(detail) ||
      type === '/problems/csrf'

beforeAll(async () => {
  world = await openTwoCompanies()
  const { person, token, records } = world.callers
  const acting = (name: string, { headers }: TestCaller, change: Partial<Actor>): Actor => ({
    ...{ name, headers, roles: [], scopes: null, isPerson: true, sees: 'whole', ...change }
  })
  actors = [
    acting('ADMIN_TOKEN', { id: '', headers: administrator }, { roles: ['administrator'], isPerson: false })
  ]
  for (const role of roles.filter(one => one !== 'customer')) {
    actors.push(acting(role, await person([role]), { roles: [role] }))
    actors.push(acting(`${role} of the top`, await person([role], { companyId: 'evn' }), { roles: [role] }))
    const north = await person([role], { companyId: 'north' })
    actors.push(acting(`${role} of the north`, north, { roles: [role], sees: 'north' }))
  }
  const customer = { roles: ['customer'] as const }
  const own = await person(['customer'], { customerId: 'c-north' })
  actors.push(acting('customer', own, { ...customer, sees: 'c-north' }))
  actors.push(acting('customer of nobody', await person(['customer']), { ...customer, sees: 'nothing' }))
  for (const scope of scopes) {
    const only: Scope[] = [scope]
    const others = scopes.filter(one => one !== scope)
    const machine = async (name: string, scopes: Scope[], sees: Actor['sees'], place = {}) =>
      actors.push(acting(name, await token(scopes, place), { scopes, sees, about: scope, isPerson: false }))
    await machine(`token with ${scope}`, only, 'whole')
    await machine(`northern token with ${scope}`, only, 'north', { companyId: 'north' })
    await machine(`token with all but ${scope}`, others, 'whole')
  }

  const past = Date.now() - 1
  const revoked = await token([...scopes])
  await records.apiTokens.revoke(revoked.id, past)
  const disabled = await person(['administrator'])
  await records.users.disable(disabled.id, past)
  const ended = await person(['administrator'])
  await records.sessions.endAllOf(ended.id)
  const admin: Role[] = ['administrator']
  nobodies = [
    { name: 'nobody', headers: {} },
    { name: 'an idle session', ...(await person(admin, { session: { idleUntil: past } })) },
    { name: 'an old session', ...(await person(admin, { session: { absoluteUntil: past } })) },
    { name: 'a half session', ...(await person(admin, { session: { state: 'factor' } })) },
    { name: 'an ended session', ...ended },
    { name: 'a disabled user', ...disabled },
    { name: 'an expired token', ...(await token([...scopes], { expiresAt: past })) },
    { name: 'a revoked token', ...revoked },
    { name: 'a wrong ADMIN_TOKEN', headers: { authorization: `${administrator.authorization}x` } }
  ]
}, 120_000)

afterAll(() => world?.stop())

/** An account is changed by what is done to it: each time somebody else's. */
async function freshly(actor: Actor, { right, method }: Operation): Promise<Actor> {
  if (right.scope !== 'own:account' || method === 'GET' || !actor.isPerson) return actor
  return { ...actor, headers: (await world.callers.person([...actor.roles])).headers }
}

describe('the table of rights and the OpenAPI document', () => {
  it('name the same operations', async () => {
    const { paths } = (await world.app.inject('/api/docs/json')).json()
    const documented = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
    )
    const open = documented.filter(name => /^\w+ \/api\/(auth|health)\//.test(name))
    expect(documented.filter(name => !open.includes(name)).sort()).toEqual(Object.keys(rights).sort())
  })
})

describe.each(operations)('$name', operation => {
  it('answers 401 to nobody, whoever it was before, whatever it asks for', async () => {
    const wrong: string[] = []
    for (const { name, headers } of nobodies) {
      for (const which of ['own', 'missing'] as const) {
        const { status } = await ask(world, operation, { headers, sees: 'whole' }, which)
        if (status !== 401) wrong.push(`${name}, ${which}: ${status}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('lets pass whom the table lets pass, and shows nobody what is foreign', async () => {
    const wrong: string[] = []
    const kinds: Which[] = operation.right.object === undefined ? ['own'] : ['own', 'foreign', 'missing']
    for (const one of actors.filter(({ about = operation.right.scope }) => about === operation.right.scope)) {
      const words = new Set<string>()
      for (const which of kinds) {
        const actor = await freshly(one, operation)
        const answer = await ask(world, operation, actor, which)
        const { status } = answer
        const should = expected(actor, operation, which)
        const refused = status === 404 ? operation.right.object !== undefined : isGuards(status, answer)
        if (should === null ? refused : status !== should) {
          wrong.push(`${actor.name}, ${which}: ${status} ${answer.detail}, not ${should ?? 'let pass'}`)
        }
        if (should === null && status >= 500)
          wrong.push(`${actor.name}, ${which}: ${status} ${answer.detail}`)
        if (status === 404) words.add(withoutIds(answer.detail, operation, actor, which))
        const leak = status === 200 ? leakIn(actor, operation, answer.text) : null
        if (leak !== null) wrong.push(`${actor.name}, ${which}: it is told of ${leak}`)
      }
      if (words.size > 1) wrong.push(`${one.name} can tell foreign from missing: ${[...words].join(' | ')}`)
    }
    expect(wrong).toEqual([])
  }, 120_000)
})

/** A refusal with what was asked for left out. */
function withoutIds(detail: string, operation: Operation, { sees }: Actor, which: Which): string {
  const asked = Object.values(paramsOf(world, operation, sees, which))
  return asked.reduce((text, id) => text.replaceAll(id, '…'), detail)
}

/** Of others, as their ids and names say. */
function leakIn({ sees }: Actor, { method }: Operation, text: string): string | null {
  if (method !== 'GET' || sees === 'whole') return null
  const foreign = sees === 'north' ? /[^"]*south[^"]*/i : /[^"]*(south|other|f-north)[^"]*/i
  // The area of an event that a customer is called for stands in its notice; a day is of another type.
  const known = /"(nodeId|nodeName)":"f-north"|other-day-type/g
  return foreign.exec(text.replace(known, ''))?.[0] ?? null
}

describe('proving one’s identity once more', () => {
  const asked = operations.filter(({ right }) => right.stepUp)

  it.each(asked)('is asked for: $name', async operation => {
    const late = await world.callers.person(['administrator'], { isSteppedUp: false })
    const answer = await ask(world, operation, { headers: late.headers, sees: 'whole' })
    expect(answer).toMatchObject({ status: 403, type: '/problems/step-up' })
  })
})
