import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Denied, Passed, Visit } from '../contract/login.ts'
import { Refusal } from './problems.ts'
import type { SessionCookie } from './sessionCookie.ts'

/** Between a request and what stands behind the doors: the cookie goes in and out here. */
export interface LoginVisits {
  visit(request: FastifyRequest): Visit
  /** The answer, with the fresh cookie; a refusal becomes a problem. */
  letIn<Answer>(reply: FastifyReply, outcome: Passed<Answer> | Denied): Answer
  leave(reply: FastifyReply): void
}

export function loginVisits(cookie: SessionCookie, now: () => number): LoginVisits {
  return {
    visit: request => ({
      secret: cookie.read(request),
      address: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      now: now()
    }),
    letIn(reply, outcome) {
      const { secret, answer } = allowed(reply, outcome)
      cookie.set(reply, secret)
      return answer
    },
    leave: reply => cookie.clear(reply)
  }
}

/** What is not refused; throws the Refusal otherwise, and says when to come back. */
export function allowed<Value extends object>(reply: FastifyReply, value: Value | Denied): Value {
  if (!('denied' in value)) return value
  const { status, detail, type, retryAfterS } = value.denied
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS)
  throw new Refusal(status, detail, type)
}
