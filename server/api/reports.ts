import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Performance } from '../contract/performance.ts'
import { Id } from '../contract/units.ts'
import { cutPerformance } from './cutPerformance.ts'
import { notFound, Refusal } from './problems.ts'
import { YearParams } from './seasons.ts'
import type { Routes } from './server.ts'
import { type Sight, sightOf } from './sight.ts'

export interface Printed {
  fileName: string
  bytes: Uint8Array
}

type Language = 'vi' | 'en'
type Cut = (performance: Performance, isSeen: (customerId: string) => boolean) => Performance

export interface ReportsNeeds {
  /** null: there is no such event, or nothing of it is seen; `unmeasured`: no result is kept yet. */
  event(
    id: string,
    language: Language,
    isSeen: Sight['participant'],
    cut: Cut
  ): Promise<Printed | 'unmeasured' | null>
  season(year: number, language: Language, sight: Sight): Promise<Printed>
  record(
    customerId: string,
    year: number | null,
    language: Language,
    isSeen: Sight['participant']
  ): Promise<Printed | null>
}

const language = Type.Optional(Type.Enum(['vi', 'en']))
const Asked = Type.Object({ language }, { additionalProperties: false })
const AskedOfYear = Type.Object(
  { language, year: Type.Optional(YearParams.properties.year) },
  { additionalProperties: false }
)
const IdParams = Type.Object({ id: Id })
const tags = ['recognition']
/** Bytes go out as they are. */
const response = {
  200: { content: { 'application/pdf': { schema: Type.Unsafe({ type: 'string', format: 'binary' }) } } }
}

/** Reports on paper: of an event, of a season, of a customer's record; Vietnamese unless asked otherwise. */
export const reportsRoutes =
  (needs: ReportsNeeds): Routes =>
  api => {
    api.get(
      '/api/curtailment-events/:id/report.pdf',
      { schema: { tags, params: IdParams, querystring: Asked, response } },
      async ({ params, query, view }, reply) => {
        const { participant } = sightOf(view)
        const printed = await needs.event(params.id, query.language ?? 'vi', participant, cutPerformance)
        if (printed === 'unmeasured') {
          throw new Refusal(409, `${params.id} has no kept result yet: a report rests on one`)
        }
        return sent(reply, printed, `curtailment event ${params.id}`)
      }
    )
    api.get(
      '/api/seasons/:year/report.pdf',
      { schema: { tags, params: YearParams, querystring: Asked, response } },
      async ({ params, query, view }, reply) =>
        sent(reply, await needs.season(Number(params.year), query.language ?? 'vi', sightOf(view)), 'season')
    )
    api.get(
      '/api/customers/:id/record.pdf',
      { schema: { tags, params: IdParams, querystring: AskedOfYear, response } },
      async ({ params, query, view }, reply) => {
        const year = query.year === undefined ? null : Number(query.year)
        const { participant } = sightOf(view)
        const printed = await needs.record(params.id, year, query.language ?? 'vi', participant)
        return sent(reply, printed, `customer ${params.id}`)
      }
    )
  }

function sent(reply: FastifyReply, printed: Printed | null, what: string): FastifyReply {
  if (printed === null) throw notFound(what)
  const { fileName, bytes } = printed
  return reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="${fileName}"`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}
