import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Denied, DirectoryRefusal, Passed, Visit } from '../contract/login.ts'
import { loginVisits } from './loginVisit.ts'
import { notFound, Refusal } from './problems.ts'
import type { Routes } from './server.ts'
import type { SessionCookie } from './sessionCookie.ts'

export interface AuthDirectoryNeeds {
  /** null: no directory is set. */
  directory: {
    start(purpose: 'login' | 'step-up', visit: Visit): Promise<{ url: string; browser: string } | null>
    finish(
      search: string,
      browser: string | null,
      visit: Visit
    ): Promise<Passed | Denied | { refused: DirectoryRefusal }>
  } | null
  cookie: SessionCookie
  isHttps: boolean
  now(): number
}

const schema = { tags: ['auth'], security: [], response: { 302: Type.Null() } }
const TRIP_S = 600

/** To the utility's directory and back: a browser goes here by following links, so refusals lead to the login page. */
export const authDirectoryRoutes =
  ({ directory, cookie, isHttps, now }: AuthDirectoryNeeds): Routes =>
  api => {
    const { visit, letIn } = loginVisits(cookie, now)
    const trip = tripCookie(isHttps)
    const to = (reply: FastifyReply, page: string) => reply.redirect(page, 302)
    const refused = (reply: FastifyReply, why: DirectoryRefusal) => to(reply, `/#/login?refused=${why}`)

    api.get(
      '/api/auth/oidc/start',
      {
        schema: {
          ...schema,
          querystring: Type.Object(
            { purpose: Type.Optional(Type.Enum(['login', 'step-up'])) },
            { additionalProperties: false }
          )
        }
      },
      async (request, reply) => {
        if (directory === null) throw notFound('directory here')
        const begun = await directory.start(request.query.purpose ?? 'login', visit(request))
        if (begun === null) return refused(reply, 'unavailable')
        trip.set(reply, begun.browser)
        return to(reply, begun.url)
      }
    )

    api.get('/api/auth/oidc/callback', { schema }, async (request, reply) => {
      if (directory === null) throw notFound('directory here')
      const mark = request.url.indexOf('?')
      const search = mark < 0 ? '' : request.url.slice(mark)
      const outcome = await directory.finish(search, trip.read(request), visit(request))
      trip.clear(reply)
      if ('refused' in outcome) return refused(reply, outcome.refused)
      if ('denied' in outcome) throw new Refusal(outcome.denied.status, outcome.denied.detail)
      letIn(reply, outcome)
      return to(reply, '/#/')
    })
  }

/** Binds the way back to the browser that set out. Lax: it comes along when the directory sends the browser back. */
function tripCookie(isHttps: boolean) {
  const name = isHttps ? '__Host-gridload_directory' : 'gridload_directory'
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps } as const
  return {
    read: (request: FastifyRequest): string | null => request.cookies[name] ?? null,
    set: (reply: FastifyReply, browser: string) =>
      void reply.setCookie(name, browser, { ...attributes, maxAge: TRIP_S }),
    clear: (reply: FastifyReply) => void reply.clearCookie(name, attributes)
  }
}
