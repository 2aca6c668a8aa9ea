import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Login } from './caller.ts'
import { Refusal } from './problems.ts'

const safeMethods = ['GET', 'HEAD', 'OPTIONS']

export const isUnsafe = ({ method }: Pick<FastifyRequest, 'method'>): boolean => !safeMethods.includes(method)

/**
 * Refuses (403) what another site's page had a browser send. A browser says where the page came from; who says nothing at
 * all is no browser, and nobody can make it send a cookie that is not its own.
 */
export function refuseOtherSites(request: FastifyRequest, origins: readonly string[]): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined && !origins.includes(origin)) {
    throw new Refusal(403, `a page of ${origin} may not do this: Gridload is at ${origins[0]}`)
  }
  if (origin === undefined && site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Refusal(403, `a page of another site may not do this: Gridload is at ${origins[0]}`)
  }
}

/** Refuses (403) a request with a session's cookie and without the token that only its own page knows. */
export function refuseForged(request: FastifyRequest, { csrfToken }: Login): void {
  const given = request.headers['x-csrf-token']
  if (typeof given !== 'string') throw new Refusal(403, 'the header x-csrf-token is missing', FORGED)
  const [a, b] = [Buffer.from(given), Buffer.from(csrfToken)]
  if (a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new Refusal(403, 'the header x-csrf-token is not that of this session', FORGED)
  }
}

const FORGED = '/problems/csrf'
