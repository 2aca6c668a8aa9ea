import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import fastifyCookie from '@fastify/cookie'
import fastifyStatic from '@fastify/static'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance, LogController } from 'fastify'
import { protectPages } from './browserRules.ts'
import { readJson } from './jsonBody.ts'
import { compileLate } from './lateSchemas.ts'
import { dropSilent, patience } from './patience.ts'
import { answerBadAddress, answerProblems } from './problems.ts'

/** A Fastify instance whose routes are typed by their TypeBox schemas. */
export type Api = ReturnType<typeof createApi>

/** One group of routes. */
export type Routes = (api: Api) => void

export interface ServerSettings {
  logLevel: string
  /** Whose `x-forwarded-for` counts. */
  trustedProxies?: readonly string[]
  /** The pages are reached by HTTPS. */
  isHttps?: boolean
}

export const MOST_BODY_BYTES = 2 ** 20

/**
 * The bare HTTP server: strict validation, problem documents, no routes yet. Validation stops at the first mistake: an
 * array of a million wrong items would hold the process for seconds and answer with 50 MB.
 * Answers are written by JSON.stringify: serialising by schema would check each number of a chart against a union.
 */
export function createApi({ logLevel, trustedProxies = [], isHttps = false }: ServerSettings) {
  const app = fastify({
    logger: { level: logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID().slice(0, 8),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: MOST_BODY_BYTES,
    frameworkErrors: answerBadAddress,
    requestTimeout: patience.requestMs,
    keepAliveTimeout: patience.keepAliveMs,
    http: { headersTimeout: patience.headersMs, connectionsCheckingInterval: patience.checkEveryMs },
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false }, onCreate: compileLate }
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setSerializerCompiler(() => data => JSON.stringify(data))
  app.removeContentTypeParser('text/plain')
  readJson(app as unknown as FastifyInstance)
  answerProblems(app as unknown as FastifyInstance)
  dropSilent(app.server)
  app.register(fastifyCookie)
  protectPages(app as unknown as FastifyInstance, isHttps)
  return app
}

/** Documents the routes that follow; the document itself is at `/api/docs/json`. */
export async function documentRoutes(api: Api): Promise<void> {
  await api.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gridload',
        description:
          'Times are RFC 3339, power is in kW, columns carry epoch milliseconds. Failures are RFC 9457 problems. ' +
          'Send a token as `authorization: Bearer …`; pages send the cookie of their login session, and with every command its `x-csrf-token`.',
        version: '1'
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }]
    }
  })
  await api.register(fastifySwaggerUi, { routePrefix: '/api/docs' })
}

/** Serves the built pages; without a build the address says how to make one. */
export async function servePages(api: Api, directory: string): Promise<void> {
  if (!existsSync(directory)) {
    api.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/plain').send('The pages are not built yet: run npm run build\n')
    )
    return
  }
  await api.register(fastifyStatic, {
    root: directory,
    setHeaders: (reply, path) => {
      // Vite puts a hash of the content into the name of every asset, so those never change.
      const forever = path.includes('/assets/')
      reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
    }
  })
}
