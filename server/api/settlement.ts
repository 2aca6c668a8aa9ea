import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { View } from '../contract/access.ts'
import type { CurtailmentEvent } from '../contract/events.ts'
import type { Delivery, Performance, ResultList } from '../contract/performance.ts'
import { Id } from '../contract/units.ts'
import { cutPerformance } from './cutPerformance.ts'
import { notFound, Refusal } from './problems.ts'
import { Digits, Moment, window } from './query.ts'
import { isSeenOf } from './results.ts'
import type { Routes } from './server.ts'
import { headerLine, settlementLines } from './settlementRows.ts'

export interface SettlementNeeds {
  event(id: string): Promise<CurtailmentEvent | null>
  kept(eventId: string, version?: number): Promise<Performance | null>
  list(eventId: string): Promise<ResultList>
  /** The newest of each event, of parts that began in [from, to), epoch ms; by start. */
  deliveries(filter: { from: number; to: number }): Promise<Delivery[]>
  now(): number
}

/** A result that a file is made from: the same one each time it is read. */
interface Pinned {
  eventId: string
  version: number
}
interface File {
  name: string
  results: readonly Pinned[]
  intervals: boolean
}

const LONGEST_DAYS = 400
const tags = ['settlement']
const Flag = Type.Enum(['true', 'false'])
const OfEvent = Type.Object(
  { version: Type.Optional(Digits), intervals: Type.Optional(Flag) },
  { additionalProperties: false }
)
const OfPeriod = Type.Object(
  {
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    intervals: Type.Optional(Flag),
    /** Practised events are left out unless they are asked for. */
    drills: Type.Optional(Flag)
  },
  { additionalProperties: false }
)
const Text = Type.String()

/**
 * What was settled, for billing: CSV with its checksum, in the header `Repr-Digest` (RFC 9530) and as a file beside it that
 * `sha256sum --check` reads. A file is written twice, first for the checksum, one result at a time: a season is never held.
 */
export const settlementRoutes =
  (needs: SettlementNeeds): Routes =>
  api => {
    async function* lines({ results, intervals }: File, view: View): AsyncGenerator<string> {
      yield headerLine(intervals)
      for (const { eventId, version } of results) {
        const event = await needs.event(eventId)
        const result = await needs.kept(eventId, version)
        if (event === null || result === null) throw new Error(`result ${version} of ${eventId} is gone`)
        const seen = view.whole ? result : cutPerformance(result, isSeenOf(event, view))
        yield* settlementLines({ event, result: seen }, intervals)
      }
    }

    async function digestOf(file: File, view: View): Promise<Hash> {
      const hash = createHash('sha256')
      for await (const line of lines(file, view)) hash.update(line)
      return hash
    }

    async function sendFile(reply: FastifyReply, file: File, view: View): Promise<FastifyReply> {
      const digest = (await digestOf(file, view)).digest('base64')
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="${file.name}"`)
        .header('repr-digest', `sha-256=:${digest}:`)
        .send(Readable.from(lines(file, view)))
    }

    /** In the form of sha256sum. */
    async function sendDigest(reply: FastifyReply, file: File, view: View): Promise<FastifyReply> {
      const digest = (await digestOf(file, view)).digest('hex')
      return reply.type('text/plain; charset=utf-8').send(`${digest}  ${file.name}\n`)
    }

    async function ofEvent(id: string, query: { version?: string; intervals?: string }): Promise<File> {
      if ((await needs.event(id)) === null) throw notFound(`curtailment event ${id}`)
      const { results } = await needs.list(id)
      const found =
        query.version === undefined
          ? results.at(-1)
          : results.find(({ resultVersion }) => resultVersion === Number(query.version))
      if (found === undefined) {
        if (query.version !== undefined) throw notFound(`result ${query.version} of ${id}`)
        throw new Refusal(409, `${id} has no result yet`)
      }
      const intervals = query.intervals === 'true'
      const version = found.resultVersion
      const name = `settlement-${id}-v${version}${intervals ? '-intervals' : ''}.csv`
      return { name, results: [{ eventId: id, version }], intervals }
    }

    async function ofPeriod(
      query: { from?: string; to?: string; intervals?: string; drills?: string },
      view: View
    ): Promise<File> {
      const { from, to } = window(query, needs.now(), LONGEST_DAYS)
      const rows = (await needs.deliveries({ from, to })).filter(
        one => view.customer(one.customerId) && (query.drills === 'true' || !one.isDrill)
      )
      const versions = new Map(rows.map(({ eventId, resultVersion }) => [eventId, resultVersion]))
      const results = [...versions].map(([eventId, version]) => ({ eventId, version }))
      const intervals = query.intervals === 'true'
      const [first, last] = [from, to].map(t => new Date(t).toISOString().replace(/[-:]|\.\d+/g, ''))
      return { name: `settlement-${first}-${last}${intervals ? '-intervals' : ''}.csv`, results, intervals }
    }

    const eventSchema = {
      tags,
      params: Type.Object({ id: Id }),
      querystring: OfEvent,
      response: { 200: Text }
    }
    api.get(
      '/api/curtailment-events/:id/settlement.csv',
      { schema: eventSchema },
      async ({ params, query, view }, reply) => sendFile(reply, await ofEvent(params.id, query), view)
    )
    api.get(
      '/api/curtailment-events/:id/settlement.csv.sha256',
      { schema: eventSchema },
      async ({ params, query, view }, reply) => sendDigest(reply, await ofEvent(params.id, query), view)
    )
    const periodSchema = { tags, querystring: OfPeriod, response: { 200: Text } }
    api.get('/api/settlement.csv', { schema: periodSchema }, async ({ query, view }, reply) =>
      sendFile(reply, await ofPeriod(query, view), view)
    )
    api.get('/api/settlement.csv.sha256', { schema: periodSchema }, async ({ query, view }, reply) =>
      sendDigest(reply, await ofPeriod(query, view), view)
    )
  }
