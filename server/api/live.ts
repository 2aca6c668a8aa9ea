import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Follower, LiveStream } from './liveStream.ts'
import type { Routes } from './server.ts'

export interface LiveNeeds {
  stream: Pick<LiveStream, 'connect'>
  /** Who asks, and what it may follow. */
  followerOf(request: FastifyRequest): Follower
}

/** The live stream for pages and machines. */
export const liveRoutes =
  ({ stream, followerOf }: LiveNeeds): Routes =>
  api => {
    api.get(
      '/api/live',
      {
        // A HEAD would stay open for ever and count as a client.
        exposeHeadRoute: false,
        schema: {
          tags: ['live'],
          description:
            'Server-Sent Events: `snapshot` (LiveSnapshot), then `change` (LiveChange). Resumes by Last-Event-ID. Ends with the login.',
          produces: ['text/event-stream'],
          response: { 200: Type.String() }
        }
      },
      (request, reply) => {
        reply.hijack()
        stream.connect(reply.raw, request.headers['last-event-id']?.toString(), followerOf(request))
      }
    )
  }
