import { Type } from 'typebox'
import { type Caller, type LoginSession, User } from '../contract/access.ts'
import { ChangeUser, InvitedUser, InviteUser, OneTimeLink, UsersAnswer } from '../contract/administration.ts'
import { type Denied, SessionsAnswer } from '../contract/login.ts'
import { Id } from '../contract/units.ts'
import { allowed } from './loginVisit.ts'
import { notFound } from './problems.ts'
import type { Routes } from './server.ts'

type Changed = Promise<User | Denied>

export interface UsersNeeds {
  users: {
    list(): Promise<User[]>
    get(id: string): Promise<User | null>
    invite(by: Caller, command: InviteUser, now: number): Promise<InvitedUser | Denied>
    change(by: Caller, id: string, change: ChangeUser): Changed
    disable(by: Caller, id: string, now: number): Changed
    enable(by: Caller, id: string, now: number): Changed
    reset(by: Caller, id: string, now: number): Promise<OneTimeLink | Denied>
    erase(by: Caller, id: string, now: number): Changed
    sessions(id: string, thisId: string, now: number): Promise<LoginSession[] | Denied>
    endSessions(by: Caller, id: string): Promise<Denied | null>
  }
  now(): number
}

const tags = ['users']
const params = Type.Object({ id: Id })

/** Who may log in. Sessions, and the live streams opened by them, end with what they were given for. */
export const usersRoutes =
  ({ users, now }: UsersNeeds): Routes =>
  api => {
    api.get('/api/users', { schema: { tags, response: { 200: UsersAnswer } } }, async () => ({
      users: await users.list()
    }))

    api.get('/api/users/:id', { schema: { tags, params, response: { 200: User } } }, async request => {
      const user = await users.get(request.params.id)
      if (user === null) throw notFound(`user ${request.params.id}`)
      return user
    })

    api.post(
      '/api/users',
      { schema: { tags, body: InviteUser, response: { 201: InvitedUser } } },
      async ({ caller, body }, reply) => {
        const invited = allowed(reply, await users.invite(caller, body, now()))
        return reply.code(201).send(invited)
      }
    )

    api.patch(
      '/api/users/:id',
      { schema: { tags, params, body: ChangeUser, response: { 200: User } } },
      async ({ caller, params, body }, reply) => allowed(reply, await users.change(caller, params.id, body))
    )

    for (const verb of ['disable', 'enable', 'erase'] as const) {
      api.post(
        `/api/users/:id/${verb}`,
        { schema: { tags, params, response: { 200: User } } },
        async ({ caller, params }, reply) => allowed(reply, await users[verb](caller, params.id, now()))
      )
    }

    api.post(
      '/api/users/:id/reset',
      { schema: { tags, params, response: { 200: OneTimeLink } } },
      async ({ caller, params }, reply) => allowed(reply, await users.reset(caller, params.id, now()))
    )

    api.get(
      '/api/users/:id/sessions',
      { schema: { tags, params, response: { 200: SessionsAnswer } } },
      async ({ params, login }, reply) => {
        const found = await users.sessions(params.id, login?.sessionId ?? '', now())
        return { sessions: allowed(reply, found) }
      }
    )

    api.delete(
      '/api/users/:id/sessions',
      { schema: { tags, params, response: { 204: Type.Null() } } },
      async ({ caller, params }, reply) => {
        allowed(reply, (await users.endSessions(caller, params.id)) ?? {})
        return reply.code(204).send(null)
      }
    )
  }
