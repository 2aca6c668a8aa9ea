/** The operations of the table of rights, and how each is asked for something. */
import { rights } from '../../server/access/rights.ts'
import type { Right } from '../../server/contract/rights.ts'
import type { TwoCompanies } from './twoCompanies.ts'

export interface Operation {
  name: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  right: Right
}
/** An object of the caller's own, of others, or none. */
export type Which = 'own' | 'foreign' | 'missing'
export type Sees = 'whole' | 'north' | 'c-north' | 'nothing'

export const operations: Operation[] = Object.entries(rights).map(([name, right]) => {
  const [method = '', path = ''] = name.split(' ')
  return { name, method: method as Operation['method'], path, right }
})

/** A right body for each operation that takes one, so that nothing stands in the way but the guard. */
function bodyOf(world: TwoCompanies, { name }: Operation): unknown {
  const window = { nodeId: 'f-north', start: world.start, durationMinutes: 30 }
  const order = { ...window, reason: 'heat', participants: [{ customerId: 'c-north', requestedKw: 1 }] }
  const passkey = { id: 'x', rawId: 'x', type: 'public-key', response: {}, clientExtensionResults: {} }
  const bodies: Record<string, unknown> = {
    'POST /api/customers': { id: 'c-new', name: 'New works' },
    'PATCH /api/customers/:id': { name: 'Works of the north' },
    'POST /api/enrolments': {
      ...{ programmeId: 'voluntary', customerId: 'c-north', meteringPointId: 'mp-north', committedKw: 1 }
    },
    'PATCH /api/enrolments/:id': { ended: true },
    'POST /api/enrolments/eligibility': {
      ...{ programmeId: 'voluntary', customerId: 'c-north', meteringPointIds: ['mp-north'] }
    },
    'POST /api/holidays': { date: '2026-01-02', name: 'Day off' },
    'POST /api/programmes': {
      ...{ id: 'p-new', name: 'New', settlementIntervalMinutes: 30, settleDelayMinutes: 0 }
    },
    'PATCH /api/programmes/:id': { name: 'Voluntary' },
    'POST /api/thanks': { items: [{ eventId: 'E-over', customerId: 'c-north' }] },
    'POST /api/rewards': { customerId: 'c-north', eventId: 'E-over', kind: 'transformer-test' },
    'PATCH /api/rewards/:id': { state: 'booked', plannedFor: '2026-12-10' },
    'POST /api/replays': { day: '2026-01-02' },
    'PATCH /api/replays/:id': { paused: true },
    'POST /api/replays/:id/plan': window,
    'POST /api/curtailment-events': order,
    'POST /api/curtailment-events/plan': window,
    'POST /api/account/password': { current: 'none', password: 'a-new-password-for-nobody' },
    'POST /api/account/totp/confirm': { offer: 'none', code: '123456' },
    'POST /api/account/passkeys': { name: 'key', response: passkey },
    'POST /api/users': { userName: 'new-user', name: 'New', roles: ['auditor'] },
    'PATCH /api/users/:id': { name: 'Renamed' },
    'POST /api/tokens': { name: 'New', scopes: ['grid:read'], expiresAt: world.start },
    'POST /api/device-credentials': { kind: 'meter', id: 'm-new' }
  }
  if (name in bodies) return bodies[name]
  if (/\/(acknowledge|accept|decline|opt-out)$/.test(name)) {
    return name.includes('/participants/') ? { version: 2 } : {}
  }
  return /\/(send|approve|cancel|complete|change|thank)$/.test(name) ? {} : undefined
}

/** The parameters of a path. */
export function paramsOf(
  world: TwoCompanies,
  { right }: Operation,
  sees: Sees,
  which: Which
): Record<string, string> {
  const objects = right.object && world.objects[right.object]
  if (objects === undefined) return {}
  return which === 'own' && sees === 'c-north' ? (objects.ofCustomer ?? objects.own) : objects[which]
}

/** Of the whole. */
export const dayOff = { date: '2026-01-05', name: 'Day off' }

export interface Asking {
  headers: Record<string, string>
  sees: Sees
}

export async function ask(
  world: TwoCompanies,
  operation: Operation,
  { headers, sees }: Asking,
  which: Which = 'own'
): Promise<{ status: number; text: string; detail: string; type: string }> {
  const { method, name, path } = operation
  const params = paramsOf(world, operation, sees, which)
  // Whoever may take it away has done so.
  if (name === 'DELETE /api/holidays/:date') await world.callers.records.holidays.put(dayOff)
  const url = path.replace(
    /:(\w+)/g,
    (_, param: string) => params[param] ?? (param === 'year' ? '2026' : 'none')
  )
  const isImport = name === 'POST /api/registry/import'
  const body = isImport ? 'kind,id\n' : bodyOf(world, operation)
  const type = { 'content-type': isImport ? 'text/csv' : 'application/json' }
  const answer = await world.app.inject({
    ...{ method, url, payloadAsStream: true },
    headers: { ...headers, ...(body !== undefined && type) },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await firstOf(answer.stream())
  return { status: answer.statusCode, text, ...problemIn(text) }
}

/** All of an answer; of the live stream its first message. */
async function firstOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const piece of stream) {
    text += piece
    if (/event: snapshot[\s\S]*\n\n/.test(text)) break
  }
  return text
}

function problemIn(text: string): { detail: string; type: string } {
  const { detail = '', type = '' } = text.startsWith('{"type"') ? JSON.parse(text) : {}
  return { detail, type }
}
