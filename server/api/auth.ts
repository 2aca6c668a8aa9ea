import { Type } from 'typebox'
import {
  CodeCommand,
  DemoUsersAnswer,
  type Denied,
  LoginAnswer,
  LoginCommand,
  type Passed,
  PasskeyCommand,
  PasskeyOptions,
  PasskeyOptionsCommand,
  type PasskeyPurpose,
  ResetAnswer,
  ResetCommand,
  SessionAnswer,
  SetupCommand,
  StepUpCommand,
  type Visit
} from '../contract/login.ts'
import { allowed, loginVisits } from './loginVisit.ts'
import { notFound } from './problems.ts'
import type { Routes } from './server.ts'
import type { SessionCookie } from './sessionCookie.ts'

type Outcome = Promise<Passed | Denied>

export interface AuthNeeds {
  see(visit: Visit): Promise<SessionAnswer>
  login: {
    password(command: LoginCommand, visit: Visit): Outcome
    code(command: CodeCommand, visit: Visit): Outcome
    passkey(response: unknown, visit: Visit): Outcome
    logout(visit: Visit): Promise<void>
  }
  stepUp: {
    byCommand(command: StepUpCommand, visit: Visit): Outcome
    passkeyOptions(purpose: PasskeyPurpose, visit: Visit): Promise<object | Denied>
  }
  links: {
    setUp(command: SetupCommand, visit: Visit): Outcome
    reset(command: ResetCommand, visit: Visit): Promise<ResetAnswer | Denied>
  }
  /** null: not the demo. */
  demo: { answer(): Promise<DemoUsersAnswer> } | null
  cookie: SessionCookie
  now(): number
}

const schema = { tags: ['auth'], security: [] }

/** Every way to log in, open to everyone. The way through the utility's directory is in authDirectory.ts. */
export const authRoutes = (needs: AuthNeeds): Routes => {
  const { see, login, stepUp, links, demo, cookie } = needs
  const { visit, letIn, leave } = loginVisits(cookie, needs.now)
  return api => {
    api.get(
      '/api/auth/session',
      { schema: { ...schema, response: { 200: SessionAnswer } } },
      async (request, reply) => allowed(reply, await see(visit(request)))
    )

    api.get(
      '/api/auth/demo-users',
      { schema: { ...schema, response: { 200: DemoUsersAnswer } } },
      async (_request, reply) => {
        if (demo === null) throw notFound('demo here')
        return allowed(reply, await demo.answer())
      }
    )

    api.post(
      '/api/auth/login',
      { schema: { ...schema, body: LoginCommand, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await login.password(request.body, visit(request)))
    )

    api.post(
      '/api/auth/totp',
      { schema: { ...schema, body: CodeCommand, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await login.code(request.body, visit(request)))
    )

    api.post(
      '/api/auth/passkey/options',
      { schema: { ...schema, body: PasskeyOptionsCommand, response: { 200: PasskeyOptions } } },
      async (request, reply) => {
        const options = await stepUp.passkeyOptions(request.body.purpose, visit(request))
        return { options: allowed(reply, options) }
      }
    )

    api.post(
      '/api/auth/passkey/verify',
      { schema: { ...schema, body: PasskeyCommand, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await login.passkey(request.body.response, visit(request)))
    )

    api.post(
      '/api/auth/step-up',
      { schema: { ...schema, body: StepUpCommand, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await stepUp.byCommand(request.body, visit(request)))
    )

    api.post(
      '/api/auth/setup',
      { schema: { ...schema, body: SetupCommand, response: { 200: LoginAnswer } } },
      async (request, reply) => letIn(reply, await links.setUp(request.body, visit(request)))
    )

    api.post(
      '/api/auth/reset',
      { schema: { ...schema, body: ResetCommand, response: { 200: ResetAnswer } } },
      async (request, reply) => allowed(reply, await links.reset(request.body, visit(request)))
    )

    api.post(
      '/api/auth/logout',
      { schema: { ...schema, response: { 204: Type.Null() } } },
      async (request, reply) => {
        await login.logout(visit(request))
        leave(reply)
        return reply.code(204).send(null)
      }
    )
  }
}
