import { Type } from 'typebox'
import type { LiveStream } from './liveStream.ts'
import type { Routes } from './server.ts'

/** The live stream for pages and machines. */
export const liveRoutes =
  (stream: Pick<LiveStream, 'connect'>): Routes =>
  api => {
    api.get(
      '/api/live',
      {
        // A HEAD would stay open for ever and count as a client.
        exposeHeadRoute: false,
        schema: {
          tags: ['live'],
          description:
            'Server-Sent Events: `snapshot` (LiveSnapshot), then `change` (LiveChange). Resumes by Last-Event-ID.',
          produces: ['text/event-stream'],
          response: { 200: Type.String() }
        }
      },
      (request, reply) => {
        reply.hijack()
        stream.connect(reply.raw, request.headers['last-event-id']?.toString())
      }
    )
  }
