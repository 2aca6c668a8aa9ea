import { Type } from 'typebox'
import { Readiness } from '../contract/sources.ts'
import type { Routes } from './server.ts'

export interface HealthNeeds {
  readiness(): Promise<Readiness>
}

/** Is the process up; can it do its work. */
export const healthRoutes =
  ({ readiness }: HealthNeeds): Routes =>
  api => {
    api.get(
      '/api/health/live',
      { schema: { tags: ['health'], response: { 200: Type.Object({ live: Type.Literal(true) }) } } },
      async () => ({ live: true as const })
    )
    api.get(
      '/api/health/ready',
      { schema: { tags: ['health'], response: { 200: Readiness, 503: Readiness } } },
      async (_request, reply) => {
        const answer = await readiness()
        return reply.code(answer.ready ? 200 : 503).send(answer)
      }
    )
  }
