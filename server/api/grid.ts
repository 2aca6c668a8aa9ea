import { Type } from 'typebox'
import { GridAnswer, GridNodeAnswer, LoadColumns, type LoadState, ReadingColumns } from '../contract/grid.ts'
import { type ReadingKind, readingFields, readingKinds } from '../contract/telemetry.ts'
import { Id } from '../contract/units.ts'
import { cutAll, cutNode, cutNodeAnswer } from './cut.ts'
import { notFound, Refusal } from './problems.ts'
import { count, Digits, Moment, window } from './query.ts'
import type { Routes } from './server.ts'

interface Windowed {
  from: number
  to: number
  points: number
}

export interface GridNeeds {
  now(): number
  timeZone: string
  states(now: number): LoadState[]
  node(id: string, now: number): GridNodeAnswer | null
  load(node: string, window: Windowed): Promise<LoadColumns>
  readings(
    kind: ReadingKind,
    id: string,
    fields: readonly string[],
    window: Windowed
  ): Promise<ReadingColumns>
}

const Window = Type.Object(
  { from: Type.Optional(Moment), to: Type.Optional(Moment), points: Type.Optional(Digits) },
  { additionalProperties: false }
)
const ReadingsWindow = Type.Object(
  { ...Window.properties, fields: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false }
)
const longestDays = 400
const mostPoints = 5000

/** The tree with its load, and what it was over time. */
export const gridRoutes =
  (needs: GridNeeds): Routes =>
  api => {
    api.get('/api/grid', { schema: { tags: ['grid'], response: { 200: GridAnswer } } }, async ({ view }) => {
      const now = needs.now()
      const nodes = cutAll(needs.states(now), view, cutNode)
      return { at: new Date(now).toISOString(), timeZone: needs.timeZone, nodes }
    })

    api.get(
      '/api/grid/:node',
      { schema: { tags: ['grid'], params: Type.Object({ node: Id }), response: { 200: GridNodeAnswer } } },
      async ({ params, view }) => {
        const answer = needs.node(params.node, needs.now())
        const seen = answer === null || view.whole ? answer : cutNodeAnswer(answer, view)
        if (seen === null) throw notFound(`node ${params.node}`)
        return seen
      }
    )

    api.get(
      '/api/load/:node',
      {
        schema: {
          tags: ['grid'],
          params: Type.Object({ node: Id }),
          querystring: Window,
          response: { 200: LoadColumns }
        }
      },
      async ({ params, query }) => {
        const now = needs.now()
        const answer = needs.node(params.node, now)
        if (answer === null) throw notFound(`node ${params.node}`)
        if (answer.node.kind === 'meteringPoint' && answer.node.customerId === null) {
          const readings = `/api/readings/meter/${answer.meter ?? params.node}`
          throw new Refusal(
            404,
            `no load is rolled up for a household (${params.node}): its readings are at ${readings}`
          )
        }
        const points = count(query.points, 1440, mostPoints)
        return needs.load(params.node, { ...window(query, now, longestDays), points })
      }
    )

    api.get(
      '/api/readings/:kind/:id',
      {
        schema: {
          tags: ['readings'],
          params: Type.Object({ kind: Type.Enum([...readingKinds]), id: Id }),
          querystring: ReadingsWindow,
          response: { 200: ReadingColumns }
        }
      },
      async ({ params, query }) => {
        const points = count(query.points, 2000, mostPoints)
        const fields = askedFields(params.kind, query.fields)
        return needs.readings(params.kind, params.id, fields, {
          ...window(query, needs.now(), longestDays),
          points
        })
      }
    )
  }

function askedFields(kind: ReadingKind, text: string | undefined): readonly string[] {
  const known: readonly string[] = readingFields[kind]
  if (text === undefined) return known
  const asked = text.split(',').map(field => field.trim())
  const wrong = asked.filter(field => !known.includes(field))
  if (wrong.length === 0) return asked
  throw new Refusal(400, `querystring: fields has ${wrong.join(', ')}; a ${kind} has ${known.join(', ')}`)
}
