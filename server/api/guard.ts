import type { FastifyRequest } from 'fastify'
import type { Caller, View } from '../contract/access.ts'
import type { AuditWriter } from '../contract/audit.ts'
import type { ObjectKind, Right } from '../contract/rights.ts'
import { type Login, nobody, seesNothing, type Whence } from './caller.ts'
import { commandAudit } from './commandAudit.ts'
import { Refusal } from './problems.ts'
import { rateLimits } from './rateLimits.ts'
import { isUnsafe, refuseForged, refuseOtherSites } from './sameSite.ts'
import type { Api } from './server.ts'
import type { SessionCookie } from './sessionCookie.ts'

/** Reads the object that a path names, as far as the view reaches; a Refusal (404) when there is none or it is foreign. */
export type ReadObject = (params: Readonly<Record<string, string>>, view: View) => Promise<unknown> | unknown

export interface GuardNeeds {
  /** What an operation asks of its caller; undefined: nobody has said, and the server does not start. */
  rightOf(method: string, path: string): Right | 'open' | undefined
  isAllowed(caller: Caller, right: Right): boolean
  /** null: there is no such login session, or it has ended. A half session has no rights yet. */
  bySession(token: string, whence: Whence): Promise<{ caller: Caller; login: Login } | null>
  /** null: no such token, expired or revoked. */
  byBearer(token: string): Promise<Caller | null>
  viewOf(caller: Caller): View
  objects: Record<ObjectKind, ReadObject>
  audit: AuditWriter
  cookie: SessionCookie
  /** Where the pages are, first the one that is printed. */
  origins: readonly string[]
  /** Somebody's login or rights may have changed: whoever is in by an open stream is looked at again. */
  onAccessChange?(): Promise<void>
  now(): number
}

/**
 * Who may pass, in this order, for every route below /api:
 *
 *   who is it (401) ─► too often (429) ─► from another site (403) ─► may it at all (403) ─► [body and query (400)]
 *     ─► is there such an object for it (404) ─► identity proved once more (403) ─► attempt in the audit (503)
 *     ─► the handler ─► outcome in the audit
 *
 * A route that the table of rights does not know throws when it is added.
 */
export async function guard(api: Api, needs: GuardNeeds): Promise<void> {
  const limits = await rateLimits(api)
  const audit = commandAudit(needs.audit, needs.now)
  api.decorateRequest('caller')
  api.decorateRequest('view')
  api.decorateRequest('login', null)

  api.addHook('onRoute', route => {
    if (!route.url.startsWith('/api')) return
    const methods = [route.method].flat()
    const found = methods.map(method => needs.rightOf(method, route.url))
    const [right] = found
    if (right === undefined || found.some(one => one !== right)) {
      throw new Error(`${methods.join(', ')} ${route.url} stands in no table of rights`)
    }
    route.config = { ...route.config, right }
  })

  api.addHook('onRequest', async (request, reply) => {
    const { right } = request.routeOptions.config
    request.caller = nobody
    request.view = seesNothing
    if (right === undefined) return
    const isOpen = right === 'open'
    await identify(request, needs, isOpen)
    const { caller, login } = request
    if (!isOpen && caller === nobody) {
      reply.header('www-authenticate', 'Bearer')
      throw new Refusal(401, 'log in first, or send a valid token')
    }
    if (!isOpen) await limits.ofCaller(request, reply)
    else if (!request.routeOptions.url?.startsWith('/api/health')) await limits.ofAddress(request, reply)
    const isByToken = login === null && !isOpen
    if (isUnsafe(request) && !isByToken) {
      refuseOtherSites(request, needs.origins)
      if (login !== null) refuseForged(request, login)
    }
    if (!isOpen) refuseWithoutRight(request, right, needs)
  })

  api.addHook('preHandler', async request => {
    const { right } = request.routeOptions.config
    if (right === undefined || right === 'open') return
    const before = await readObject(request, right, needs)
    if (right.stepUp && request.login !== null) refuseWithoutStepUp(request.login, needs.now())
    if (isCommand(request, right)) await audit.attempted(request, right, before)
  })

  api.addHook('onSend', async (request, reply, payload) => {
    const { right } = request.routeOptions.config
    // A flood that is held off must not fill the audit.
    const isNoted = request.caller !== nobody && reply.statusCode !== 429
    if (right !== undefined && right !== 'open' && isNoted && isCommand(request, right)) {
      await audit.ended(request, reply, right, payload)
    }
    return payload
  })

  api.addHook('onResponse', async request => {
    const { right } = request.routeOptions.config
    if (right !== undefined && isUnsafe(request) && isAboutAccess(right)) await needs.onAccessChange?.()
  })
}

const isAboutAccess = (right: Right | 'open'): boolean =>
  right === 'open' || right.scope === 'access:write' || right.scope === 'own:account'

const isCommand = (request: FastifyRequest, { audit }: Right): boolean => isUnsafe(request) && audit !== false

/**
 * By token where one is sent, else by the cookie of a login session; a half session is nobody yet. Logging in goes by the
 * cookie alone: a token beside it would only keep the session from being seen, and its commands from being checked.
 */
async function identify(request: FastifyRequest, needs: GuardNeeds, isOpen: boolean): Promise<void> {
  const sent = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const bearer = isOpen ? undefined : sent
  if (bearer !== undefined) {
    enter(request, await needs.byBearer(bearer), needs)
    return
  }
  const cookie = needs.cookie.read(request)
  if (cookie === null) return
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, 200)
  const session = await needs.bySession(cookie, { address: request.ip, userAgent })
  if (session === null) return
  request.login = session.login
  if (session.login.state !== 'factor') enter(request, session.caller, needs)
}

function enter(request: FastifyRequest, caller: Caller | null, { viewOf }: GuardNeeds): void {
  if (caller === null) return
  request.caller = caller
  request.view = viewOf(caller)
}

function refuseWithoutRight(
  { caller, view, login }: FastifyRequest,
  right: Right,
  { isAllowed }: GuardNeeds
): void {
  if (login?.state === 'enrol' && right.scope !== 'own:account') {
    throw new Refusal(403, 'set up a second factor first', '/problems/enrol-factor')
  }
  if (!isAllowed(caller, right)) {
    throw new Refusal(
      403,
      caller.scopes === null
        ? 'no role of this login allows it'
        : `the token does not have the scope ${right.scope}`
    )
  }
  if (right.whole && !view.whole) {
    throw new Refusal(403, 'it concerns all companies: only who sees them all may do it')
  }
}

/** The object before the command. Who sees the whole and only reads is answered by the handler itself. */
async function readObject(request: FastifyRequest, { object }: Right, needs: GuardNeeds): Promise<unknown> {
  if (object === undefined || (request.view.whole && !isUnsafe(request))) return null
  return needs.objects[object](request.params as Record<string, string>, request.view)
}

function refuseWithoutStepUp({ steppedUpUntil }: Login, now: number): void {
  if (steppedUpUntil !== null && steppedUpUntil > now) return
  throw new Refusal(403, 'prove your identity once more first', '/problems/step-up')
}
