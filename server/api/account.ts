import { Type } from 'typebox'
import type { LoginSession } from '../contract/access.ts'
import {
  Account,
  ChangePassword,
  ConfirmTotp,
  type Denied,
  FactorAnswer,
  LoginAnswer,
  type Passed,
  PasskeyOptions,
  RegisterPasskey,
  SessionsAnswer,
  TotpOffer,
  type Visit
} from '../contract/login.ts'
import { Id } from '../contract/units.ts'
import { allowed, loginVisits } from './loginVisit.ts'
import type { Routes } from './server.ts'
import type { SessionCookie } from './sessionCookie.ts'

type Stepped<Answer> = Promise<Passed<Answer> | Denied>

export interface AccountRoutesNeeds {
  account: {
    see(visit: Visit): Promise<Account | Denied>
    changePassword(command: ChangePassword, visit: Visit): Stepped<LoginAnswer>
    sessions(visit: Visit): Promise<{ sessions: LoginSession[] } | Denied>
    endSession(id: string, visit: Visit): Promise<Denied | null>
    endOtherSessions(visit: Visit): Promise<Denied | null>
  }
  factors: {
    offerTotp(visit: Visit): Promise<TotpOffer | Denied>
    confirmTotp(command: ConfirmTotp, visit: Visit): Stepped<FactorAnswer>
    removeTotp(visit: Visit): Stepped<LoginAnswer>
    offerPasskey(visit: Visit): Promise<{ options: object } | Denied>
    addPasskey(command: RegisterPasskey, visit: Visit): Stepped<FactorAnswer>
    removePasskey(id: string, visit: Visit): Stepped<LoginAnswer>
    newRecoveryCodes(visit: Visit): Stepped<FactorAnswer>
  }
  cookie: SessionCookie
  now(): number
}

const tags = ['account']
const params = Type.Object({ id: Id })

/** A person's own login. What changes a factor or the password answers with a fresh session. */
export const accountRoutes = (needs: AccountRoutesNeeds): Routes => {
  const { account, factors, cookie } = needs
  const { visit, letIn } = loginVisits(cookie, needs.now)
  return api => {
    api.get('/api/account', { schema: { tags, response: { 200: Account } } }, async (request, reply) =>
      allowed(reply, await account.see(visit(request)))
    )

    api.post(
      '/api/account/password',
      { schema: { tags, body: ChangePassword, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await account.changePassword(request.body, visit(request)))
    )

    api.post(
      '/api/account/totp',
      { schema: { tags, response: { 200: TotpOffer } } },
      async (request, reply) => allowed(reply, await factors.offerTotp(visit(request)))
    )

    api.post(
      '/api/account/totp/confirm',
      { schema: { tags, body: ConfirmTotp, response: { 200: FactorAnswer } } },
      async (request, reply) => letIn(reply, await factors.confirmTotp(request.body, visit(request)))
    )

    api.delete(
      '/api/account/totp',
      { schema: { tags, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await factors.removeTotp(visit(request)))
    )

    api.post(
      '/api/account/passkeys/options',
      { schema: { tags, response: { 200: PasskeyOptions } } },
      async (request, reply) => allowed(reply, await factors.offerPasskey(visit(request)))
    )

    api.post(
      '/api/account/passkeys',
      { schema: { tags, body: RegisterPasskey, response: { 200: FactorAnswer } } },
      async (request, reply) => letIn(reply, await factors.addPasskey(request.body, visit(request)))
    )

    api.delete(
      '/api/account/passkeys/:id',
      { schema: { tags, params, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await factors.removePasskey(request.params.id, visit(request)))
    )

    api.post(
      '/api/account/recovery-codes',
      { schema: { tags, response: { 200: FactorAnswer } } },
      async (request, reply) => letIn(reply, await factors.newRecoveryCodes(visit(request)))
    )

    api.get(
      '/api/account/sessions',
      { schema: { tags, response: { 200: SessionsAnswer } } },
      async (request, reply) => allowed(reply, await account.sessions(visit(request)))
    )

    api.delete(
      '/api/account/sessions/:id',
      { schema: { tags, params, response: { 204: Type.Null() } } },
      async (request, reply) => {
        allowed(reply, (await account.endSession(request.params.id, visit(request))) ?? {})
        return reply.code(204).send(null)
      }
    )

    api.delete(
      '/api/account/sessions',
      { schema: { tags, response: { 204: Type.Null() } } },
      async (request, reply) => {
        allowed(reply, (await account.endOtherSessions(visit(request))) ?? {})
        return reply.code(204).send(null)
      }
    )
  }
}
