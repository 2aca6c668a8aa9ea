import { Type } from 'typebox'
import {
  DeadLettersAnswer,
  IngestState,
  type Source,
  SourceState,
  SourcesAnswer
} from '../contract/sources.ts'
import { cutAll, cutDeadLetter, cutSource } from './cut.ts'
import { count, Digits } from './query.ts'
import type { Routes } from './server.ts'

export interface SourcesNeeds {
  now(): number
  sources(now: number): Source[]
  ingest(): IngestState
  deadLetters(limit: number): Promise<DeadLettersAnswer>
}

/** Of a part of the whole, those among so many of the newest. */
const MOST_LETTERS = 500

const SourcesQuery = Type.Object(
  {
    state: Type.Optional(SourceState),
    kind: Type.Optional(Type.Enum(['meter', 'transformer', 'weather'])),
    unassigned: Type.Optional(Type.Enum(['true', 'false'])),
    search: Type.Optional(Type.String({ maxLength: 64 })),
    limit: Type.Optional(Digits),
    offset: Type.Optional(Digits)
  },
  { additionalProperties: false }
)

/** Which sources are fresh, late or silent; how ingest does; what could not be read. */
export const sourcesRoutes =
  (needs: SourcesNeeds): Routes =>
  api => {
    api.get(
      '/api/sources',
      { schema: { tags: ['data'], querystring: SourcesQuery, response: { 200: SourcesAnswer } } },
      async ({ query, view }) => {
        const now = needs.now()
        const all = cutAll(needs.sources(now), view, cutSource)
        const search = query.search?.toLowerCase()
        const matching = all.filter(
          source =>
            (query.state === undefined || source.state === query.state) &&
            (query.kind === undefined || source.kind === query.kind) &&
            (query.unassigned === undefined || String(source.nodeId === null) === query.unassigned) &&
            (search === undefined || `${source.id} ${source.name ?? ''}`.toLowerCase().includes(search))
        )
        const offset = count(query.offset, 0, 1_000_000)
        return {
          at: new Date(now).toISOString(),
          counts: countStates(all),
          matching: matching.length,
          sources: matching.slice(offset, offset + count(query.limit, 50, 1000))
        }
      }
    )

    api.get('/api/ingest', { schema: { tags: ['data'], response: { 200: IngestState } } }, async () =>
      needs.ingest()
    )

    api.get(
      '/api/dead-letters',
      {
        schema: {
          tags: ['data'],
          querystring: Type.Object({ limit: Type.Optional(Digits) }, { additionalProperties: false }),
          response: { 200: DeadLettersAnswer }
        }
      },
      async ({ query, view }) => {
        const limit = count(query.limit, 50, MOST_LETTERS)
        if (view.whole) return needs.deadLetters(limit)
        const { newest } = await needs.deadLetters(MOST_LETTERS)
        const seen = cutAll(newest, view, cutDeadLetter)
        return { total: seen.length, newest: seen.slice(0, limit) }
      }
    )
  }

function countStates(sources: readonly Source[]): SourcesAnswer['counts'] {
  const counts = { fresh: 0, late: 0, silent: 0, never: 0, unassigned: 0 }
  for (const source of sources) {
    counts[source.state]++
    if (source.nodeId === null) counts.unassigned++
  }
  return counts
}
