import { Type } from 'typebox'
import { ImportReport } from '../contract/registry.ts'
import type { Routes } from './server.ts'

export interface RegistryNeeds {
  /** A dry run unless `apply`; with bad rows nothing is written either way. */
  importRegistry(csv: string, apply: boolean): Promise<ImportReport>
}

/** Half a million metering points. */
const MOST_CSV_BYTES = 64 * 2 ** 20

/** The registry of the grid, as one CSV file. */
export const registryRoutes =
  ({ importRegistry }: RegistryNeeds): Routes =>
  api => {
    api.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    api.post(
      '/api/registry/import',
      {
        bodyLimit: MOST_CSV_BYTES,
        schema: {
          tags: ['register'],
          consumes: ['text/csv'],
          querystring: Type.Object(
            { apply: Type.Optional(Type.Enum(['true', 'false'])) },
            { additionalProperties: false }
          ),
          body: Type.String({ minLength: 1 }),
          response: { 200: ImportReport, 422: ImportReport }
        }
      },
      async ({ query, body }, reply) => {
        const report = await importRegistry(body, query.apply === 'true')
        return reply.code(report.errors.length > 0 ? 422 : 200).send(report)
      }
    )
  }
