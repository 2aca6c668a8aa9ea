import { Type } from 'typebox'
import type { CurtailmentEvent, Participant } from '../contract/events.ts'
import { LivePerformance } from '../contract/performance.ts'
import { Id } from '../contract/units.ts'
import { seesParticipant } from './cut.ts'
import { notFound } from './problems.ts'
import type { Routes } from './server.ts'

export interface LivePerformanceNeeds {
  get(id: string): Promise<CurtailmentEvent | null>
  /** The running event against its target, over the participants that are seen. */
  live(event: CurtailmentEvent, isSeen: (participant: Participant) => boolean): Promise<LivePerformance>
}

/** What a running event delivers now. */
export const livePerformanceRoutes =
  ({ get, live }: LivePerformanceNeeds): Routes =>
  api => {
    api.get(
      '/api/curtailment-events/:id/live',
      {
        schema: {
          tags: ['curtailment'],
          params: Type.Object({ id: Id }),
          response: { 200: LivePerformance }
        }
      },
      async ({ params, view }) => {
        const event = await get(params.id)
        if (event === null) throw notFound(`curtailment event ${params.id}`)
        return live(event, one => view.whole || seesParticipant(one, view))
      }
    )
  }
