import { isAllowed, rightOf } from '../../server/access/rights.ts'
import { accountRoutes } from '../../server/api/account.ts'
import { authRoutes } from '../../server/api/auth.ts'
import { authDirectoryRoutes } from '../../server/api/authDirectory.ts'
import { seesNothing } from '../../server/api/caller.ts'
import { type GuardNeeds, guard } from '../../server/api/guard.ts'
import { createApi } from '../../server/api/server.ts'
import { sessionCookie } from '../../server/api/sessionCookie.ts'
import { type Desk, type DeskOptions, openDesk } from '../access/desk.ts'

export interface Browser {
  cookies: Map<string, string>
  /** Of the newest answer that had one. */
  csrfToken: string | null
  call(method: Method, url: string, body?: object, headers?: Record<string, string>): Promise<Answer>
}
export type Method = 'GET' | 'POST' | 'DELETE'
export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  body: any
  headers: Record<string, string | string[] | number | undefined>
}

export interface Door extends Desk {
  /** A browser of its own: nobody is logged in with it yet. */
  browser(): Browser
}

/** The real guard and the real routes in front of the desk; over HTTP only in name. */
export async function openDoor(options: DeskOptions = {}): Promise<Door> {
  const desk = await openDesk(options)
  const { logins, clock } = desk
  const publicUrl = options.publicUrl ?? 'http://localhost:8080'
  const isHttps = publicUrl.startsWith('https:')
  const api = createApi({ logLevel: 'silent', isHttps })
  const cookie = sessionCookie(isHttps)
  const now = () => clock.now
  await guard(api, {
    ...{ rightOf, isAllowed, cookie, now, audit: desk.writer, origins: [publicUrl] },
    bySession: secret => logins.bySession(secret, clock.now),
    byBearer: async () => null,
    viewOf: () => ({ ...seesNothing, key: 'whole', whole: true }),
    objects: {} as GuardNeeds['objects']
  })
  authRoutes({ ...logins, cookie, now })(api)
  authDirectoryRoutes({ ...logins, cookie, isHttps, now })(api)
  accountRoutes({ ...logins, cookie, now })(api)

  function browser(): Browser {
    const cookies = new Map<string, string>()
    const made: Browser = {
      cookies,
      csrfToken: null,
      async call(method, url, body, headers = {}) {
        const response = await api.inject({
          method,
          url,
          headers: {
            ...(method !== 'GET' && { origin: publicUrl }),
            ...(made.csrfToken !== null && method !== 'GET' && { 'x-csrf-token': made.csrfToken }),
            ...headers
          },
          cookies: Object.fromEntries(cookies),
          ...(body && { payload: body })
        })
        for (const { name, value } of response.cookies) {
          if (value === '') cookies.delete(name)
          else cookies.set(name, value)
        }
        const isJson = String(response.headers['content-type']).includes('json')
        const answer = isJson ? response.json() : response.body
        made.csrfToken = answer.csrfToken ?? answer.login?.csrfToken ?? made.csrfToken
        return { status: response.statusCode, body: answer, headers: response.headers }
      }
    }
    return made
  }

  return {
    ...desk,
    browser,
    async stop() {
      await api.close()
      await desk.stop()
    }
  }
}
