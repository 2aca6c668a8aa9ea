import { Type } from 'typebox'
import { NewProgramme, Programme, type ProgrammeTerms } from '../contract/programmes.ts'
import { Id } from '../contract/units.ts'
import { notFound, Refusal } from './problems.ts'
import type { Routes } from './server.ts'
import { termsFaults } from './termsFaults.ts'

export interface ProgrammesNeeds {
  programmes(): Promise<Programme[]>
  /** What is left out takes the defaults of its kind. Throws a Refusal when the id is taken. */
  insertProgramme(programme: NewProgramme): Promise<Programme>
  /** Throws a Refusal for what open events or enrolments in force rest on. null when there is no such programme. */
  changeProgramme(id: string, change: Partial<Omit<Programme, 'id'>>): Promise<Programme | null>
}

const ProgrammeChange = Type.Partial(Type.Omit(Programme, ['id']), { additionalProperties: false })
const IdParams = Type.Object({ id: Id })

/** The rules under which people take part. */
export const programmesRoutes =
  (needs: ProgrammesNeeds): Routes =>
  api => {
    const tags = ['register']
    api.get(
      '/api/programmes',
      { schema: { tags, response: { 200: Type.Object({ programmes: Type.Array(Programme) }) } } },
      async () => ({ programmes: await needs.programmes() })
    )
    api.post(
      '/api/programmes',
      { schema: { tags, body: NewProgramme, response: { 201: Programme } } },
      async ({ body }, reply) => {
        refuseFaulty(body.terms)
        return reply.code(201).send(await needs.insertProgramme(body))
      }
    )
    api.patch(
      '/api/programmes/:id',
      { schema: { tags, params: IdParams, body: ProgrammeChange, response: { 200: Programme } } },
      async ({ params, body }) => {
        refuseFaulty(body.terms)
        const programme = await needs.changeProgramme(params.id, body)
        if (programme === null) throw notFound(`programme ${params.id}`)
        return programme
      }
    )
  }

function refuseFaulty(terms: readonly ProgrammeTerms[] | undefined): void {
  const faults = termsFaults(terms ?? [])
  if (faults.length > 0) throw new Refusal(400, `body: ${faults.join('; ')}`)
}
