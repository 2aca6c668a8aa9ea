import { Type } from 'typebox'
import type { View } from '../contract/access.ts'
import type { CurtailmentEvent } from '../contract/events.ts'
import { BaselineComparison, Performance, Recomputation, ResultList } from '../contract/performance.ts'
import { Id } from '../contract/units.ts'
import { seesParticipant } from './cut.ts'
import { cutPerformance } from './cutPerformance.ts'
import { notFound, Refusal } from './problems.ts'
import { Digits } from './query.ts'
import type { Routes } from './server.ts'

export interface ResultsNeeds {
  event(id: string): Promise<CurtailmentEvent | null>
  /** The newest kept result, else what is measured so far. */
  of(event: CurtailmentEvent): Promise<Performance>
  /** null: there is no such version. */
  kept(eventId: string, version?: number): Promise<Performance | null>
  list(eventId: string): Promise<ResultList>
  /** null: nothing is kept, or not this version. */
  recompute(event: CurtailmentEvent, version?: number): Promise<Recomputation | null>
  /** null: it does not take part. */
  compare(event: CurtailmentEvent, customerId: string): Promise<BaselineComparison | null>
}

const IdParams = Type.Object({ id: Id })
const Version = Type.Object({ version: Type.Optional(Digits) }, { additionalProperties: false })
const tags = ['curtailment']

/** What an event delivered: measured, kept in versions, computed again, and each baseline beside the others. */
export const resultsRoutes =
  (needs: ResultsNeeds): Routes =>
  api => {
    const recompute = shared(needs.recompute, (event, version) => `${event.id} ${version ?? 'newest'}`)
    const compare = shared(needs.compare, (event, customerId) => `${event.id} ${customerId}`)

    async function eventOf(id: string): Promise<CurtailmentEvent> {
      const event = await needs.event(id)
      if (event === null) throw notFound(`curtailment event ${id}`)
      return event
    }

    api.get(
      '/api/curtailment-events/:id/performance',
      { schema: { tags, params: IdParams, querystring: Version, response: { 200: Performance } } },
      async ({ params, query: { version }, view }) => {
        const event = await eventOf(params.id)
        const performance = await (version === undefined
          ? needs.of(event)
          : needs.kept(event.id, Number(version)))
        if (performance === null) throw notFound(`result ${version} of ${event.id}`)
        return view.whole ? performance : cutPerformance(performance, isSeenOf(event, view))
      }
    )

    api.get(
      '/api/curtailment-events/:id/results',
      { schema: { tags, params: IdParams, response: { 200: ResultList } } },
      async ({ params, view }) => {
        const event = await eventOf(params.id)
        const list = await needs.list(event.id)
        if (view.whole) return list
        const results: ResultList['results'] = []
        for (const result of list.results) {
          const whole = await needs.kept(event.id, result.resultVersion)
          const own = whole && cutPerformance(whole, isSeenOf(event, view))
          results.push({ ...result, deliveredKwh: own?.total.deliveredKwh ?? null })
        }
        return { results }
      }
    )

    api.get(
      '/api/curtailment-events/:id/recomputation',
      { schema: { tags, params: IdParams, querystring: Version, response: { 200: Recomputation } } },
      async ({ params, query: { version }, view }) => {
        const event = await eventOf(params.id)
        const recomputed = await recompute(event, version === undefined ? undefined : Number(version))
        if (recomputed === null) {
          if (version !== undefined) throw notFound(`result ${version} of ${event.id}`)
          throw new Refusal(409, `${event.id} has no result yet`)
        }
        if (view.whole) return recomputed
        const isSeen = isSeenOf(event, view)
        const differences = recomputed.differences.filter(({ customerId }) => isSeen(customerId))
        return { ...recomputed, differences }
      }
    )

    api.get(
      '/api/curtailment-events/:id/participants/:customer/baselines',
      {
        schema: {
          tags,
          params: Type.Object({ id: Id, customer: Id }),
          response: { 200: BaselineComparison }
        }
      },
      async ({ params }) => {
        const event = await eventOf(params.id)
        const comparison = await compare(event, params.customer)
        if (comparison === null) throw notFound(`participant ${params.customer} in ${event.id}`)
        return comparison
      }
    )
  }

/** What reads weeks of readings is done once for all who ask for the same at a time. */
function shared<Args extends unknown[], T>(
  act: (...args: Args) => Promise<T>,
  keyOf: (...args: Args) => string
) {
  const running = new Map<string, Promise<T>>()
  return (...args: Args): Promise<T> => {
    const key = keyOf(...args)
    const started = running.get(key) ?? act(...args).finally(() => running.delete(key))
    running.set(key, started)
    return started
  }
}

/** Which participants of an event somebody sees. */
export function isSeenOf({ participants }: CurtailmentEvent, view: View): (customerId: string) => boolean {
  const seen = new Set(
    participants.filter(one => seesParticipant(one, view)).map(({ customerId }) => customerId)
  )
  return customerId => seen.has(customerId)
}
