import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../contract/problem.ts'

/** A request that is refused, with the reason in words for whoever sent it; `type` where a page acts on it. */
export class Refusal extends Error {
  readonly statusCode: number
  readonly type: string
  constructor(statusCode: number, detail: string, type = 'about:blank') {
    super(detail)
    this.statusCode = statusCode
    this.type = type
  }
}

export const notFound = (what: string): Refusal => new Refusal(404, `there is no ${what}`)

const titles: Record<number, string> = {
  400: 'The request is not valid',
  401: 'A login is needed',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible in the present state',
  413: 'The body is too large',
  415: 'This kind of body is not understood',
  429: 'Too many requests',
  422: 'The order cannot be carried out as it stands',
  500: 'A fault of the server',
  503: 'Not available now'
}

function send(
  reply: FastifyReply,
  reference: string,
  status: number,
  detail: string,
  type = 'about:blank'
): FastifyReply {
  const title = titles[status] ?? (status < 500 ? 'The request is refused' : 'A fault of the server')
  const problem: Problem = { type, title, status, detail, reference }
  return reply.code(status).type('application/problem+json').send(problem)
}

/** In words: which member, where, and what is wrong with it. */
function validationDetail(error: FastifyError): string {
  const where = error.validationContext ?? 'request'
  const reasons = (error.validation ?? []).map(({ instancePath, message, params }) => {
    const member = instancePath === '' ? '' : `${instancePath.slice(1).replaceAll('/', '.')} `
    const extra = 'additionalProperty' in params ? `: ${String(params.additionalProperty)}` : ''
    const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : ''
    return `${member}${message ?? 'is not valid'}${extra}${allowed}`
  })
  return `${where}: ${[...new Set(reasons)].join('; ') || error.message}`
}

/** An address that cannot be decoded meets no route and no hook, hence no error handler either. */
export function answerBadAddress(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void send(reply, request.id, 400, 'the address is not valid: it cannot be decoded')
}

/** The one place where a failure becomes an answer: RFC 9457 documents; a bug is logged under its reference and says no more. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply) => {
    if (error.validation) return send(reply, request.id, 400, validationDetail(error))
    const status = error.statusCode ?? 500
    const type = error instanceof Refusal ? error.type : undefined
    if (status < 500) return send(reply, request.id, status, error.message, type)
    request.log.error({ err: error, reference: request.id }, 'request failed')
    const detail =
      error instanceof Refusal ? error.message : `something went wrong; the log has it under ${request.id}`
    return send(reply, request.id, status, detail)
  })
  app.setNotFoundHandler((request, reply) =>
    send(reply, request.id, 404, `there is no ${request.method} ${request.url.split('?')[0]}`)
  )
}
