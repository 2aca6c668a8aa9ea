import { Type } from 'typebox'
import {
  ForecastAccuracy,
  ForecastAnswer,
  ForecastKind,
  type ForecastRunState,
  ForecastsAnswer
} from '../contract/forecasts.ts'
import { addDays, daysBetween } from '../contract/localTime.ts'
import { Id, LocalDate } from '../contract/units.ts'
import { notFound, Refusal } from './problems.ts'
import { Moment, moment } from './query.ts'
import type { Routes } from './server.ts'

export interface ForecastsNeeds {
  run(): ForecastRunState
  rows(): ForecastsAnswer['rows']
  /** null: there is no such node. */
  answer(nodeId: string, asked: { issuedBy: number; kind?: ForecastKind }): Promise<ForecastAnswer | null>
  /** Local dates, both included. null: there is no such node. */
  accuracy(nodeId: string, from: string, to: string): Promise<ForecastAccuracy | null>
  /** The local date. */
  today(): string
}

const LONGEST_DAYS = 400
const USUAL_DAYS = 30
const Node = Type.Object({ node: Id })
const Asked = Type.Object(
  { issuedBy: Type.Optional(Moment), kind: Type.Optional(ForecastKind) },
  { additionalProperties: false }
)
const Days = Type.Object(
  { from: Type.Optional(LocalDate), to: Type.Optional(LocalDate) },
  { additionalProperties: false }
)

/** The loads ahead, as they were issued, and what came of it. */
export const forecastsRoutes =
  (needs: ForecastsNeeds): Routes =>
  api => {
    api.get(
      '/api/forecasts',
      { schema: { tags: ['forecasts'], response: { 200: ForecastsAnswer } } },
      async ({ view }) => {
        const rows = needs.rows()
        if (view.whole) return { run: needs.run(), rows }
        return ofView(
          needs.run(),
          rows.filter(({ nodeId }) => view.node(nodeId))
        )
      }
    )

    api.get(
      '/api/forecasts/:node',
      {
        schema: { tags: ['forecasts'], params: Node, querystring: Asked, response: { 200: ForecastAnswer } }
      },
      async ({ params, query }) => {
        const issuedBy = moment('issuedBy', query.issuedBy, Number.MAX_SAFE_INTEGER)
        const { kind } = query
        const answer = await needs.answer(params.node, { issuedBy, ...(kind !== undefined && { kind }) })
        if (answer === null) throw notFound(`node ${params.node}`)
        return answer
      }
    )

    api.get(
      '/api/forecasts/:node/accuracy',
      {
        schema: { tags: ['forecasts'], params: Node, querystring: Days, response: { 200: ForecastAccuracy } }
      },
      async ({ params, query }) => {
        const to = query.to ?? needs.today()
        const from = query.from ?? addDays(to, 1 - USUAL_DAYS)
        if (from > to) throw new Refusal(400, 'querystring: from must not be after to')
        if (daysBetween(from, to) >= LONGEST_DAYS)
          throw new Refusal(400, `querystring: from and to may be at most ${LONGEST_DAYS} days apart`)
        const accuracy = await needs.accuracy(params.node, from, to)
        if (accuracy === null) throw notFound(`node ${params.node}`)
        return accuracy
      }
    )
  }

/** Counted over what is seen; what went wrong may name others' nodes. */
function ofView(run: ForecastRunState, rows: ForecastsAnswer['rows']): ForecastsAnswer {
  const trouble =
    run.trouble === null ? null : 'the last run did not succeed for all nodes; it is tried again'
  const withForecast = rows.filter(({ issuedAt }) => issuedAt !== null).length
  return { run: { ...run, nodes: rows.length, withForecast, trouble }, rows }
}
