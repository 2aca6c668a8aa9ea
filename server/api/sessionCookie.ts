import type { FastifyReply, FastifyRequest } from 'fastify'

/** The cookie that holds the secret of a login session: no script reads it, no other site sends it. */
export interface SessionCookie {
  readonly name: string
  read(request: FastifyRequest): string | null
  set(reply: FastifyReply, token: string): void
  clear(reply: FastifyReply): void
}

/** Under HTTPS the name's prefix binds it to this very host; a browser takes that only there. */
export function sessionCookie(isHttps: boolean): SessionCookie {
  const name = isHttps ? '__Host-gridload_session' : 'gridload_session'
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: isHttps } as const
  return {
    name,
    read: request => request.cookies[name] ?? null,
    set: (reply, token) => void reply.setCookie(name, token, attributes),
    clear: reply => void reply.clearCookie(name, attributes)
  }
}
