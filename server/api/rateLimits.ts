import rateLimit from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { network } from '../contract/network.ts'
import { Refusal } from './problems.ts'
import type { Api } from './server.ts'

const MINUTE_MS = 60_000
/** Callers and addresses that are counted at one time; beyond it the longest unheard is forgotten. */
const MOST_COUNTED = 20_000

/** Requests a minute. A person's page asks some a second; a machine may fill a register. */
export const perMinute = { person: 1_200, token: 30_000, login: 600 } as const

/** Refuses (429) who asks too often, and says when to come back. */
export interface RateLimits {
  /** By caller, wherever it asks from. */
  ofCaller(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** By address: for the ways to log in, where nobody is known yet. */
  ofAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

export async function rateLimits(api: Api): Promise<RateLimits> {
  await api.register(rateLimit, { global: false, cache: MOST_COUNTED })
  const byCaller = api.createRateLimit({
    timeWindow: MINUTE_MS,
    max: ({ caller }) => perMinute[caller.kind],
    keyGenerator: ({ caller }) => caller.id
  })
  const byAddress = api.createRateLimit({
    timeWindow: MINUTE_MS,
    max: perMinute.login,
    // Who has a network of IPv6 has more addresses than can be counted.
    keyGenerator: ({ ip }) => network(ip)
  })

  const refusing =
    (check: typeof byCaller) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const count = await check(request)
      if (count.isAllowed || !count.isExceeded) return
      reply.header('retry-after', count.ttlInSeconds)
      throw new Refusal(429, `too many requests: come back in ${count.ttlInSeconds} s`)
    }
  return { ofCaller: refusing(byCaller), ofAddress: refusing(byAddress) }
}
