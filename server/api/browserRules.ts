import fastifyHelmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

const YEAR_S = 365 * 86_400

/**
 * What a browser may do with what it is given: run only scripts of this server, show the pages in no frame, send forms
 * nowhere else, tell nobody where it was. Answers of the API are never kept by a browser or a proxy.
 */
export function protectPages(app: FastifyInstance, isHttps: boolean): void {
  app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Icons of the documentation and QR codes.
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"]
      }
    },
    // A browser that once heard it would never again open the page by HTTP.
    hsts: isHttps ? { maxAge: YEAR_S, includeSubDomains: true } : false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' }
  })
  app.addHook('onRequest', async (request, reply) => {
    // The route, not the address: `/%61pi/grid` is one of the API, too.
    if ((request.routeOptions.url ?? request.url).startsWith('/api'))
      reply.header('cache-control', 'no-store')
  })
}
