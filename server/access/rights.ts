import type { Caller, Role, Scope } from '../contract/access.ts'
import type { Right, Rights } from '../contract/rights.ts'

const control: readonly Role[] = ['dispatcher', 'supervisor']
const staff: readonly Role[] = ['programme-staff']
const engineering: readonly Role[] = ['engineer']
/** Who trains on past days, and tries rules on them. */
const practising: readonly Role[] = [...control, ...staff, ...engineering]
/** Everyone who works for the utility. */
const utility: readonly Role[] = [...control, ...staff, ...engineering, 'auditor']
const everyone: readonly Role[] = [...utility, 'customer']
const administrators: readonly Role[] = ['administrator']
const person: readonly Role[] = [...everyone, ...administrators]

const account: Right = { roles: person, scope: 'own:account', keeps: 'nothing' }
const users: Right = { roles: administrators, scope: 'access:write', whole: true, keeps: 'personal' }
const machines: Right = { roles: administrators, scope: 'access:write', whole: true }
const devices: Right = {
  roles: [...administrators, ...engineering],
  scope: 'devices:write',
  whole: true
}
const seeAccess: Right = { roles: [...administrators, 'auditor'], scope: 'access:read', whole: true }
const answers: Right = { roles: ['customer'], scope: 'answers:write', object: 'participant' }

/**
 * Who may do what: the one table. An operation under /api that stands neither here nor in `openPaths` keeps the server
 * from starting. A caller of one company, or a customer, does it within its own view.
 */
export const rights: Rights = {
  'GET /api/metrics': { roles: [...engineering, 'auditor'], scope: 'metrics:read', whole: true },

  'GET /api/grid': { roles: everyone, scope: 'grid:read' },
  'GET /api/grid/:node': { roles: everyone, scope: 'grid:read', object: 'node' },
  'GET /api/load/:node': { roles: everyone, scope: 'grid:read', object: 'node' },
  'GET /api/live': { roles: everyone, scope: 'grid:read' },
  'GET /api/readings/:kind/:id': { roles: everyone, scope: 'readings:read', object: 'source' },

  'GET /api/transformers': { roles: everyone, scope: 'grid:read' },
  'GET /api/transformers/:id': { roles: everyone, scope: 'grid:read', object: 'transformer' },

  'GET /api/forecasts': { roles: everyone, scope: 'grid:read' },
  'GET /api/forecasts/:node': { roles: everyone, scope: 'grid:read', object: 'node' },
  'GET /api/forecasts/:node/accuracy': { roles: everyone, scope: 'grid:read', object: 'node' },

  'GET /api/weather': { roles: everyone, scope: 'readings:read' },
  'GET /api/weather/:station': { roles: everyone, scope: 'readings:read', object: 'station' },

  'GET /api/findings': { roles: utility, scope: 'events:read' },
  'POST /api/findings/:id/acknowledge': { roles: control, scope: 'findings:write', object: 'finding' },

  'GET /api/sources': { roles: utility, scope: 'devices:read' },
  'GET /api/ingest': { roles: utility, scope: 'devices:read' },
  'GET /api/dead-letters': { roles: utility, scope: 'devices:read' },
  'POST /api/registry/import': { roles: engineering, scope: 'devices:write', whole: true },

  'GET /api/customers': { roles: everyone, scope: 'register:read' },
  'POST /api/customers': { roles: staff, scope: 'register:write', makes: 'customer' },
  'PATCH /api/customers/:id': { roles: staff, scope: 'register:write', object: 'customer' },
  'GET /api/customers/:id/record': { roles: everyone, scope: 'records:read', object: 'customer' },
  'GET /api/enrolments': { roles: everyone, scope: 'register:read' },
  'GET /api/enrolments/:id': { roles: everyone, scope: 'register:read', object: 'enrolment' },
  // It tells of a load, and changes nothing.
  'POST /api/enrolments/eligibility': { roles: staff, scope: 'register:write', audit: false },
  'POST /api/enrolments': { roles: staff, scope: 'register:write', makes: 'enrolment' },
  'PATCH /api/enrolments/:id': { roles: staff, scope: 'register:write', object: 'enrolment' },
  'GET /api/holidays': { roles: everyone, scope: 'register:read' },
  'POST /api/holidays': { roles: staff, scope: 'register:write', whole: true },
  'DELETE /api/holidays/:date': { roles: staff, scope: 'register:write', object: 'holiday', whole: true },
  'GET /api/programmes': { roles: everyone, scope: 'register:read' },
  'POST /api/programmes': { roles: staff, scope: 'register:write', makes: 'programme', whole: true },
  'PATCH /api/programmes/:id': { roles: staff, scope: 'register:write', object: 'programme', whole: true },

  'GET /api/curtailment-events': { roles: everyone, scope: 'events:read' },
  'GET /api/curtailment-events/:id': { roles: everyone, scope: 'events:read', object: 'event' },
  'GET /api/curtailment-events/:id/live': { roles: utility, scope: 'events:read', object: 'event' },
  'GET /api/curtailment-events/:id/performance': { roles: everyone, scope: 'events:read', object: 'event' },
  'GET /api/curtailment-events/:id/results': { roles: everyone, scope: 'events:read', object: 'event' },
  'GET /api/curtailment-events/:id/recomputation': { roles: utility, scope: 'events:read', object: 'event' },
  'GET /api/curtailment-events/:id/participants/:customer/baselines': {
    roles: everyone,
    scope: 'events:read',
    object: 'participant'
  },
  'GET /api/curtailment-events/:id/settlement.csv': {
    roles: everyone,
    scope: 'records:read',
    object: 'event'
  },
  'GET /api/curtailment-events/:id/settlement.csv.sha256': {
    roles: everyone,
    scope: 'records:read',
    object: 'event'
  },
  'GET /api/settlement.csv': { roles: everyone, scope: 'records:read' },
  'GET /api/settlement.csv.sha256': { roles: everyone, scope: 'records:read' },
  'POST /api/curtailment-events/plan': { roles: control, scope: 'events:plan', audit: false },
  'POST /api/curtailment-events': { roles: control, scope: 'events:plan', makes: 'event' },
  'POST /api/curtailment-events/:id/approve': {
    roles: ['supervisor'],
    scope: 'events:approve',
    object: 'order',
    stepUp: true
  },
  'POST /api/curtailment-events/:id/send': {
    roles: ['supervisor'],
    scope: 'events:send',
    object: 'order',
    stepUp: true
  },
  'POST /api/curtailment-events/:id/change': {
    roles: ['supervisor'],
    scope: 'events:send',
    object: 'order',
    stepUp: true
  },
  'GET /api/curtailment-events/:id/answers': { roles: everyone, scope: 'events:read', object: 'event' },
  'POST /api/curtailment-events/:id/cancel': { roles: control, scope: 'events:plan', object: 'order' },
  'POST /api/curtailment-events/:id/complete': { roles: control, scope: 'events:plan', object: 'order' },
  'POST /api/curtailment-events/:id/participants/:customer/acknowledge': answers,
  'POST /api/curtailment-events/:id/participants/:customer/accept': answers,
  'POST /api/curtailment-events/:id/participants/:customer/decline': answers,
  'POST /api/curtailment-events/:id/participants/:customer/opt-out': answers,
  'POST /api/curtailment-events/:id/participants/:customer/thank': {
    roles: [...staff, ...control],
    scope: 'thanks:write',
    object: 'participant'
  },
  'POST /api/thanks': { roles: [...staff, ...control], scope: 'thanks:write' },
  'GET /api/thanks/forgotten': { roles: [...staff, ...control, 'auditor'], scope: 'records:read' },
  'GET /api/rewards': { roles: everyone, scope: 'records:read' },
  'POST /api/rewards': { roles: [...staff, ...control], scope: 'thanks:write', makes: 'reward' },
  'PATCH /api/rewards/:id': { roles: [...staff, ...control], scope: 'thanks:write', object: 'reward' },
  'GET /api/seasons/:year/report': { roles: everyone, scope: 'records:read' },
  'GET /api/seasons/:year/report.pdf': { roles: everyone, scope: 'records:read' },
  'GET /api/curtailment-events/:id/report.pdf': { roles: everyone, scope: 'records:read', object: 'event' },
  'GET /api/customers/:id/record.pdf': { roles: everyone, scope: 'records:read', object: 'customer' },
  'GET /api/thanks/pending': { roles: [...staff, ...control, 'auditor'], scope: 'records:read' },

  // A replay keeps nothing and sends nothing: who practises on a past day changes nothing that an audit could tell of.
  'GET /api/replays': { roles: utility, scope: 'events:read' },
  'POST /api/replays': { roles: practising, scope: 'events:plan', audit: false },
  'GET /api/replays/:id': { roles: utility, scope: 'events:read' },
  'PATCH /api/replays/:id': { roles: practising, scope: 'events:plan', audit: false },
  'DELETE /api/replays/:id': { roles: practising, scope: 'events:plan', audit: false },
  'POST /api/replays/:id/plan': { roles: practising, scope: 'events:plan', audit: false },
  'GET /api/replays/:id/comparison': { roles: utility, scope: 'events:read' },

  'GET /api/account': account,
  'GET /api/account/sessions': account,
  'DELETE /api/account/sessions': account,
  'DELETE /api/account/sessions/:id': account,
  'POST /api/account/password': account,
  'POST /api/account/totp': account,
  'POST /api/account/totp/confirm': account,
  'DELETE /api/account/totp': account,
  'POST /api/account/passkeys/options': { ...account, audit: false },
  'POST /api/account/passkeys': account,
  'DELETE /api/account/passkeys/:id': account,
  'POST /api/account/recovery-codes': account,

  'GET /api/users': seeAccess,
  'GET /api/users/:id': { ...seeAccess, object: 'user' },
  'POST /api/users': { ...users, makes: 'user', stepUp: true },
  'PATCH /api/users/:id': { ...users, object: 'user', stepUp: true },
  'POST /api/users/:id/disable': { ...users, object: 'user' },
  'POST /api/users/:id/enable': { ...users, object: 'user', stepUp: true },
  'POST /api/users/:id/erase': { ...users, object: 'user', stepUp: true },
  'POST /api/users/:id/reset': { ...users, object: 'user', stepUp: true, keeps: 'nothing' },
  'GET /api/users/:id/sessions': { ...seeAccess, object: 'user' },
  'DELETE /api/users/:id/sessions': { ...users, object: 'user' },

  'GET /api/tokens': seeAccess,
  'POST /api/tokens': { ...machines, makes: 'token', stepUp: true },
  'POST /api/tokens/:id/revoke': { ...machines, object: 'token' },
  'GET /api/device-credentials': { ...devices, roles: [...devices.roles, 'auditor'], scope: 'devices:read' },
  'POST /api/device-credentials': { ...devices, makes: 'credential' },
  'POST /api/device-credentials/:kind/:id/revoke': { ...devices, object: 'credential' },

  'GET /api/audit': { roles: [...administrators, 'auditor'], scope: 'audit:read', whole: true },
  'GET /api/security/settings': seeAccess
}

/** Open to everyone: is the server alive, what does it offer, and every way to log in. */
export const openPaths: readonly string[] = ['/api/health', '/api/docs', '/api/auth']

/** The right behind a route as Fastify spells it; undefined: nobody has said. A HEAD is a GET. */
export function rightOf(method: string, path: string): Right | 'open' | undefined {
  if (openPaths.some(open => path === open || path.startsWith(`${open}/`))) return 'open'
  return rights[`${method === 'HEAD' ? 'GET' : method} ${path}`]
}

/** Whether a caller may use an operation at all; whether it sees the object is another question. */
export function isAllowed(caller: Caller, right: Right): boolean {
  if (right.scope === 'own:account') return caller.kind === 'person'
  if (caller.scopes !== null) return caller.scopes.includes(right.scope)
  return caller.roles.some(role => role === 'administrator' || right.roles.includes(role))
}

/** What a caller may do, for its page: the operations of the table, spelt as there, and their scopes. */
export function allowedTo(caller: Caller): { operations: string[]; scopes: Scope[] } {
  const allowed = Object.entries(rights).filter(([, right]) => isAllowed(caller, right))
  return {
    operations: allowed.map(([operation]) => operation),
    scopes: [...new Set(allowed.map(([, { scope }]) => scope))]
  }
}
